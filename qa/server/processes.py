"""Processes that answer questions beside the server's own.

Python runs one thread of a process at a time; with one of these for each core, a server
answers so many questions at once. Each opens the library by itself, and sees what was
committed at its next question, as every process does.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import orjson

from qa.errors import WenjuError
from qa.library import Library
from qa.results import Answer

_TURNS_READ = 3  # questions before the last one that it may lean on


def search_as_json(
    library: Library, query: str, k: int, documents: Sequence[str] | None = None
) -> bytes:
    """The JSON of ``wenju search``."""
    return orjson.dumps([hit.to_dict() for hit in library.search(query, k, documents)])


def ask_as_json(library: Library, question: str, documents: Sequence[str] | None = None) -> bytes:
    """The JSON of ``wenju ask``."""
    return orjson.dumps(library.ask(question, documents).to_dict())


def continue_conversation(library: Library, questions: Sequence[str]) -> Answer:
    """The answer to the last of some questions, completed by those before."""
    conversation = library.conversation()
    for question in questions[-1 - _TURNS_READ : -1]:
        with suppress(WenjuError):  # one that could not be asked completes no other
            conversation.ask(question)
    return conversation.ask(questions[-1])


P = ParamSpec("P")
R = TypeVar("R")

_PATIENCE = 2.0  # seconds

_log = logging.getLogger(__name__)
_library: Library  # of such a process


class Processes:
    """Some processes with a library open.

    Args:
        folder: the library's.
        count: how many.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._pool = self._begun()

    async def run(
        self, work: Callable[Concatenate[Library, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """What ``work`` gives for the library; all of it goes from process to process as bytes.

        Should a process be killed, by the system for want of memory, say, all are begun
        anew and the question is asked once more.

        Raises:
            WenjuError: as ``work`` does.
        """
        pool, asked = self._pool, partial(_with_library, work, args, kwargs)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pool, asked)
        except BrokenProcessPool:
            if self._pool is pool:  # the first of those who were waiting
                _log.warning("A process that answers was killed. Beginning %d anew.", self._count)
                _end(pool)
                self._pool = self._begun()
            return await loop.run_in_executor(self._pool, asked)

    def close(self) -> None:
        """End the processes, which have nothing to do any more."""
        _end(self._pool, patience=_PATIENCE)

    def _begun(self) -> ProcessPoolExecutor:
        # Not forked: the server has threads, and FAISS and tokenizers have theirs.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._count, context, _open, (self._folder,))
        for _ in range(self._count):  # a pool begins a process when there is work for it
            pool.submit(_nothing)
        return pool


def _end(pool: ProcessPoolExecutor, patience: float = 0.0) -> None:
    """End a pool's processes, by force after some seconds of patience.

    One that was killed may have held what the others wait for, to take up work or the
    word to stop; and to the signal by which the pool would end them they do not listen.
    """
    pool.shutdown(wait=False, cancel_futures=True)
    last = time.monotonic() + patience
    for process in multiprocessing.active_children():  # this process has no others
        process.join(max(0.0, last - time.monotonic()))
        process.kill()


def _open(folder: Path) -> None:
    """Begin such a process."""
    global _library
    # Whoever stops the server stops it alone, and it ends its processes when they are done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    # The cores are shared out already.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    _library = Library.open(folder, create=False)


def _end_with_the_server() -> None:
    """A server that was killed ends nobody; what it leaves behind would stay for ever."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _nothing() -> None:
    """Work that is done as soon as the library is open."""


def _with_library(work: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    return work(_library, *args, **kwargs)
