"""The libraries of a server, and the threads and processes that work on them."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from fastapi import Request

from qa.library import Library
from qa.server.processes import Processes
from qa.sharing.libraries import Libraries

P = ParamSpec("P")
R = TypeVar("R")

#: The header with a visitor's secret, under which a public server keeps their documents.
VISITOR_HEADER = "X-Wenju-Visitor"
_READERS = 2  # threads; with more, fewer questions are answered in the same time
_UPLOADS = 8  # threads, as many as qa.server.limits lets in; they wait for reading processes
_SECONDS_BETWEEN_LOOKS = 0.5


def visitor_of(request: Request) -> str | None:
    """Return the secret that the sender of a request gave, if any."""
    return request.headers.get(VISITOR_HEADER)


class Workers:
    """The threads of one server: some read its libraries, one writes, some take uploads."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="wenju-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="wenju-write")
        self._uploads = ThreadPoolExecutor(_UPLOADS, thread_name_prefix="wenju-upload")
        self._closing = threading.Event()

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work that changes nothing, and return its result."""
        return await _run(self._readers, lambda: work(*args, **kwargs))

    async def write(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work that changes a library, after all such work requested before."""
        return await _run(self._writer, lambda: work(*args, **kwargs))

    async def upload(self, request: Request, work: Callable[[Callable[[], bool]], R]) -> R:
        """Run work that reads and stores an upload; uploads do not wait for each other.

        Args:
            request: the request that brought it.
            work: called with a function that returns whether the client has hung up.
        """
        gone = threading.Event()
        watching = asyncio.create_task(_notice_departure(request, gone))
        try:
            return await _run(
                self._uploads, lambda: work(lambda: gone.is_set() or self._closing.is_set())
            )
        finally:
            gone.set()
            watching.cancel()

    def close(self) -> None:
        """Finish the work that has begun, drop the rest, and give up reading uploads."""
        self._closing.set()
        for threads in (self._readers, self._writer, self._uploads):
            threads.shutdown(wait=True, cancel_futures=True)


async def _notice_departure(request: Request, gone: threading.Event) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
    gone.set()


async def _run(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


@dataclass(frozen=True, slots=True)
class Service:
    """The libraries, threads and processes that the routes of one server use.

    Attributes:
        libraries: the libraries that visitors ask.
        workers: the threads that work on them.
        processes: the processes that answer from the base library, if there are any.
    """

    libraries: Libraries
    workers: Workers = field(default_factory=Workers)
    processes: Processes | None = None

    def library(self, request: Request) -> Library:
        """Return the library that the sender of a request asks."""
        return self.libraries.of(visitor_of(request))

    async def read(
        self,
        visitor: str | None,
        work: Callable[Concatenate[Library, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run work that only reads a visitor's library, in a process if there are any.

        Args:
            visitor: the visitor's secret, if they sent one.
            work: a function of a module, which a process can find by its name.
            args: arguments of ``work`` after the library.
            kwargs: likewise.
        """
        library = self.libraries.of(visitor)
        if self.processes is not None and library is self.libraries.base:
            return await self.processes.run(work, *args, **kwargs)
        return await self.workers.read(work, library, *args, **kwargs)

    def close(self) -> None:
        """Finish the work that has begun, and drop the rest."""
        if self.processes is not None:
            self.processes.close()
        self.workers.close()
