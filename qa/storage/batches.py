"""Batches of documents that are encoded and committed together."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

# Enough passages to keep the encoder busy, few enough that a crash loses little work (never a
# part of a document).
_PASSAGES = 1024
_ITEMS = 4096  # looked at together, most of which are there already


def in_batches(items: Iterable[T], passages_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield items in batches of about as many passages as are committed together.

    Args:
        items: files or documents.
        passages_of: counts the passages of one.
    """
    batch: list[T] = []
    passages = 0
    for item in items:
        batch.append(item)
        passages += passages_of(item)
        if passages >= _PASSAGES or len(batch) >= _ITEMS:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch
