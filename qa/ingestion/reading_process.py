"""One process that reads files for this one, and is killed when it takes too much."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from corpus import Document, Limits, ReadingStopped
from corpus.confined.messages import (
    BadReply,
    Reply,
    Request,
    decode_document,
    decode_error,
    decode_page,
    decode_wanted,
    is_error,
    read_reply,
    write_request,
)
from corpus.confined.restrictions import Bounds
from corpus.readers.ocr.lines import PagesWanted, RecognisedPage
from qa.ingestion.process_memory import memory_of

R = TypeVar("R")

# A process that has taken so long for its files gives way to a new one. Recognising a page
# takes seconds, and loading the models another.
_SPARE_CPU_SECONDS = 20
_SPARE_CPU_SECONDS_OF_PAGES = 300
_FILES = 500
_NICENESS = 15
_SECONDS_TO_END = 1.0
_START = """
import json, sys
path, bounds = json.loads(sys.argv[1])
sys.path[:] = path
from corpus.confined.restrictions import Bounds
from corpus.confined.worker import main
main(Bounds(*bounds))
"""
# What Python and the loader need; the rest, keys for example, is nobody's business.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMP")


class Stop(Enum):
    """Why a process was killed before it had read its file."""

    WALL_TIME = auto()
    MEMORY = auto()
    ABANDONED = auto()


def bounds_of(limits: Limits, *, pages: bool = False) -> Bounds:
    """Return the bounds of a process that reads within some limits.

    Args:
        limits: bounds on each file, or on each page that is recognised.
        pages: whether the process recognises pages.
    """
    spare = _SPARE_CPU_SECONDS_OF_PAGES if pages else _SPARE_CPU_SECONDS
    return Bounds(limits.memory_bytes, limits.cpu_seconds, spare)


class ReadingProcess:
    """A process that reads files. One thread reads with it; any thread may stop it.

    Args:
        bounds: what it may use.
        yielding: let it compute only when processes with work for somebody who waits do not.
    """

    def __init__(self, bounds: Bounds, *, yielding: bool = False) -> None:
        self.bounds = bounds
        self.yielding = yielding
        self.files_read = 0
        self.usable = True  # for one more file
        self._stopped: Stop | None = None
        self._ended = False
        self._seconds = 0.0  # of all its files
        self._peak_memory = 0
        self._mutex = threading.Lock()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        path = [str(Path(each).absolute()) for each in sys.path]
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps([path, bounds])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        if yielding and hasattr(os, "setpriority"):
            with suppress(OSError):  # it has ended, which its reader will notice
                os.setpriority(os.PRIO_PROCESS, self.pid, _NICENESS)

    @property
    def pid(self) -> int:
        """The number by which the system knows it."""
        return self._process.pid

    def read(self, request: Request) -> Document:
        """Read a file.

        Raises:
            PagesWanted: pages of it have to be recognised first.
            ReadingStopped: it took too much, the process crashed, or it was stopped.
            CorpusError: the file cannot be read.
        """

        def decode(reply: Reply) -> Document:
            if (numbers := decode_wanted(reply, request.limits)) is not None:
                raise PagesWanted(numbers)
            document_id = hashlib.sha256(request.data).hexdigest()
            return decode_document(reply, document_id, request.limits)

        return self._answer(request, decode)

    def recognise(self, request: Request) -> RecognisedPage:
        """Recognise the page that a request names.

        Raises:
            ReadingStopped: as :meth:`read`.
            CorpusError: the page cannot be loaded.
        """
        return self._answer(request, decode_page)

    def _answer(self, request: Request, decode: Callable[[Reply], R]) -> R:
        """Send a request, and return what its answer holds."""
        self.files_read += 1
        began = time.monotonic()
        try:
            reply = self._ask(request)
            if reply is None:
                raise self._failure(request.limits).about(request.name)
            if is_error(reply):
                error = decode_error(reply)
                self.usable = not isinstance(error, ReadingStopped)
                raise error
            result = decode(reply)
        except BadReply as error:
            self.usable = False
            raise ReadingStopped.crashed(str(error)).about(request.name) from error
        finally:
            self._seconds += time.monotonic() - began
            spent = self._seconds >= self.bounds.spare_cpu_seconds
            self.usable = self.usable and self.files_read < _FILES and not spent
        return result

    def measure_memory(self) -> int:
        """Measure the memory of the process; return the most that was seen so far, in bytes.

        It has to be measured while the process lives: what the system says about a process
        that has ended (``ru_maxrss``) is never less than the memory of the one that started it.
        """
        self._peak_memory = max(self._peak_memory, memory_of(self.pid))
        return self._peak_memory

    def stop(self, reason: Stop) -> None:
        """Kill it; whoever reads with it gets :class:`ReadingStopped`."""
        with self._mutex:
            if self._stopped is None:
                self._stopped = reason
            if not self._ended:
                self._process.kill()

    def close(self) -> None:
        """Kill it, and wait until it is gone."""
        with self._mutex:
            if not self._ended:
                self._process.kill()
        self._wait()

    def _ask(self, request: Request) -> Reply | None:
        """Send a file and take the answer; None if the process ended."""
        try:
            write_request(cast(BinaryIO, self._process.stdin), request)
            return read_reply(cast(BinaryIO, self._process.stdout), request.limits)
        except (BrokenPipeError, ConnectionResetError):
            return None

    def _failure(self, limits: Limits) -> ReadingStopped:
        """Return why the process ended without an answer."""
        self.usable = False
        self._wait()
        if self._stopped is Stop.WALL_TIME:
            return ReadingStopped.too_long(limits, "wall_seconds")
        if self._stopped is Stop.MEMORY:
            return ReadingStopped.too_much_memory(limits)
        if self._stopped is Stop.ABANDONED:
            return ReadingStopped("reading the file was given up", "reading_abandoned")
        code = self._process.returncode
        if code == -getattr(signal, "SIGXCPU", 0):
            return ReadingStopped.too_long(limits, "cpu_seconds")
        # A library that gets no memory ends its process, in one way or the other.
        if code == -getattr(signal, "SIGKILL", 0) or 2 * self._peak_memory > limits.memory_bytes:
            return ReadingStopped.too_much_memory(limits)
        return ReadingStopped.crashed(_exit_in_words(code))

    def _wait(self) -> None:
        """Wait until the process is gone."""
        with self._mutex:  # nobody may kill a process whose number is free again
            if not self._ended:
                try:
                    self._process.wait(_SECONDS_TO_END)
                except subprocess.TimeoutExpired:  # it closed its pipe and goes on
                    self._process.kill()
                    self._process.wait()
                self._ended = True
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                cast(BinaryIO, pipe).close()
            except OSError:  # what could not be sent to it any more
                continue


def _exit_in_words(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit status {code}"
