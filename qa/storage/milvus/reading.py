"""Reads of a library in Milvus: documents, sources, and passages by row."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from cachetools import LRUCache

from corpus import Document
from qa.errors import LibraryDamaged, NoSuchDocument
from qa.results import DocumentSummary
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection, Row, one_of
from qa.storage.milvus.packing import (
    PLACE,
    document_of,
    part_ids,
    passage_in,
    passage_of,
    source_id,
    summary_in,
)
from qa.storage.records import StoredDocument, StoredPassage

_CACHED = 20_000_000  # characters of recently read documents
_READ_AHEAD = 4  # parts: a longer document is read when it is needed
_ID = re.compile("[0-9a-f]{64}")
_PREFIX = re.compile("[0-9a-f]{1,63}")
_SUMMARY = ("id", "summary", "added_at", "parts")
_TOGETHER = 500  # hashes in one filter
GONE = "gone"  # the kind of the records of departed documents


class Bodies:
    """Reads the bodies of one library. Threads may share it.

    Args:
        connection: to the server.
        collections: of the library.
    """

    def __init__(self, connection: Connection, collections: Collections) -> None:
        self._connection = connection
        self._names = collections
        self._cache = LRUCache[str, Document](_CACHED, lambda document: len(document.text))
        self._mutex = Lock()

    def cached(self, document_id: str) -> Document | None:
        """Return a document from the cache; None if it is not there."""
        with self._mutex:
            return self._cache.get(document_id)

    def document(self, document_id: str, parts: int) -> Document:
        """Return a document whose body has ``parts`` parts.

        Raises:
            LibraryDamaged: one of them is missing.
        """
        found = self.cached(document_id) or self._fetched({document_id: parts}).get(document_id)
        if found is None:
            raise LibraryDamaged(
                f"Of the {parts} parts of the document {document_id[:16]}… some are not in Milvus. "
                "`wenju verify` lists what is damaged; remove the document and index it again."
            )
        return found

    def read_ahead(self, document_ids: Iterable[str]) -> None:
        """Read the bodies of some documents into the cache, in one request."""
        unknown = [id_ for id_ in document_ids if self.cached(id_) is None]
        rows = self._connection.get(self._names.documents, unknown, ["id", "parts"])
        self._fetched({row["id"]: row["parts"] for row in rows if row["parts"] <= _READ_AHEAD})

    def _fetched(self, parts: Mapping[str, int]) -> dict[str, Document]:
        """Read documents into the cache; those that lack a part are left out."""
        wanted = [
            id_ for document_id, count in parts.items() for id_ in part_ids(document_id, count)
        ]
        rows = self._connection.get(self._names.bodies, wanted, ["id", "text"])
        held = {row["id"]: row["text"] for row in rows}
        found: dict[str, Document] = {}
        for document_id, count in parts.items():
            ids = part_ids(document_id, count)
            if all(id_ in held for id_ in ids):
                document = document_of(document_id, [held[id_] for id_ in ids])
                found[document_id] = document
                with self._mutex, suppress(ValueError):  # too long for the cache
                    self._cache[document_id] = document
        return found


class Reader:
    """Reads one library. Threads may share it.

    Args:
        connection: to the server.
        collections: of the library.
    """

    def __init__(self, connection: Connection, collections: Collections) -> None:
        self._connection = connection
        self._names = collections
        self._bodies = Bodies(connection, collections)

    # -- sources ----------------------------------------------------------------------

    def sources(self) -> dict[str, str]:
        """Return the document id of every source, by source."""
        pages = self._connection.everything(self._names.sources, ["source", "document_id"])
        return dict(sorted((row["source"], row["document_id"]) for page in pages for row in page))

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""
        ids = [source_id(source) for source in sources]
        rows = self._connection.get(self._names.sources, ids, ["source", "document_id"])
        return {row["source"]: row["document_id"] for row in rows}

    def sources_of(self, document_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return the sources of each document that has any; one without does not exist."""
        found: dict[str, list[str]] = defaultdict(list)
        wanted = sorted(set(document_ids))
        for start in range(0, len(wanted), _TOGETHER):
            some = one_of("document_id", wanted[start : start + _TOGETHER])
            for row in self._connection.find(self._names.sources, some, ["source", "document_id"]):
                found[row["document_id"]].append(row["source"])
        return {document_id: sorted(sources) for document_id, sources in found.items()}

    # -- documents --------------------------------------------------------------------

    def resolve(self, key: str) -> str:
        """Return the id of the document with a source, an id, or the start of an id.

        Raises:
            NoSuchDocument: there is none, or several.
        """
        if held := self.sources_among([key]).get(key):
            return held
        prefix = key.lower()
        found: list[str] = []
        if _ID.fullmatch(prefix):
            found = [*self.sources_of([prefix])]
        elif _PREFIX.fullmatch(prefix):
            rows = self._connection.find(self._names.documents, f'id like "{prefix}%"', ["id"])
            found = sorted(self.sources_of(row["id"] for row in rows))
        if len(found) > 1:
            raise NoSuchDocument.ambiguous(key, found[0], found[1])
        if not found:
            raise self._departure(prefix) or NoSuchDocument.unknown(key)
        return found[0]

    def _departure(self, prefix: str) -> NoSuchDocument | None:
        if not (_ID.fullmatch(prefix) or _PREFIX.fullmatch(prefix)):
            return None
        left = f'kind == "{GONE}" and document_id like "{prefix}%"'
        for row in self._connection.find(self._names.records, left, ["document_id", "value"]):
            return NoSuchDocument.departed(row["document_id"], row["value"])
        return None

    def summaries(self) -> list[DocumentSummary]:
        """Return all documents, ordered by their first source."""
        sources: dict[str, list[str]] = defaultdict(list)
        for source, document_id in self.sources().items():
            sources[document_id].append(source)
        listed = [
            self._summary(row, sources[row["id"]])
            for page in self._connection.everything(self._names.documents, _SUMMARY)
            for row in page
            if row["id"] in sources
        ]
        return sorted(listed, key=lambda summary: (summary.sources, summary.id))

    def _summary(self, row: Row, sources: Sequence[str]) -> DocumentSummary:
        if row["summary"]:
            return summary_in(row, sources)
        document = self._bodies.document(row["id"], row["parts"])
        return StoredDocument(document, tuple(sources), row["added_at"]).summary

    def was_filled(self) -> bool:
        """Return whether the library holds a document, or records that one was removed."""
        removed = self._connection.find(self._names.records, f'kind == "{GONE}"', ["id"])
        return bool(removed) or self._connection.count(self._names.sources) > 0

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""
        return document_id in self.sources_of([document_id])

    def document(self, document_id: str) -> StoredDocument:
        """Return a document with its text and passages.

        Raises:
            NoSuchDocument: no document has this id.
            LibraryDamaged: a part of it is missing.
        """
        sources = self.sources_of([document_id])
        rows = self._connection.get(self._names.documents, [document_id], _SUMMARY)
        if not sources or not rows:
            raise NoSuchDocument.gone(document_id)
        document = self._bodies.document(document_id, rows[0]["parts"])
        return StoredDocument(document, tuple(sources[document_id]), rows[0]["added_at"])

    def text(self, document_id: str) -> str | None:
        """Return a document's stored text, or None if it is gone.

        A cached document needs no request: an id means one content, and each search checks
        anew which documents exist.
        """
        cached = self._bodies.cached(document_id)
        if cached is not None:
            return cached.text
        try:
            return self.document(document_id).document.text
        except NoSuchDocument:
            return None

    # -- passages ---------------------------------------------------------------------

    def passages(self, collection: str, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of the rows that are still there, by row."""
        found = self._connection.get(collection, rows, PLACE)
        sources = self.sources_of(row["document_id"] for row in found)
        self._bodies.read_ahead(sources)  # each hit is checked against its document next
        passages: dict[int, StoredPassage] = {}
        for row in found:
            held_by = sources.get(row["document_id"])
            if held_by is None:
                continue
            passage = passage_in(row, held_by[0])
            if passage is None:
                document = self.document(row["document_id"]).document
                passage = passage_of(document, row["number"], held_by[0])
            passages[row["row"]] = passage
        return passages
