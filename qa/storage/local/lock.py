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

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 600.0
_SILENCE_SECONDS = 2.0  # of waiting, before the log names the holder
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


class WriteLock:
    """The right to write to one library.

    Args:
        folder: the library's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "write.lock")
        self._holder = folder / "write.holder.json"

    @contextmanager
    def held(self, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
        """Hold the lock; a thread that holds it may hold it again.

        Args:
            patience: seconds to wait for another writer.

        Raises:
            LibraryBusy: another process or thread is still writing.
            WenjuError: this process may not write to the library.
        """
        try:
            self._acquire(patience)
        except Timeout as error:
            raise LibraryBusy(
                f"Another writer has held the library for more than {patience:g} s: "
                f"{self._named_holder()}. Try again when it is done."
            ) from error
        except OSError as error:
            if error.errno not in _READ_ONLY:
                raise
            raise WenjuError(
                f"The library in {self._holder.parent} can only be read ({error.strerror}). "
                "Copy it into a folder that you may write to, and change the copy."
            ) from error
        try:
            with suppress(OSError):  # a full disk must not prevent a removal
                self._name_holder()
            yield
        finally:
            self._lock.release()

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
