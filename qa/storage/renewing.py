"""Renewing a library's vectors in a thread, while the library answers."""

import logging
import threading
import time
from collections.abc import Callable

from qa.errors import LibraryBusy, LibraryClosed, WenjuError
from qa.progress import Progress
from qa.results import Renewal

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 5.0  # between two lines of the log
_LOOK_AGAIN_SECONDS = 10.0  # at what other processes have added
_TRY_AGAIN_SECONDS = 600.0  # after a failure, unless something is added


class BackgroundRenewal:
    """Encodes what a library still lacks, in a thread of its own, until it is stopped.

    Args:
        renewal: returns how far the library is; see :meth:`qa.Library.renewal`.
        renew: encodes, and reports its progress; see :meth:`qa.Library.renew`.
    """

    def __init__(
        self, renewal: Callable[[], Renewal | None], renew: Callable[[Progress], None]
    ) -> None:
        self._renewal = renewal
        self._renew = renew
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._logged = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="wenju-renewal", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once whether passages lack vectors; called after documents were added."""
        self._woken.set()

    def stop(self) -> None:
        """End after the batch that is being encoded, and wait for that."""
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait(_LOOK_AGAIN_SECONDS if self._is_done() else _TRY_AGAIN_SECONDS)
            self._woken.clear()

    def _is_done(self) -> bool:
        """Encode what is missing; return false if that failed, which the log explains."""
        try:
            if self._renewal() is not None:
                self._renew(self._progress)
                _log.warning("All passages are read.")
        except (_Stopped, LibraryClosed):
            self._stopped.set()
        except LibraryBusy:
            _log.warning("The passages are not read: another program is writing.")
        except (WenjuError, OSError) as error:
            _log.warning("The passages cannot be read here; words answer. %s", error)
            return False
        return True

    def _progress(self, stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG002
        if self._stopped.is_set():
            raise _Stopped
        if time.monotonic() - self._logged >= _PAUSE_SECONDS:
            _log.warning("Still reading: %d of %d passages.", done, total)
            self._logged = time.monotonic()


class _Stopped(Exception):
    """The library is being closed."""
