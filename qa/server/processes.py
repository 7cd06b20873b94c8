"""Processes that answer questions beside the server's own.

Python runs one thread of a process at a time; with a process for each core, a server
answers that many questions at once. Each process opens the library itself, and sees
what other processes commit at its next question.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from embeddings import Reader
from qa.library import Library

P = ParamSpec("P")
R = TypeVar("R")

_SECONDS_TO_STOP = 2.0

_log = logging.getLogger(__name__)
_library: Library  # in a process of the pool


class Processes:
    """A pool of processes that each hold one library open.

    Args:
        folder: the library's folder.
        count: how many processes to start.
        reader: of the answers, as for :meth:`qa.Library.open`; an object is pickled.
    """

    def __init__(self, folder: Path, count: int, reader: bool | Reader | None = None) -> None:
        self._folder = folder
        self._reader = reader
        self._count = count
        self._pool = self._start()

    async def run(
        self, work: Callable[Concatenate[Library, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Return the result of ``work`` on the library; arguments and result are pickled.

        If a process is killed, by the system for want of memory for instance, all are
        started again and the work is done once more.

        Raises:
            WenjuError: as ``work`` does.
        """
        pool, call = self._pool, partial(_call, work, args, kwargs)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pool, call)
        except BrokenProcessPool:
            if self._pool is pool:  # no other waiting request has replaced it yet
                _log.warning("An answering process was killed. Starting %d again.", self._count)
                _stop(pool)
                self._pool = self._start()
            return await loop.run_in_executor(self._pool, call)

    def close(self) -> None:
        """Stop the processes, which have finished their work by now."""
        _stop(self._pool, seconds=_SECONDS_TO_STOP)

    def _start(self) -> ProcessPoolExecutor:
        # Not forked: the server has threads, and so have FAISS and tokenizers.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            self._count, context, _open_library, (self._folder, self._reader)
        )
        for _ in range(self._count):  # a pool starts a process only when there is work for it
            pool.submit(_do_nothing)
        return pool


def _stop(pool: ProcessPoolExecutor, seconds: float = 0.0) -> None:
    """Stop a pool's processes, and kill those that are still running after ``seconds``.

    A process that was killed may have held a lock that the others need to take up work
    or to read the order to stop; and they ignore the signal that the pool would send.
    """
    pool.shutdown(wait=False, cancel_futures=True)
    deadline = time.monotonic() + seconds
    for process in multiprocessing.active_children():  # the server has no others
        process.join(max(0.0, deadline - time.monotonic()))
        process.kill()


def _open_library(folder: Path, reader: bool | Reader | None) -> None:
    """Prepare a new process of the pool."""
    global _library
    # Ctrl-C reaches the whole group; the server alone decides when its processes stop.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_exit_with_the_server, daemon=True).start()
    # There is a process for each core already.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    _library = Library.open(folder, reader=reader, create=False)


def _exit_with_the_server() -> None:
    """Exit when the server does: a server that was killed cannot stop its processes."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _do_nothing() -> None:
    """Return as soon as the library is open."""


def _call(work: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    return work(_library, *args, **kwargs)
