"""Runs of text and ruling lines with their places on a page, independent of any file format."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeVar

from corpus.characters import is_unspaced

_SMALLEST = 0.1  # points: of type, and of the height of a line


class Placed(Protocol):
    """Whatever has a place on a page: a run of text, a table."""

    @property
    def left(self) -> float:
        """Distance of its left edge from that of the page, in points."""

    @property
    def right(self) -> float:
        """Distance of its right edge from the left edge of the page, in points."""

    @property
    def bottom(self) -> float:
        """Distance of its lower edge from that of the page, in points."""

    @property
    def top(self) -> float:
        """Distance of its upper edge from the lower edge of the page, in points."""

    @property
    def size(self) -> float:
        """Of its type, in points."""

    @property
    def text(self) -> str:
        """Its characters."""


_Item = TypeVar("_Item", bound=Placed)


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one line, up to a gap that is wider than a space between words.

    Distances are in points, from the left and from the lower edge of the page.

    Attributes:
        text: the characters, without white space around them; not empty.
        left: distance of its start from the left edge.
        right: distance of its end from the left edge.
        bottom: distance of its lower edge from the lower edge of the page.
        top: distance of its upper edge from the lower edge of the page.
        size: of the type, in points: the height of a Chinese character.
        angle: by which it is turned counterclockwise, in degrees from -180 to 180.
        vertical: whether its characters are below each other, as in vertical writing.
        font: name of the typeface; empty where it is not known.
        score: certainty that these are the characters, from 0 to 1: 1 for those of a text
            layer, less for those that were recognised in a picture.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    angle: float = 0.0
    vertical: bool = False
    font: str = ""
    score: float = 1.0


class Piece(NamedTuple):
    """A run of a line or of a cell, and the white space before it."""

    lead: str
    run: Run


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line drawn on a page, horizontal or vertical, as those around table cells.

    Attributes:
        left: distance of its start from the left edge of the page, in points.
        right: distance of its end from the left edge; that of its start where it is vertical.
        bottom: distance of its lower end from the lower edge of the page, in points.
        top: distance of its upper end from the lower edge; that of the lower end where it is
            horizontal.
    """

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as its reader found it.

    Attributes:
        width: in points.
        height: in points.
        runs: in the order in which they were drawn or recognised.
        rules: straight lines.
    """

    width: float
    height: float
    runs: tuple[Run, ...]
    rules: tuple[Rule, ...] = ()


def middle(item: Placed) -> float:
    """Return the distance of an item's middle from the lower edge of the page, in points."""
    return (item.top + item.bottom) / 2


def are_level(one: Placed, other: Placed) -> bool:
    """Return whether two items are on the same line: one is beside the half of the other.

    An index above or below the line is level with its letter.
    """
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def bounded(page: Page) -> Page:
    """Return a page with its runs where it could show them: no place is far off or no number."""
    reach = max(page.width, page.height, 1.0)

    def near(place: float) -> float:
        return min(max(place, -reach), 2 * reach) if math.isfinite(place) else 0.0

    runs = []
    for run in page.runs:
        left, right = sorted((near(run.left), near(run.right)))
        bottom, top = sorted((near(run.bottom), near(run.top)))
        size = min(max(near(run.size), _SMALLEST), reach)
        runs.append(
            replace(
                run,
                left=left,
                right=right,
                bottom=bottom,
                top=max(top, bottom + _SMALLEST),
                size=size,
            )
        )
    return replace(page, runs=tuple(runs))


def weighted_median(values: Sequence[float], weights: Sequence[int]) -> float:
    """Return the value below and above which are about as many units of weight.

    Args:
        values: not empty.
        weights: of the values, as the number of characters of a run.
    """
    pairs = sorted(zip(values, weights, strict=True))
    passed = accumulate(weight for _, weight in pairs)
    half = sum(weights) / 2
    return next(value for (value, _), sum_ in zip(pairs, passed, strict=True) if sum_ >= half)


def group_rows(items: Iterable[_Item], *, from_top: bool = True) -> list[list[_Item]]:
    """Return the items of each row, rows from the top down (or from the bottom up)."""
    found: list[list[_Item]] = []
    highest: _Item | None = None  # of the last row: an index alone does not show where it is
    for item in sorted(items, key=middle, reverse=from_top):
        if highest is not None and are_level(highest, item):
            found[-1].append(item)
            highest = max(highest, item, key=lambda each: each.top - each.bottom)
        else:
            found.append([item])
            highest = item
    return found


def lead_between(before: Run, after: Run) -> str:
    """Return the white space between two words on a line: none beside Chinese characters."""
    if is_unspaced(before.text[-1]) or is_unspaced(after.text[0]):
        return ""
    return " "
