"""The documents' bodies: text, articles and passages, read in parts and remembered.

An id stands for one content, so what was read lately need not be read again; whether a
document is still there is never answered from here.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from threading import Lock

from cachetools import LRUCache

from corpus import Document
from qa.errors import LibraryDamaged
from qa.milvus.collections import Collections
from qa.milvus.connection import Connection
from qa.milvus.packing import document_of, part_ids

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
