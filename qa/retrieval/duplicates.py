"""Passages that say the same, folded into one hit."""

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from qa.language.terms import fold

T = TypeVar("T")

_SHINGLE = 4  # characters
# Two texts say the same if they share this part of their shingles (Jaccard index). Chosen by
# hand.
_SAME = 0.8
# Two such texts differ in no more than this part of all their shingles, and so in no more
# characters, except for the few at the ends that are in fewer than four shingles.
_DIFFERENT = (1 - _SAME) / (1 + _SAME)
_AT_ENDS = 2 * (_SHINGLE - 1)
_LIKE_LENGTH = 0.6  # the least ratio of two lengths; checked before any character is compared


class Group(NamedTuple, Generic[T]):
    """An item with those that repeat it.

    Attributes:
        first: the best of them.
        duplicates: the others, best first.
    """

    first: T
    duplicates: list[T]


def collapse(items: Iterable[T], text_of: Callable[[T], str], limit: int) -> list[Group[T]]:
    """Return the first ``limit`` different items, each with those that repeat it.

    Args:
        items: best first; no more are taken than needed.
        text_of: returns the text of an item.
        limit: how many different ones are wanted; items behind the last of them count
            as repetitions of one of them or not at all.
    """
    taken: list[T] = []
    letters = cache(lambda index: _letters(text_of(taken[index])))
    distinct = cache(lambda index: frozenset(letters(index)))
    cut = cache(lambda index: _shingles(letters(index)))

    def repeats(index: int, first: int) -> bool:
        # Shingles are cut only where lengths and characters do not decide: most need none.
        one, other = len(letters(first)), len(letters(index))
        if min(one, other) < _LIKE_LENGTH * max(one, other):
            return False
        shared = len(distinct(first) & distinct(index))
        different = len(distinct(first)) + len(distinct(index)) - 2 * shared
        if different > _DIFFERENT * (one + other) + _AT_ENDS:
            return False
        return alike(cut(first), cut(index))

    groups: dict[int, Group[T]] = {}  # by the place of the first
    for index, item in enumerate(items):
        taken.append(item)
        group = next((group for first, group in groups.items() if repeats(index, first)), None)
        if group is not None:
            group.duplicates.append(item)
        elif len(groups) == limit:
            break
        else:
            groups[index] = Group(item, [])
    return list(groups.values())


def shingles(text: str) -> frozenset[Hashable]:
    """Return all runs of four characters of the folded text, white space left out."""
    return _shingles(_letters(text))


def alike(one: frozenset[Hashable], other: frozenset[Hashable]) -> bool:
    """Return whether two texts share most of their shingles."""
    shorter, longer = min(len(one), len(other)), max(len(one), len(other))
    if shorter < _SAME * longer:  # no need to compare: they cannot reach it
        return False
    shared = len(one & other)
    return shared >= _SAME * (len(one) + len(other) - shared)


def _letters(text: str) -> str:
    return "".join(fold(text).split())


def _shingles(letters: str) -> frozenset[Hashable]:
    if len(letters) < _SHINGLE:
        return frozenset({tuple(letters)})
    return frozenset(zip(*(letters[i:] for i in range(_SHINGLE)), strict=False))
