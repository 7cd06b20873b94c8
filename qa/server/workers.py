"""The threads that work on the library, while the event loop keeps listening.

Few threads search: Python runs one at a time, and each has its own connection to the
store. One thread changes the library, as one writer may; a long upload keeps no question
waiting.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

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
