"""Passages that say the same, folded into one hit."""

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import TypeVar

from qa.folding import fold

T = TypeVar("T")

_SHINGLE = 4  # characters
# Two texts say the same if they share this part of their shingles (Jaccard index).
_SAME = 0.8
# White space and width, which shingles pass over, change a length by less than this.
_LIKE_LENGTH = 0.6


def shingles(text: str) -> frozenset[Hashable]:
    """All runs of four characters of the folded text, white space left out."""
    folded = "".join(fold(text).split())
    if len(folded) < _SHINGLE:
        return frozenset({tuple(folded)})
    return frozenset(zip(*(folded[i:] for i in range(_SHINGLE)), strict=False))


def alike(one: frozenset[Hashable], other: frozenset[Hashable]) -> bool:
    """Whether two texts share most of their shingles."""
    shorter, longer = min(len(one), len(other)), max(len(one), len(other))
    if shorter < _SAME * longer:  # no need to compare: they cannot reach it
        return False
    shared = len(one & other)
    return shared >= _SAME * (len(one) + len(other) - shared)


def collapse(
    items: Sequence[T], text_of: Callable[[T], str], limit: int
) -> list[tuple[T, list[T]]]:
    """The first ``limit`` different items, each with those that repeat it.

    Args:
        items: best first.
        text_of: the text of an item.
        limit: how many different ones are wanted; items behind the last of them count
            as repetitions of one of them or not at all.
    """
    cut = cache(lambda index: shingles(text_of(items[index])))
    lengths = [len(text_of(item)) for item in items]
    groups: list[tuple[int, list[T]]] = []
    for index, item in enumerate(items):
        for first, twins in groups:
            # Shingles are cut only for texts of like length: most need none.
            one, other = lengths[first], lengths[index]
            if min(one, other) >= _LIKE_LENGTH * max(one, other) and alike(cut(first), cut(index)):
                twins.append(item)
                break
        else:
            if len(groups) == limit:
                break
            groups.append((index, []))
    return [(items[first], twins) for first, twins in groups]
