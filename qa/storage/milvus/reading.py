"""What a library in Milvus holds: documents, sources, and passages by row."""

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

_REMEMBERED = 20_000_000  # characters of documents read lately
_READ_AHEAD = 4  # parts: a longer document is read when it is asked for


class Bodies:
    """Reads the bodies of one library. Threads may share it.

    Args:
        connection: to the server.
        collections: of the library.
    """

    def __init__(self, connection: Connection, collections: Collections) -> None:
        self._connection = connection
        self._names = collections
        self._read = LRUCache[str, Document](_REMEMBERED, lambda document: len(document.text))
        self._mutex = Lock()

    def remembered(self, document_id: str) -> Document | None:
        """A document that was read lately."""
        with self._mutex:
            return self._read.get(document_id)

    def document(self, document_id: str, parts: int) -> Document:
        """A document whose body has so many parts.

        Raises:
            LibraryDamaged: one of them is missing.
        """
        found = self.remembered(document_id) or self._fetched({document_id: parts}).get(document_id)
        if found is None:
            raise LibraryDamaged(
                f"Of the {parts} parts of the document {document_id[:16]}… some are not in Milvus. "
                "`wenju verify` lists what is damaged; remove the document and index it again."
            )
        return found

    def read_ahead(self, document_ids: Iterable[str]) -> None:
        """Read the bodies of some documents that will be asked for, in one go."""
        unknown = [id_ for id_ in document_ids if self.remembered(id_) is None]
        rows = self._connection.get(self._names.documents, unknown, ["id", "parts"])
        self._fetched({row["id"]: row["parts"] for row in rows if row["parts"] <= _READ_AHEAD})

    def _fetched(self, parts: Mapping[str, int]) -> dict[str, Document]:
        """The documents all of whose parts are there; remembered from now on."""
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
                with self._mutex, suppress(ValueError):  # too long to be remembered
                    self._read[document_id] = document
        return found


_ID = re.compile("[0-9a-f]{64}")
_PREFIX = re.compile("[0-9a-f]{1,63}")
_SUMMARY = ("id", "summary", "added_at", "parts")
_TOGETHER = 500  # hashes in one filter
GONE = "gone"  # the kind of the records of documents that were here once


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
        """Every source and the id of the document it holds, by source."""
        pages = self._connection.everything(self._names.sources, ["source", "document_id"])
        return dict(sorted((row["source"], row["document_id"]) for page in pages for row in page))

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Those of some sources that are there, and the id of the document each holds."""
        ids = [source_id(source) for source in sources]
        rows = self._connection.get(self._names.sources, ids, ["source", "document_id"])
        return {row["source"]: row["document_id"] for row in rows}

    def sources_of(self, document_ids: Iterable[str]) -> dict[str, list[str]]:
        """The sources of each document that has any: those are there, all others are not."""
        found: dict[str, list[str]] = defaultdict(list)
        wanted = sorted(set(document_ids))
        for start in range(0, len(wanted), _TOGETHER):
            some = one_of("document_id", wanted[start : start + _TOGETHER])
            for row in self._connection.find(self._names.sources, some, ["source", "document_id"]):
                found[row["document_id"]].append(row["source"])
        return {document_id: sorted(sources) for document_id, sources in found.items()}

    # -- documents --------------------------------------------------------------------

    def resolve(self, key: str) -> str:
        """The id of the document that goes by a source, an id, or the start of an id.

        Raises:
            NoSuchDocument: none does, or several do.
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
            raise self._what_became_of(prefix) or NoSuchDocument.unknown(key)
        return found[0]

    def _what_became_of(self, prefix: str) -> NoSuchDocument | None:
        if not (_ID.fullmatch(prefix) or _PREFIX.fullmatch(prefix)):
            return None
        left = f'kind == "{GONE}" and document_id like "{prefix}%"'
        for row in self._connection.find(self._names.records, left, ["document_id", "value"]):
            return NoSuchDocument.departed(row["document_id"], row["value"])
        return None

    def summaries(self) -> list[DocumentSummary]:
        """All documents, ordered by their first source."""
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
        """Whether a document is there."""
        return document_id in self.sources_of([document_id])

    def document(self, document_id: str) -> StoredDocument:
        """A document with its text and passages.

        Raises:
            NoSuchDocument: no document has this id.
            LibraryDamaged: a part of it is missing.
        """
        sources = self.sources_of([document_id])
        rows = self._connection.get(self._names.documents, [document_id], _SUMMARY)
        if not sources or not rows:
            raise NoSuchDocument(
                f"The document {document_id[:16]}… is no longer there.",
                values={"key": f"{document_id[:16]}…"},
            )
        document = self._bodies.document(document_id, rows[0]["parts"])
        return StoredDocument(document, tuple(sources[document_id]), rows[0]["added_at"])

    def text(self, document_id: str) -> str | None:
        """A document's stored text, or None if it is gone.

        One that was read lately is not asked for again: an id stands for one content, and
        each search looks anew for what is there.
        """
        remembered = self._bodies.remembered(document_id)
        if remembered is not None:
            return remembered.text
        try:
            return self.document(document_id).document.text
        except NoSuchDocument:
            return None

    # -- passages ---------------------------------------------------------------------

    def passages(self, collection: str, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of the rows that are still there, by row."""
        found = self._connection.get(collection, rows, PLACE)
        sources = self.sources_of(row["document_id"] for row in found)
        self._bodies.read_ahead(sources)  # a hit is checked against its document next
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
