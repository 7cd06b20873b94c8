"""What the routes serve from: libraries, and the threads and processes that work on them."""

import asyncio
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

SEARCHING = 2  # more get into each other's way, and answer less in the same time


class Workers:
    """Threads of one server; :meth:`close` waits for what they have begun."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(SEARCHING, thread_name_prefix="wenju-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="wenju-write")

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what only reads."""
        return await _run(self._readers, lambda: work(*args, **kwargs))

    async def write(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what changes the library, after the changes asked for before."""
        return await _run(self._writer, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Finish what was begun, and drop what was not."""
        for threads in (self._readers, self._writer):
            threads.shutdown(wait=True, cancel_futures=True)


async def _run(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


#: The header in which a visitor of a public server sends the secret their documents lie under.
VISITOR = "X-Wenju-Visitor"


@dataclass(frozen=True, slots=True)
class Service:
    """One server's parts.

    Attributes:
        libraries: what is asked.
        workers: the threads that ask it.
        processes: those that answer of the base library, if there are any.
    """

    libraries: Libraries
    workers: Workers = field(default_factory=Workers)
    processes: Processes | None = None

    def library(self, request: Request) -> Library:
        """What the sender of a request asks."""
        return self.libraries.of(visitor_of(request))

    async def read(
        self,
        visitor: str | None,
        work: Callable[Concatenate[Library, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run what only reads the library that a visitor asks, in a process if there are any.

        Args:
            visitor: their secret, if they sent one.
            work: a function of a module, which a process can find by its name.
            args: what it is called with, after the library.
            kwargs: likewise.
        """
        library = self.libraries.of(visitor)
        if self.processes is not None and library is self.libraries.base:
            return await self.processes.run(work, *args, **kwargs)
        return await self.workers.read(work, library, *args, **kwargs)

    def close(self) -> None:
        """Finish what was begun, and drop what was not."""
        if self.processes is not None:
            self.processes.close()
        self.workers.close()


def visitor_of(request: Request) -> str | None:
    """The secret of a request's sender, if they sent one."""
    return request.headers.get(VISITOR)
