"""Old citations, old libraries: what became of a document, and of a schema."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library, NoSuchDocument, schema
from qa.store import FILE_NAME

FERRY = "渡船每天早上七点开出，晚上六点停航。\n"
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


def test_a_library_of_the_first_schema_opens(library: Library, tmp_path: Path) -> None:
    """The first schema's tables, filled with what a library of that version held."""
    old = tmp_path / "old"
    old.mkdir()
    with sqlite3.connect(old / FILE_NAME) as connection:
        connection.executescript(schema.MIGRATIONS[0])
        connection.execute("DELETE FROM settings")
        connection.execute("ATTACH ? AS present", (str(library.path / FILE_NAME),))
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM main.sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
        ]
        for table in tables:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM present.{table}")  # noqa: S608
        connection.commit()
        connection.execute("DETACH present")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Library.open(old) as opened:
        assert opened.verify().problems == ()
        assert [hit.text for hit in opened.search("渡船几点开出")] == [FERRY.strip()]
        removed = opened.remove("ferry.txt")
        assert "was deleted" in refusal(opened, removed.id)
    with sqlite3.connect(old / FILE_NAME) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()
