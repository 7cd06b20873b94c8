"""Verification of a library in Milvus."""

from collections.abc import Iterator

from qa.errors import LibraryDamaged, NoSuchDocument
from qa.progress import Progress
from qa.results import PassageId, Problem, VerifyReport
from qa.storage.milvus.collections import Collections, Settings
from qa.storage.milvus.connection import Connection, Row
from qa.storage.milvus.packing import passage_in, passage_of, row_of
from qa.storage.milvus.reading import Reader
from qa.storage.milvus.writing import Writer
from qa.storage.records import StoredDocument

_REMEDY = "remove the document and index it again"
_FIELDS = ("row", "document_id", "number", "text", "place", "vector")


def verify(
    connection: Connection, collections: Collections, settings: Settings, progress: Progress
) -> VerifyReport:
    """Check the body and the passages of every document, after deleting what no source leads to.

    Returns:
        the counts, and each problem with its remedy.
    """
    reader = Reader(connection, collections)
    clear(connection, collections, settings)
    problems: list[Problem] = []
    passages = vectors = 0
    summaries = reader.summaries()
    for done, summary in enumerate(summaries, 1):
        progress("verify", done, len(summaries), summary.sources[0])
        try:
            stored = reader.document(summary.id)
        except NoSuchDocument:  # removed meanwhile
            continue
        except LibraryDamaged as error:
            problems.append(Problem(summary.id, str(error), _REMEDY))
            continue
        expected = [row_of(summary.id, p.number) for p in stored.document.passages]
        rows = connection.get(settings.passages, expected, _FIELDS)
        passages += len(expected)
        vectors += len(rows)
        problems.extend(_problems(stored, {row["row"]: row for row in rows}))
    listed = {summary.id for summary in summaries}
    for source, document_id in reader.sources().items():
        if document_id not in listed and not reader.holds(document_id):
            problems.append(Problem(source, "its document is not there", "index it again"))
    return VerifyReport(len(summaries), passages, vectors, tuple(problems))


def clear(connection: Connection, collections: Collections, settings: Settings) -> None:
    """Delete the documents that no source leads to and no process is adding."""
    reader = Reader(connection, collections)
    writer = Writer(connection, collections, reader)
    writer.sweep()
    for collection, field in ((collections.documents, "id"), (settings.passages, "document_id")):
        for page in connection.everything(collection, [field]):
            ids = {row[field] for row in page}
            writer.drop_leftovers(ids - reader.sources_of(ids).keys())


def _problems(stored: StoredDocument, rows: dict[int, Row]) -> Iterator[Problem]:
    source = stored.sources[0]
    for passage in stored.document.passages:
        expected = passage_of(stored.document, passage.number, source)
        row = rows.get(expected.row)
        if row is None:
            yield Problem(expected.passage_id, "it is not among the passages to search", _REMEDY)
        elif PassageId.of(row["document_id"], row["number"]) != expected.passage_id:
            yield Problem(expected.passage_id, "another passage stands in its row", _REMEDY)
        elif passage_in(row, source) not in (None, expected):
            yield Problem(expected.passage_id, "its text is not what its spans hold", _REMEDY)
