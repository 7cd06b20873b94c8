"""Passages that say the same, folded into one hit."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from qa.folding import fold

T = TypeVar("T")

_SHINGLE = 4  # characters
# Two texts say the same if they share this part of their shingles (Jaccard index).
_SAME = 0.8


def shingles(text: str) -> frozenset[str]:
    """All runs of four characters of the folded text, white space left out."""
    folded = "".join(fold(text).split())
    return frozenset(folded[i : i + _SHINGLE] for i in range(max(1, len(folded) - _SHINGLE + 1)))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts share most of their shingles."""
    smaller, larger = sorted((len(one), len(other)))
    if smaller < _SAME * larger:  # no need to compare: they cannot reach it
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
    groups: list[tuple[T, list[T]]] = []
    seen: list[frozenset[str]] = []
    for item in items:
        own = shingles(text_of(item))
        twin = next((i for i, other in enumerate(seen) if alike(own, other)), None)
        if twin is not None:
            groups[twin][1].append(item)
        elif len(groups) < limit:
            groups.append((item, []))
            seen.append(own)
        else:
            break
    return groups
