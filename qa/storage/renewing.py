"""Renewing a library's vectors in a thread, while the library answers."""

import logging
import threading
import time
from collections.abc import Callable

from qa.errors import LibraryBusy, WenjuError
from qa.progress import Progress

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 5.0  # between two lines of the log


class BackgroundRenewal:
    """Runs one renewal in a thread of its own. Where it cannot write, it says so in the log.

    Args:
        renew: does it, and reports its progress; see :meth:`qa.Library.renew`.
    """

    def __init__(self, renew: Callable[[Progress], None]) -> None:
        self._renew = renew
        self._stopped = threading.Event()
        self._logged = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="wenju-renewal", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being encoded, and wait for that."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            self._renew(self._progress)
            _log.warning("The vectors are renewed.")
        except _Stopped:
            pass
        except LibraryBusy:
            _log.warning("The vectors are not renewed: another program is writing.")
        except (WenjuError, OSError) as error:
            _log.warning("The vectors cannot be renewed here; words answer. %s", error)

    def _progress(self, stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG002
        if self._stopped.is_set():
            raise _Stopped
        if time.monotonic() - self._logged >= _PAUSE_SECONDS:
            _log.warning("Renewed %d of %d vectors.", done, total)
            self._logged = time.monotonic()


class _Stopped(Exception):
    """The library is being closed."""
