"""Connections and transactions of a library's SQLite file."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import LibraryClosed, LibraryDamaged
from qa.storage.local import schema

_BUSY_SECONDS = 30.0
_CHECKPOINT_BUSY_SECONDS = 0.2  # a reader in the way is not worth a longer wait


class Database:
    """One SQLite file, a connection for each thread that uses it.

    Args:
        path: the file; created if it is not there and ``writable``.
        writable: whether this process may ever write to it.

    Raises:
        LibraryDamaged: the file is no database, another program's, or a newer Wenju's.
    """

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self.path = path
        self._writable = writable
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        try:
            if writable:
                schema.migrate(self.connection)
            elif schema.check(self.connection) != schema.VERSION:
                raise LibraryDamaged(
                    "It was made by an older Wenju, and can only be read here; opened once "
                    "where it can be written to, it is brought up to date."
                )
        except sqlite3.OperationalError:  # no space, no permission: the file is not at fault
            self.close()
            raise
        except (sqlite3.DatabaseError, LibraryDamaged) as error:
            self.close()
            raise LibraryDamaged(
                f"{path} cannot be opened as a library: {error} "
                "Restore it from a copy, or index the documents into another folder: "
                "wenju index PATH --library DIR"
            ) from error

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread, opened on first use.

        Raises:
            LibraryClosed: the library was closed.
        """
        if self._closed:
            raise LibraryClosed.of(self.path.parent)
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        mode = "mode=rwc" if self._writable else self._reading_mode()
        if connection is not None and mode != self._local.mode and not connection.in_transaction:
            self._forget(connection)
            connection = None
        if connection is None:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?{mode.partition('#')[0]}",
                uri=True,
                isolation_level=None,  # transactions are begun by name, below
                timeout=_BUSY_SECONDS,
                check_same_thread=False,  # close() runs in whichever thread calls it
            )
            with self._lock:
                self._connections.append(connection)
            self._local.connection, self._local.mode = connection, mode
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # removed text leaves the file
            if self._writable:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _reading_mode(self) -> str:
        """Return how to open a file that may only be read; another value once it has changed.

        SQLite cannot make its shared-memory file in a folder that it may not write to. It
        needs none for a file that nobody writes to. Then it does not look for changes, so a
        connection serves one state of the file alone.
        """
        status = self.path.stat()
        if self.path.with_name(f"{self.path.name}-wal").exists():
            return "mode=ro"
        return f"mode=ro&immutable=1#{status.st_mtime_ns}-{status.st_size}"

    def _forget(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._connections.remove(connection)
        connection.close()

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run one statement in this thread's connection."""
        return self.connection.execute(sql, values)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give all reads within one committed state."""
        if self.connection.in_transaction:  # nested reads share the outer state
            yield
            return
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Commit all writes within, or none."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def checkpoint(self) -> None:
        """Write the log into the file, so that the log has nothing that was removed.

        A reader in another process can prevent it; then the next checkpoint does it.
        """
        self.execute(f"PRAGMA busy_timeout = {int(_CHECKPOINT_BUSY_SECONDS * 1000)}")
        try:
            self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")

    def close(self) -> None:
        """Close the connections of all threads."""
        self._closed = True
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()
