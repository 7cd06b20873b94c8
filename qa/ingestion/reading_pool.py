"""Reading processes kept warm, shared by all libraries of this process.

A file is read in a process of its own, so that a hostile one can neither end this
process nor take its memory. Starting such a process takes a tenth of a second of
computing; therefore one that has read a file waits for the next.
"""

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from corpus import Document, Limits, ReadingStopped
from corpus.confined.messages import Request
from corpus.confined.restrictions import Bounds
from corpus.readers.ocr.lines import RecognisedPage
from qa.ingestion.process_memory import MEMORY_IS_BOUND
from qa.ingestion.reading_process import ReadingProcess, Stop, bounds_of

R = TypeVar("R")

#: Processes that read at the same time; more uploads than a server takes at once.
_MOST = max(8, 2 * (os.cpu_count() or 1))
#: Pages that are recognised at the same time, a gigabyte of memory each.
PAGES_AT_ONCE = min(4, os.cpu_count() or 1)
_IDLE_SECONDS = 60.0
_LOOK_SECONDS = 0.05


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Watched:
    """A file that is being read."""

    process: ReadingProcess
    limits: Limits
    deadline: float
    abandoned: Callable[[], bool]


class ReadingPool:
    """Reads files in processes of their own. Threads may share it.

    Args:
        most: how many processes read at the same time; whoever comes then waits.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._places = threading.Semaphore(most)
        self._page_places = threading.Semaphore(PAGES_AT_ONCE)
        self._mutex = threading.Condition()
        self._idle: list[tuple[float, ReadingProcess]] = []  # since when, the longest first
        self._busy: dict[int, _Watched] = {}
        self._watching = False
        self._closed = False

    def read(
        self,
        request: Request,
        *,
        isolated: bool = False,
        abandoned: Callable[[], bool] = _never,
    ) -> Document:
        """Read a file.

        Args:
            request: the file, its name, and its limits.
            isolated: take a process that has read no other file, so that a hostile one
                learns nothing of others, and let it compute when nothing else does.
            abandoned: whether nobody waits for the document any more; asked from another
                thread as long as the file is read.

        Raises:
            PagesWanted: pages of it have to be recognised first.
            ReadingStopped: reading took too much, crashed, or was abandoned.
            CorpusError: the file cannot be read.
        """
        with self._place(self._places, abandoned):
            try:
                return self._in_process(
                    ReadingProcess.read, request, bounds_of(request.limits), isolated, abandoned
                )
            finally:
                if isolated:
                    self.warm(request.limits)

    def recognise(
        self,
        request: Request,
        *,
        isolated: bool = False,
        abandoned: Callable[[], bool] = _never,
    ) -> RecognisedPage:
        """Recognise the page that a request names; the arguments are those of :meth:`read`.

        Raises:
            ReadingStopped: as :meth:`read`.
            CorpusError: the page cannot be loaded.
        """
        bounds = bounds_of(request.limits, pages=True)
        with self._place(self._page_places, abandoned):
            return self._in_process(ReadingProcess.recognise, request, bounds, isolated, abandoned)

    def _in_process(
        self,
        ask: Callable[[ReadingProcess, Request], R],
        request: Request,
        bounds: Bounds,
        isolated: bool,
        abandoned: Callable[[], bool],
    ) -> R:
        """Send a request to a process, and return its answer."""
        process = self._take(bounds, isolated=isolated)
        used = process.files_read > 0
        try:
            return self._watched(ask, process, request, abandoned)
        except ReadingStopped as error:
            # An earlier file may be to blame.
            if not used or error.code not in ("reader_crashed", "took_too_much_memory"):
                raise
        finally:
            self._give_back(process, again=not isolated)
        fresh = ReadingProcess(bounds)
        try:
            return self._watched(ask, fresh, request, abandoned)
        finally:
            self._give_back(fresh, again=True)

    def warm(self, limits: Limits) -> None:
        """Have a process waiting for the next isolated file within some limits."""
        bounds = bounds_of(limits)
        with self._mutex:
            waiting = [(each.bounds, each.yielding) for _, each in self._idle]
        if (bounds, True) not in waiting:
            self._give_back(ReadingProcess(bounds, yielding=True), again=True)

    def close(self) -> None:
        """End all processes; files that are being read are given up."""
        with self._mutex:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy.values())
            self._mutex.notify_all()
        for watched in busy:
            watched.process.stop(Stop.ABANDONED)
        for _, process in idle:
            process.close()

    @contextmanager
    def _place(self, places: threading.Semaphore, abandoned: Callable[[], bool]) -> Iterator[None]:
        """Wait for one of the places."""
        while not places.acquire(timeout=1.0):
            if abandoned():
                raise ReadingStopped("reading the file was given up", "reading_abandoned")
        try:
            yield
        finally:
            places.release()

    def _take(self, bounds: Bounds, *, isolated: bool) -> ReadingProcess:
        """Return a process for one file, the one last used where one waits."""
        process = None
        with self._mutex:
            for place in reversed(range(len(self._idle))):
                waiting = self._idle[place][1]
                if (waiting.bounds, waiting.yielding) == (bounds, isolated):
                    process = self._idle.pop(place)[1]
                    break
        return process or ReadingProcess(bounds, yielding=isolated)

    def _watched(
        self,
        ask: Callable[[ReadingProcess, Request], R],
        process: ReadingProcess,
        request: Request,
        abandoned: Callable[[], bool],
    ) -> R:
        """Send a request to a process, which is stopped when it takes too long."""
        deadline = time.monotonic() + request.limits.wall_seconds
        with self._mutex:
            self._busy[process.pid] = _Watched(process, request.limits, deadline, abandoned)
            self._watch()
        try:
            return ask(process, request)
        finally:
            with self._mutex:
                del self._busy[process.pid]

    def _give_back(self, process: ReadingProcess, *, again: bool) -> None:
        surplus = [process]
        if process.usable and again:
            with self._mutex:
                if not self._closed:
                    self._idle.append((time.monotonic(), process))
                    # One for each core reads a folder, and one is for an upload; the oldest go.
                    surplus = [each for _, each in self._idle[: -_kept()]]
                    del self._idle[: -_kept()]
                    self._watch()
        for each in surplus:
            each.close()

    def _watch(self) -> None:
        """Have the watching thread at work; the mutex is held."""
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch_on, name="wenju-reading", daemon=True).start()
        self._mutex.notify_all()

    def _watch_on(self) -> None:
        """Stop what takes too long, end what has had nothing to do, until there is neither."""
        while True:
            with self._mutex:
                if not self._busy and not self._idle:
                    self._watching = False
                    return
                if not self._busy:
                    self._mutex.wait(_IDLE_SECONDS)
                oldest = time.monotonic() - _IDLE_SECONDS
                resting = [each for since, each in self._idle if since < oldest]
                self._idle = [each for each in self._idle if each[0] >= oldest]
                busy = list(self._busy.values())
            for process in resting:
                process.close()
            for watched in busy:
                _stop_if_need_be(watched)
            if busy:
                time.sleep(_LOOK_SECONDS)


def _kept() -> int:
    return 1 + max(2, os.cpu_count() or 1)


def _stop_if_need_be(watched: _Watched) -> None:
    memory = watched.process.measure_memory()
    if time.monotonic() > watched.deadline:
        watched.process.stop(Stop.WALL_TIME)
    elif watched.abandoned():
        watched.process.stop(Stop.ABANDONED)
    elif not MEMORY_IS_BOUND and memory > watched.limits.memory_bytes:
        watched.process.stop(Stop.MEMORY)


_pool: ReadingPool | None = None
_making = threading.Lock()


def reading_pool() -> ReadingPool:
    """Return the pool of this process, made when it is first needed."""
    global _pool
    with _making:
        if _pool is None:
            _pool = ReadingPool()
            atexit.register(_pool.close)
        return _pool


def _forget_pool() -> None:
    """In a forked process: the processes of the pool are not its own."""
    global _pool, _making
    _pool, _making = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
