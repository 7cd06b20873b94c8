"""Several processes write to one library in Milvus; they are killed, and so is the server."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from qa import Library, LibraryUnreachable, NoSuchDocument
from qa.storage.milvus.address import parse
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection, Row
from qa.storage.milvus.journal import ABANDONED_SECONDS
from qa.storage.milvus.reading import Reader
from qa.storage.milvus.writing import Writer
from qa.storage.models import load_models
from tests.qa.builders import document, items
from tests.qa.storage.milvus.server import MilvusServer

PARAGRAPHS = 4

# Puts the documents of some numbers into a library, a batch each, and says which it has put.
INGEST = """
import sys
from qa import Library
from tests.qa.storage.milvus.test_many_processes import numbered
with Library.open(sys.argv[1]) as library:
    for number in map(int, sys.argv[2:]):
        library.add_documents([numbered(number)])
        print(number, flush=True)
"""


def numbered(number: int) -> tuple[str, Document]:
    """A source and its document of four passages."""
    return f"source {number}", document(*(f"第{number}号第{n}段。" for n in range(PARAGRAPHS)))


def ingest(address: str, numbers: Sequence[int]) -> "subprocess.Popen[str]":
    """A process that puts documents into a library."""
    return subprocess.Popen(
        [sys.executable, "-c", INGEST, address, *map(str, numbers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[4],
    )


def sources(library: Library) -> set[str]:
    return {source for found in library.documents() for source in found.sources}


def assert_whole(library: Library) -> None:
    """Each document that is listed has all its text, and all its passages are found."""
    for summary in library.documents():
        try:
            detail = library.show(summary.id)
            hits = library.search("第号段", k=100, documents=[summary.id])
        except NoSuchDocument:  # removed between two lines
            continue
        assert [passage.text for passage in detail.passages] == detail.text.split("\n\n")
        assert {hit.passage_id for hit in hits} == {p.passage_id for p in detail.passages}


def test_two_processes_add_what_overlaps_while_a_third_asks(library: Library, address: str) -> None:
    writers = [ingest(address, range(16)), ingest(address, range(8, 24))]
    while any(writer.poll() is None for writer in writers):
        assert_whole(library)
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert sources(library) == {f"source {number}" for number in range(24)}
    report = library.verify()
    assert (report.documents, report.passages, report.vectors) == (24, 96, 96)
    assert report.problems == ()


def test_a_killed_ingest_leaves_whole_documents_and_goes_on(library: Library, address: str) -> None:
    writer = ingest(address, range(40))
    assert writer.stdout is not None
    done = [int(writer.stdout.readline()) for _ in range(6)]
    writer.kill()
    writer.communicate()
    assert done == list(range(6))
    assert {f"source {number}" for number in done} <= sources(library)
    assert_whole(library)
    library.add_documents([numbered(number) for number in range(10)])
    assert {f"source {number}" for number in range(10)} <= sources(library)
    assert library.verify().problems == ()


def test_a_killed_server_has_lost_nothing(tmp_path: Path, small_model: Path) -> None:
    server = MilvusServer(tmp_path)
    try:
        address = server.address()
        with Library.open(address, model=small_model) as library:
            library.add_documents([numbered(number) for number in range(6)])
            library.remove("source 5")
            writer = ingest(address, range(6, 60))
            assert writer.stdout is not None
            done = [int(writer.stdout.readline()) for _ in range(3)]
            server.kill()
            _, said = writer.communicate()
            done += [int(line) for line in re.findall(r"^\d+$", said)]
            assert "LibraryUnreachable" in said
            with pytest.raises(LibraryUnreachable, match="nobody answered there"):
                library.search("第3号")
            server.start()
            held = sources(library)
            assert {f"source {number}" for number in (*range(5), *done)} <= held
            assert "source 5" not in held
            assert_whole(library)
            assert ingest(address, range(6, 12)).communicate()[1] == ""
            assert sources(library) == {f"source {n}" for n in (*range(5), *range(6, 12))} | held
            assert library.verify().problems == ()
    finally:
        server.kill()


class Dying(BaseException):
    """The process ends here; nothing catches it."""


class DyingConnection(Connection):
    """A connection of a process that dies at one of its writes.

    Args:
        address: of the library.
        writes: so many succeed.
    """

    def __init__(self, address: str, writes: int) -> None:
        super().__init__(parse(address))
        self.left = writes

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        self._count()
        super().put(collection, rows)

    def delete(self, collection: str, ids: Sequence[Any]) -> None:
        self._count()
        super().delete(collection, ids)

    def _count(self) -> None:
        if self.left == 0:
            raise Dying
        self.left -= 1


@pytest.fixture
def connection(address: str) -> Iterator[Connection]:
    opened = Connection(parse(address))
    yield opened
    opened.close()


def age_journal(connection: Connection, names: Collections) -> None:
    """Let ten minutes pass for what is in the journal."""
    some = 'kind in ["adding", "removing"]'
    fields = ["id", "kind", "document_id", "value", "written_at", "unused"]
    rows = connection.find(names.records, some, fields)
    later = [row | {"written_at": row["written_at"] - ABANDONED_SECONDS - 1} for row in rows]
    connection.put(names.records, later)


@pytest.mark.parametrize("change", ["replace", "remove"])
def test_a_writer_that_dies_at_any_write(
    library: Library, address: str, connection: Connection, small_model: Path, change: str
) -> None:
    """Before its source is written nothing is there, after it all; the next writer clears up."""
    models = load_models(small_model)
    names = Collections(connection, parse(address))
    settings = names.settings()
    assert settings is not None
    old, new = (document(f"{age}的一段。", f"{age}的二段。") for age in ("旧", "新"))
    outcomes = []
    for writes in range(30):
        library.add_documents([("a.md", old)])
        dying = DyingConnection(address, writes)
        dying_names = Collections(dying, parse(address))
        writer = Writer(dying, dying_names, Reader(dying, dying_names))
        died = False
        try:
            if change == "replace":
                writer.put(items(("a.md", new), dimension=16), models)
            else:
                writer.remove_document(old.id)
        except Dying:
            died = True
        dying.close()
        held = [summary.id for summary in library.documents()]
        outcomes.append(held[0] if held else "")
        assert_whole(library)
        found = {hit.document_id for hit in library.search("一段", k=10)}
        assert found == set(held)
        age_journal(connection, names)
        assert library.verify().problems == ()
        assert connection.count(settings.passages) == 2 * len(held)
        assert connection.count(names.documents) == len(held)
        if not died:
            break
    after = new.id if change == "replace" else ""
    assert not died
    assert outcomes == sorted(outcomes, key=lambda held: held != old.id)
    assert outcomes[0] == old.id
    assert outcomes[-1] == after
    assert set(outcomes) == {old.id, after}


def test_adding_and_removing_one_document_at_once(library: Library, address: str) -> None:
    """Whoever comes last, the document is wholly there or not at all."""
    source, made = numbered(1)
    library.add_documents([numbered(0)])

    def remove() -> None:
        with Library.open(address) as other:
            for _ in range(15):
                try:
                    other.remove(source)
                except NoSuchDocument:
                    continue

    remover = threading.Thread(target=remove)
    remover.start()
    for _ in range(15):
        library.add_documents([(source, made)])
    remover.join()
    assert_whole(library)
    assert library.verify().problems == ()
    library.add_documents([(source, made)])
    assert sources(library) == {"source 0", source}
    assert library.verify().passages == 2 * PARAGRAPHS
