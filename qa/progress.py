"""How long work tells how far it is, without knowing who listens."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")

_OFTEN = 1024  # things between two reports
_PAUSE_SECONDS = 5.0  # between two lines of a log


class Progress(Protocol):
    """Called as work goes on, often and from the working thread."""

    def __call__(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Say that ``done`` of ``total`` things of a stage are done, ``item`` the latest.

        Args:
            stage: ``read``, ``encode``, ``index``, ``search`` or ``verify``.
            done: how many are done.
            total: how many there will be.
            item: a file's name, say.
        """


def silent(stage: str, done: int, total: int, item: str = "") -> None:
    """Progress that nobody listens to."""


def counted(items: Iterable[T], total: int, stage: str, progress: Progress) -> Iterator[T]:
    """The items, each thousand of which is told, and the last."""
    done = 0
    for done, item in enumerate(items, 1):
        yield item
        if done % _OFTEN == 0:
            progress(stage, done, max(done, total))
    progress(stage, done, max(done, total))


def logged(items: Iterable[T], log: logging.Logger, pause: float = _PAUSE_SECONDS) -> Iterator[T]:
    """Passages to index; where they take long, the log says now and then how many there were.

    Args:
        items: the passages.
        log: that is told.
        pause: seconds between two lines.
    """
    told = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - told >= pause:
            log.warning("Indexed %d passages so far.", done)
            told = time.monotonic()
