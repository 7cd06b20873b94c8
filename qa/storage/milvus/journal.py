"""A journal of writes to a library in Milvus, so that a crash leaves nothing behind.

Milvus has no transactions and no locks. A process that adds or removes documents first
writes an entry for each document, and deletes it when done; an entry that is too old was
left by a process that died. Each process writes its entries before it reads those of
others, so of two that write one document at least one sees the other (Dekker 1965).
"""

import os
import socket
import time
from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import uuid4

from qa.errors import LibraryBusy
from qa.storage.milvus.collections import Collections, record
from qa.storage.milvus.connection import Connection, one_of

Kind = Literal["adding", "removing"]
ABANDONED_SECONDS = 600  # a batch takes seconds; the clocks of machines differ by less
_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.1


class Journal:
    """The entries of one process, and its view of those of others.

    Args:
        connection: to the server.
        collections: of the library.
    """

    def __init__(self, connection: Connection, collections: Collections) -> None:
        self._connection = connection
        self._records = collections.records
        self._writer = f"{socket.gethostname()[:100]}:{os.getpid()}"

    def begin(self, kind: Kind, documents: Iterable[str]) -> list[str]:
        """Enter documents, and return the ids of the entries for :meth:`end`."""
        nonce, now = uuid4().hex, int(time.time())
        entries = {f"{kind}:{document}:{nonce}": document for document in documents}
        self._connection.put(
            self._records,
            [
                record(id_, kind, value=self._writer, document_id=document, written_at=now)
                for id_, document in entries.items()
            ],
        )
        return list(entries)

    def end(self, entries: Sequence[str]) -> None:
        """Delete entries."""
        self._connection.delete(self._records, entries)

    def renew(self, entries: Sequence[str], kind: Kind, documents: Iterable[str]) -> list[str]:
        """Enter documents again, and delete the older entries."""
        renewed = self.begin(kind, documents)
        self.end(entries)
        return renewed

    def lost(self, entries: Sequence[str]) -> bool:
        """Return whether another process considered these entries abandoned."""
        return len(self._connection.get(self._records, entries, ["id"])) < len(entries)

    def entered(self, kind: Kind, documents: Sequence[str]) -> set[str]:
        """Return those of some documents that are in the journal."""
        some = f'kind == "{kind}" and {one_of("document_id", documents)}'
        found = self._connection.find(self._records, some, ["document_id"])
        return {row["document_id"] for row in found}

    def wait(self, kind: Kind, documents: Sequence[str]) -> bool:
        """Wait until none of some documents is in the journal, and return whether one was.

        Raises:
            LibraryBusy: one still is after a minute.
        """
        started = time.monotonic()
        waited = False
        while found := self.entered(kind, documents):
            waited = True
            if time.monotonic() - started > _PATIENCE_SECONDS:
                raise LibraryBusy(
                    f"Another process has been {kind} the document {min(found)[:16]}… for more "
                    "than a minute. If it died, `wenju verify` cleans up after it, ten minutes "
                    "later; then try again."
                )
            time.sleep(_PAUSE_SECONDS)
        return waited

    def wait_for_all(self, kind: Kind) -> None:
        """Wait until no entry of a kind is left, except those of processes that died."""
        while True:
            fresh = int(time.time()) - ABANDONED_SECONDS
            busy = f'kind == "{kind}" and written_at >= {fresh}'
            if not self._connection.find(self._records, busy, ["id"]):
                return
            time.sleep(_PAUSE_SECONDS)

    def abandoned(self) -> dict[str, list[str]]:
        """Return the documents of abandoned entries, each with these entries."""
        old = int(time.time()) - ABANDONED_SECONDS
        left = f'kind in ["adding", "removing"] and written_at < {old}'
        found: dict[str, list[str]] = {}
        for row in self._connection.find(self._records, left, ["id", "document_id"]):
            found.setdefault(row["document_id"], []).append(row["id"])
        return found
