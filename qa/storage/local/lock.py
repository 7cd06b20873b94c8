"""One writer at a time, across processes.

The operating system holds the lock and releases it however the process ends. A file beside
it names the holder for other processes that wait.
"""

import errno
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import LibraryBusy, WenjuError
from qa.storage.permissions import make_private

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 600.0
_SILENCE_SECONDS = 2.0  # of waiting, before the log names the holder
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_NAME = "write"
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)


class CannotLock(WenjuError):
    """Nothing can be written here: the folder may only be read, or has no locks."""


class WriteLock:
    """The right to write to one library, or to do one other thing with it.

    Args:
        folder: the library's folder.
        name: of the lock.
    """

    def __init__(self, folder: Path, name: str = _NAME) -> None:
        self._folder = folder
        self._lock = FileLock(folder / f"{name}.lock")
        self._depth = 0  # how often the thread that holds the lock has taken it
        self._holder = folder / f"{name}.holder.json"

    @contextmanager
    def held(self, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
        """Hold the lock; a thread that holds it may hold it again.

        Args:
            patience: seconds to wait for another writer.

        Raises:
            LibraryBusy: another process or thread is still writing.
            CannotLock: this process may not write to the library, or nobody can lock it.
            OSError: the disk is full.
        """
        try:
            self._acquire(patience)
        except Timeout as error:
            raise LibraryBusy(
                f"Another writer has held the library for more than {patience:g} s: "
                f"{self._named_holder()}. Try again when it is done."
            ) from error
        except OSError as error:
            if error.errno not in _READ_ONLY + _NO_LOCKS:
                raise
            raise only_readable(self._folder, str(error.strerror)) from error
        self._depth += 1
        try:
            with suppress(OSError):  # a full disk must not prevent a removal
                self._name_holder()
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                make_private(self._folder)
            self._lock.release()

    def holder(self) -> str | None:
        """Return who is writing at the moment, or None if nobody is."""
        try:
            self._acquire(0)
        except Timeout:  # an OSError, too
            return self._named_holder()
        except OSError:
            return None
        self._lock.release()
        return None

    def _acquire(self, patience: float) -> None:
        with suppress(Timeout):
            self._lock.acquire(timeout=min(patience, _SILENCE_SECONDS))
            return
        if patience > _SILENCE_SECONDS:
            _log.warning("Waiting for another writer: %s.", self._named_holder())
        self._lock.acquire(timeout=max(patience - _SILENCE_SECONDS, 0))

    def _name_holder(self) -> None:
        holder = {
            "process": os.getpid(),
            "command": Path(sys.argv[0]).name,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._holder.write_text(json.dumps(holder), encoding="utf-8")

    def _named_holder(self) -> str:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            return f"process {holder['process']} ({holder['command']}) since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "it left no name"


def can_lock(folder: Path) -> bool:
    """Return whether the file system of a library has locks, as SQLite and writers need them.

    SQLite itself would take a file system without any for one where another process is always
    writing, and wait.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where every file system has locks
        return True
    try:
        # Of a file of our own: closing the database's would let go of SQLite's locks of it.
        with (folder / f"{_NAME}.lock").open("rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _NO_LOCKS
    return True


def only_readable(folder: Path, reason: str) -> CannotLock:
    """Return the error for a change of a library that can only be read, and why."""
    return CannotLock(
        f"The library in {folder} can only be read ({reason}). "
        "Copy it into a folder that you may write to, and change the copy."
    )
