"""Re-indexing of a library in Milvus, while the old model answers.

The passages of the new model are written into a collection of their own. When it is
complete, one row of the settings puts it into use; documents added with the old model until
then are encoded too, and the old collection is deleted.
"""

from qa.errors import NoSuchDocument
from qa.progress import Progress
from qa.storage.batches import in_batches
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection
from qa.storage.milvus.journal import Journal
from qa.storage.milvus.packing import passage_rows, row_of
from qa.storage.milvus.reading import Reader
from qa.storage.milvus.statistics import keep
from qa.storage.models import Models
from qa.storage.records import texts_of


def reindex(
    connection: Connection, collections: Collections, models: Models, progress: Progress
) -> None:
    """Encode every passage with another model, then use that model.

    An interrupted run continues where it stopped.

    Args:
        connection: to the server.
        collections: of the library.
        models: the new ones.
        progress: reports how far it is.
    """
    before = collections.settings()
    if before is None or before.model.fingerprint == models.fingerprint:
        return
    reader = Reader(connection, collections)
    collections.create_passages(models.model)
    passages = collections.passages_of(models.model)
    connection.load(passages)
    _encode_missing(connection, reader, passages, models, progress)
    keep(connection, collections, passages, at_change=0.0)
    collections.use(models.model)
    # Writers that began before that row was written use the old model; later ones do not.
    Journal(connection, collections).wait_for_all("adding")
    _encode_missing(connection, reader, passages, models, progress)
    _forget_removed(connection, reader, passages)
    keep(connection, collections, passages, at_change=0.0)
    if before.passages != passages:
        connection.drop(before.passages)


def _encode_missing(
    connection: Connection, reader: Reader, passages: str, models: Models, progress: Progress
) -> None:
    """Encode the documents whose passages are not all in a collection."""
    summaries = reader.summaries()
    done = 0
    for batch in in_batches(summaries, lambda summary: summary.passage_count):
        rows = {
            row_of(one.id, number): one.id for one in batch for number in range(one.passage_count)
        }
        held = {row["row"] for row in connection.get(passages, [*rows], ["row"])}
        for document_id in dict.fromkeys(id_ for row, id_ in rows.items() if row not in held):
            _encode_document(connection, reader, passages, models, document_id)
        done += len(batch)
        progress("encode", done, len(summaries))


def _encode_document(
    connection: Connection, reader: Reader, passages: str, models: Models, document_id: str
) -> None:
    try:
        document = reader.document(document_id).document
    except NoSuchDocument:  # removed meanwhile
        return
    encodings = models.encode_passages(texts_of(document))
    connection.put(passages, passage_rows(document, encodings))


def _forget_removed(connection: Connection, reader: Reader, passages: str) -> None:
    """Delete the passages of documents that were removed after they had been encoded."""
    for page in connection.everything(passages, ["document_id"]):
        held = reader.sources_of(row["document_id"] for row in page)
        gone = [row["row"] for row in page if row["document_id"] not in held]
        connection.delete(passages, gone)
