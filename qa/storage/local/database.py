"""Connections and transactions of a library's SQLite file.

Reading must never depend on writing. Three ways of opening the file are tried in turn:

1. shared with writers, which needs a folder that can be written to and some free space;
2. for reading alone, as nothing but the file is there;
3. a private copy in a temporary folder, for a file that cannot be read where it is: one of an
   older schema that cannot be migrated there, or with a log that was never brought in.
"""

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import LibraryClosed, LibraryDamaged, WenjuError
from qa.storage.local import schema
from qa.storage.local.lock import can_lock, only_readable
from qa.storage.permissions import private_file

_BUSY_SECONDS = 30.0
_CHECKPOINT_BUSY_SECONDS = 0.2  # a reader in the way is not worth a longer wait
_SHARED_BYTES = 32_768  # of a shared-memory file at least
_COPY_ATTEMPTS = 3  # at a file that somebody else changes meanwhile


class ReadableAsCopy(LibraryDamaged):
    """The file cannot be read where it is, but a copy of it can."""


class Database:
    """One SQLite file, a connection for each thread that uses it.

    Args:
        path: the file; created if it is not there and ``writable``.
        writable: whether this process may ever write to it.

    Attributes:
        path: the file.
        writable: whether it can be written to; false where the folder or the disk forbids it.

    Raises:
        LibraryDamaged: the file is no database, another program's, or a newer Wenju's.
    """

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self.path = path
        self.writable = writable
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._can_lock = can_lock(path.parent)
        try:
            self._open()
        except (sqlite3.OperationalError, OSError):  # no space, no permission: not the file's fault
            self.close()
            raise
        except (sqlite3.DatabaseError, LibraryDamaged) as error:
            self.close()
            if isinstance(error, LibraryDamaged) and error.code == "newer_library":
                raise
            raise LibraryDamaged(
                f"{path} cannot be opened as a library: {error} "
                "Restore it from a copy, or index the documents into another folder: "
                "wenju index PATH --library DIR"
            ) from error

    def _open(self) -> None:
        if self.writable and self._can_lock:
            try:
                self.open_for_writing()
                return
            except (sqlite3.OperationalError, OSError) as error:
                self._forget_all()
                nothing_there = not self.path.exists() or not self.path.stat().st_size
                if nothing_there or not cannot_write(error):
                    raise
        try:
            self._open_for_reading()
        except (sqlite3.OperationalError, ReadableAsCopy) as error:
            self._forget_all()
            if not cannot_write(error) and not isinstance(error, ReadableAsCopy):
                raise
            self._open_copy()

    def open_for_writing(self) -> None:
        """Open the file shared with other readers and writers, and migrate it if it is older.

        Raises:
            sqlite3.OperationalError: there is no space, or no permission.
            OSError: likewise.
        """
        self._forget_all()
        self.writable = True
        try:
            private_file(self.path)
            schema.migrate(self.connection)
        except BaseException:
            self.writable = False
            raise

    def _open_for_reading(self) -> None:
        self.writable = False
        if not self._can_lock and len(self._parts()) > 1 and self._parts()[1].stat().st_size:
            raise ReadableAsCopy("Its log cannot be read without locks.")
        if schema.check(self.connection) != schema.VERSION:
            raise ReadableAsCopy("It was made by an older Wenju.")
        self.connection.execute("SELECT 1 FROM settings").fetchone()

    def _open_copy(self) -> None:
        """Open a private copy, in the first temporary folder that has room for it."""
        size = sum(part.stat().st_size for part in self._parts())
        for folder in (tempfile.gettempdir(), "/dev/shm"):  # noqa: S108
            try:
                if shutil.disk_usage(folder).free < 2 * size:
                    continue
                self._copy = tempfile.TemporaryDirectory(prefix="wenju-copy-", dir=folder)
                self._copy_into(Path(self._copy.name))
                schema.migrate(self.connection, keep_copy=False)
                return
            except (OSError, sqlite3.OperationalError) as error:
                self._forget_all()
                if not cannot_write(error):
                    raise
        raise WenjuError(
            f"The library in {self.path.parent} can be read only from a copy, and no temporary "
            f"folder has {2 * size:,} bytes for one. Make room, or set TMPDIR to a folder that has."
        )

    def _copy_into(self, folder: Path) -> None:
        for _ in range(_COPY_ATTEMPTS):
            before = self._state_of_files()
            for part in self._parts():
                shutil.copyfile(part, folder / part.name)
            if self._state_of_files() == before:
                return
        raise OSError("the library is being changed")

    def _parts(self) -> list[Path]:
        """The files that hold the database: the file itself, and its log if there is one."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return [self.path, log] if log.exists() else [self.path]

    def _state_of_files(self) -> str:
        states = [part.stat() for part in self._parts()]
        return "-".join(f"{state.st_mtime_ns}-{state.st_size}" for state in states)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread, opened on first use.

        Raises:
            LibraryClosed: the library was closed.
        """
        if self._closed:
            raise LibraryClosed.of(self.path.parent)
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        mode = "mode=rwc" if self.writable or self._copy is not None else self._reading_mode()
        if connection is not None and mode != self._local.mode and not connection.in_transaction:
            self._forget(connection)
            connection = None
        if connection is None:
            connection = self._connected(mode)
            self._local.connection, self._local.mode = connection, mode
        return connection

    def _connected(self, mode: str) -> sqlite3.Connection:
        path = self.path.absolute()
        if self._copy is not None:
            path = Path(self._copy.name) / self.path.name
        connection = sqlite3.connect(
            f"{path.as_uri()}?{mode.partition('#')[0]}",
            uri=True,
            isolation_level=None,  # transactions are begun by name, below
            timeout=_BUSY_SECONDS,
            check_same_thread=False,  # close() runs in whichever thread calls it
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # removed text leaves the file
            if mode == "mode=rwc":
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._connections.append(connection)
        return connection

    def _reading_mode(self) -> str:
        """Return how to open a file that may only be read; another value once it has changed.

        SQLite cannot make its shared-memory file in a folder that it may not write to. It
        needs none for a file that nobody writes to. Then it does not look for changes, so a
        connection serves one state of the file alone.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        shared = self.path.with_name(f"{self.path.name}-shm")
        # On a full disk SQLite leaves the beginning of a shared-memory file, which is of no use.
        in_use = shared.exists() and shared.stat().st_size >= _SHARED_BYTES
        if self._can_lock and log.exists() and (log.stat().st_size or in_use):
            return "mode=ro"
        return f"mode=ro&immutable=1#{self._state_of_files()}"

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
        """Commit all writes within, or none.

        Raises:
            CannotLock: the file can only be read here.
        """
        if not self.writable:  # of a private copy, the changes would be lost
            raise only_readable(self.path.parent, "it was opened for reading")
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # a full disk has ended it already
                self.execute("ROLLBACK")
            raise

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
        self._forget_all()

    def _forget_all(self) -> None:
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None


_NO_SPACE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_NO_RIGHT = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_NO_LOCK = {sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS}


def has_no_space(error: Exception) -> bool:
    """Return whether SQLite could not write for want of space."""
    return _kind(error) in _NO_SPACE


def cannot_write(error: Exception) -> bool:
    """Return whether a file could not be opened for want of space, of rights, or of locks."""
    return isinstance(error, OSError) or _kind(error) in _NO_SPACE | _NO_RIGHT | _NO_LOCK


def _kind(error: Exception) -> int:
    """SQLite's primary code of an error; 0 if it is none of SQLite's."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
