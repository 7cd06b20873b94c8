"""Old citations, old libraries: what became of a document, and of a schema."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library, NoSuchDocument
from qa.storage.local import schema
from qa.storage.local.store import FILE_NAME
from tests.qa.builders import write_older_library

FERRY = "渡船每天早上七点开出，晚上六点停航。\n"
BOAT = '<meta name="date" content="2026-03-01"><title>游船</title><p>游船开到晚上十点。</p>'
LATER = "渡船每天早上八点开出，晚上五点停航。\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        opened.add_bytes("ferry.txt", FERRY.encode())
        yield opened


def refusal(library: Library, key: str) -> str:
    with pytest.raises(NoSuchDocument) as raised:
        library.show(key)
    return str(raised.value)


def test_a_deleted_document_is_said_to_be_deleted(library: Library) -> None:
    removed = library.remove("ferry.txt")
    short = f"{removed.id[:16]}…"
    assert refusal(library, removed.id) == f"The document {short} was deleted from this library."
    assert refusal(library, removed.id[:10]) == refusal(library, removed.id)


def test_a_changed_document_names_its_successor(library: Library) -> None:
    (before,) = library.documents()
    library.add_bytes("ferry.txt", LATER.encode())
    (after,) = library.documents()
    expected = f"The document {before.id[:16]}… has changed; it is now {after.id[:16]}…."
    assert refusal(library, before.id) == expected


def test_a_document_that_came_back_is_there(library: Library) -> None:
    removed = library.remove("ferry.txt")
    library.add_bytes("ferry.txt", FERRY.encode())
    assert library.show(removed.id).text == FERRY


def test_a_document_that_never_was_is_just_unknown(library: Library) -> None:
    assert refusal(library, "0" * 64).startswith("No document has the id or source '000")


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_library_of_an_older_schema_opens(library: Library, tmp_path: Path, version: int) -> None:
    old = write_older_library(tmp_path / "old", library.path, version)
    with Library.open(old) as opened:
        assert opened.verify().problems == ()
        (hit,) = opened.search("渡船几点开出")
        assert (hit.text, hit.title, hit.author, hit.date) == (FERRY.strip(), "ferry", None, None)
        assert hit.highlights == library.search("渡船几点开出")[0].highlights
        opened.add_bytes("boat.html", BOAT.encode())
        assert opened.search("游船开到几点")[0].date == "2026-03-01"
        removed = opened.remove("ferry.txt")
        assert "was deleted" in refusal(opened, removed.id)
    with sqlite3.connect(old / FILE_NAME) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("SELECT count(*) FROM feedback").fetchone() == (0,)
        kept = connection.execute("SELECT starts IS NOT NULL FROM vectors ORDER BY row")
        assert kept.fetchall() == [(1,)]  # of the boat: what was there before is cut when shown
    connection.close()
