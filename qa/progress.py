"""Reports of the progress of long work."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")

_INTERVAL = 1024  # items between two reports
_PAUSE_SECONDS = 5.0  # between two lines of a log


class Progress(Protocol):
    """A function that is called often as work proceeds, by one thread at a time."""

    def __call__(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Report that ``done`` of ``total`` items of a stage are done, ``item`` the latest.

        Args:
            stage: ``read`` (files), ``recognise`` (pages of a file that are pictures), ``encode``
                (static vectors), ``understand`` (contextual vectors), ``index``, ``search`` or
                ``verify``.
            done: the number of items that are done.
            total: the number of all items.
            item: the name of a file, for instance.
        """


def silent(stage: str, done: int, total: int, item: str = "") -> None:
    """Report nothing."""


def counted(items: Iterable[T], total: int, stage: str, progress: Progress) -> Iterator[T]:
    """Yield items, and report every thousandth and the last."""
    done = 0
    for done, item in enumerate(items, 1):
        yield item
        if done % _INTERVAL == 0:
            progress(stage, done, max(done, total))
    progress(stage, done, max(done, total))


def logged(items: Iterable[T], log: logging.Logger, pause: float = _PAUSE_SECONDS) -> Iterator[T]:
    """Yield passages, and write to a log every few seconds how many there were.

    Args:
        items: the passages.
        log: the log.
        pause: seconds between two lines.
    """
    logged_at = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - logged_at >= pause:
            log.warning("Indexed %d passages so far.", done)
            logged_at = time.monotonic()
