"""Writes documents to a library in Milvus, and removes them.

The rows of a document are written first and its source last: that row is the commit. A
document that replaces another does so in that row too, for every reader at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from qa.errors import LibraryBusy, LibraryDamaged, ModelMismatch
from qa.storage.milvus.collections import Collections, Settings, plain, record
from qa.storage.milvus.connection import Connection, one_of
from qa.storage.milvus.journal import Journal
from qa.storage.milvus.packing import (
    body_rows,
    document_row,
    part_ids,
    passage_rows,
    source_id,
)
from qa.storage.milvus.reading import GONE, Reader
from qa.storage.models import Models
from qa.storage.records import EncodedDocument

_TOGETHER = 100  # documents in one filter


class Writer:
    """Writes to one library. Any number of processes may write at once.

    Args:
        connection: to the server.
        collections: of the library.
        reader: of the library.
    """

    def __init__(self, connection: Connection, collections: Collections, reader: Reader) -> None:
        self._connection = connection
        self._names = collections
        self._reader = reader
        self.journal = Journal(connection, collections)

    def settings(self, models: Models) -> Settings:
        """Return the present settings.

        Raises:
            ModelMismatch: other models than these are in use by now.
        """
        found = self._names.settings()
        if found is None or found.model.fingerprint != models.fingerprint:
            raise ModelMismatch(
                "The library was re-indexed with another model while documents were being "
                "added. What was committed before stays; add the rest again."
            )
        return found

    def put(self, batch: Iterable[EncodedDocument], models: Models) -> None:
        """Put documents under sources; a document that has lost its last source goes."""
        held: dict[str, str] = {}
        contents: dict[str, EncodedDocument] = {}
        for encoded in batch:
            held[encoded.source] = encoded.document.id
            contents.setdefault(encoded.document.id, encoded)
        entries = self.journal.begin("adding", contents)
        # Read after the entry: a re-indexing waits for writers that began with the old model.
        try:
            passages = self.settings(models).passages
        except ModelMismatch:
            self.journal.end(entries)  # or the re-indexing would wait for it until it is old
            raise
        self._write(contents, passages)
        previous = self._point(held)
        while self.journal.wait("removing", [*contents]) or self.journal.lost(entries):
            # The process that removed one of these documents may have deleted its new rows.
            entries = self.journal.renew(entries, "adding", contents)
            self._write(contents, passages)
        self._drop_orphans(previous)
        self.journal.end(entries)

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that is stored already.

        Raises:
            LibraryBusy: the document was removed at the same moment.
        """
        entries = self.journal.begin("adding", [document_id])
        previous = self._point({source: document_id})
        self.journal.wait("removing", [document_id])
        found = self._connection.get(self._names.documents, [document_id], ["id"])
        if not found:
            self._connection.delete(self._names.sources, [source_id(source)])
        self._drop_orphans(previous)
        self.journal.end(entries)
        if not found:
            raise LibraryBusy(
                f"The document of {source!r} was removed by another process at the same moment. "
                "Index it again."
            )

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        held = self._reader.sources_among(sources)
        entries = self.journal.begin("removing", set(held.values()))
        self._connection.delete(self._names.sources, [source_id(source) for source in held])
        self._drop(dict.fromkeys(held.values(), ""), entries)

    def remove_document(self, document_id: str) -> None:
        """Remove a document with all its sources."""
        entries = self.journal.begin("removing", [document_id])
        sources = self._reader.sources_of([document_id]).get(document_id, [])
        self._connection.delete(self._names.sources, [source_id(source) for source in sources])
        self._drop({document_id: ""}, entries)

    def sweep(self) -> int:
        """Finish the work of processes that died, and return the number of documents."""
        abandoned = self.journal.abandoned()
        for document_id, left in abandoned.items():
            entries = self.journal.begin("removing", [document_id])
            # Before the document is deleted: if its writer is alive after all, it notices.
            self.journal.end(left)
            self._drop({document_id: None}, entries)
        return len(abandoned)

    def drop_leftovers(self, documents: Iterable[str]) -> None:
        """Delete documents that no source leads to and no process is adding."""
        if unknown := dict.fromkeys(documents):
            self._drop(unknown, self.journal.begin("removing", unknown))

    def _write(self, contents: Mapping[str, EncodedDocument], passages: str) -> None:
        """Write documents that no source leads to yet, the row with their size first."""
        rows: list[dict[str, Any]] = []
        bodies: list[dict[str, Any]] = []
        documents: list[dict[str, Any]] = []
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for _, document, encodings in contents.values():
            rows.extend(passage_rows(document, encodings))
            parts = body_rows(document)
            bodies.extend(parts)
            documents.append(document_row(document, now, len(parts)))
        self._connection.put(self._names.documents, documents)
        self._connection.put(self._names.bodies, bodies)
        self._connection.put(passages, rows)
        self._connection.delete(self._names.records, [f"{GONE}:{id_}" for id_ in contents])

    def _point(self, held: Mapping[str, str]) -> dict[str, str]:
        """Let sources lead to documents, and return the replacement of each earlier document."""
        before = self._reader.sources_among([*held])
        rows = [
            plain(source_id(source), source=source, document_id=document_id)
            for source, document_id in held.items()
        ]
        self._connection.put(self._names.sources, rows)
        return {
            document_id: held[source]
            for source, document_id in before.items()
            if document_id != held[source]
        }

    def _drop_orphans(self, previous: Mapping[str, str]) -> None:
        """Delete those of some documents that no source leads to any more."""
        if previous:
            self._drop(previous, self.journal.begin("removing", previous))

    def _drop(self, documents: Mapping[str, str | None], entries: Sequence[str]) -> None:
        """Delete documents that no source leads to, unless another process is adding them.

        Args:
            documents: their ids, each with the document that replaced it; empty if none did,
                None if it was never committed.
            entries: in the journal, made before any source was deleted.
        """
        ids = sorted(documents)
        for start in range(0, len(ids), _TOGETHER):
            some = ids[start : start + _TOGETHER]
            kept = self._reader.sources_of(some).keys() | self.journal.entered("adding", some)
            self._erase([id_ for id_ in some if id_ not in kept], documents)
        self.journal.end(entries)

    def _erase(self, ids: Sequence[str], documents: Mapping[str, str | None]) -> None:
        if not ids:
            return
        settings = self._names.settings()
        if settings is None:
            raise LibraryDamaged("The library's settings are gone from Milvus.")
        left = [
            record(f"{GONE}:{id_}", GONE, value=documents[id_] or "", document_id=id_)
            for id_ in ids
            if documents[id_] is not None
        ]
        if left:
            self._connection.put(self._names.records, left)
        rows = self._connection.find(settings.passages, one_of("document_id", ids), ["row"])
        self._connection.delete(settings.passages, [row["row"] for row in rows])
        for row in self._connection.get(self._names.documents, ids, ["id", "parts"]):
            self._connection.delete(self._names.bodies, part_ids(row["id"], row["parts"]))
        self._connection.delete(self._names.documents, ids)
