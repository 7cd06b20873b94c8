"""The reading order of a page: a page into bands, bands into columns.

A recursive X-Y cut (Nagy and Seth, 1984) with two rules of its own. A gutter is not any white
strip, but one where the gaps between neighbouring lines of text are above each other, so that
it is found even if a title crosses it. And a title is cut off before the columns below it are
parted: where a gutter runs the whole height of a part, it parts articles side by side only if
the titles on one side have text on the other side too; white space beside a title belongs to
the title.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median, quantiles

from corpus.pages.runs import Placed, group_rows, middle

# Shares of the size of the usual type.
_NARROWEST_GUTTER = 0.7
_NARROWEST_COLUMN = 7.0

# Fewer lines on either side do not make columns.
_FEWEST_LINES = 3

# Type that is this many times as large as the usual is that of titles, which show no gutter.
LARGE = 1.35

# The share of a column that most of its lines fill; the cells of a table do not.
_FILLED = 0.5

_MOST_STRIPS = 2_000  # of a page
_DEEPEST = 12  # parts within parts; no page has as many


@dataclass(frozen=True, slots=True)
class Gutter:
    """White space between two columns, in points from the left edge of the page."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        """Distance of its middle from the left edge of the page, in points."""
        return (self.left + self.right) / 2

    def is_crossed_by(self, item: Placed) -> bool:
        """Return whether an item is on both of its sides."""
        return item.left < self.middle < item.right


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of one column, or of a part of a page as wide as the column.

    Attributes:
        left: its left edge, in points from that of the page, whatever its lines fill.
        right: its right edge, likewise.
        items: runs and tables, in the order of the page.
        begins_band: whether it is below the column before it, and not beside it.
    """

    left: float
    right: float
    items: tuple[Placed, ...]
    begins_band: bool = True


def columns(
    area: Column, size: float, known: Sequence[Gutter] = (), depth: int = _DEEPEST
) -> Iterator[Column]:
    """Yield the columns of a page, or of a part of one, in reading order.

    Args:
        area: the page or the part.
        size: of the usual type, in points.
        known: gutters of the pages around it, or of the part that it belongs to. Where there
            are too few lines to show a gutter, they are parted there.
        depth: number of parts within parts.
    """
    gutters = _distinct([*find_gutters(area.items, size), *_confirmed(area.items, known)])
    if not gutters or not depth:
        yield area
        return
    gutter = _separating(area.items, gutters)
    if gutter is not None:
        left = tuple(item for item in area.items if item.right <= gutter.middle)
        right = tuple(item for item in area.items if item.right > gutter.middle)
        beside = Column(gutter.right, area.right, right, begins_band=False)
        yield from columns(replace(area, right=gutter.left, items=left), size, gutters, depth - 1)
        yield from columns(beside, size, gutters, depth - 1)
        return
    begins = area.begins_band
    for band in _bands(area.items, gutters, size):
        part = Column(area.left, area.right, band.items, begins)
        begins = True
        if band.is_across:
            yield part
        else:
            yield from columns(part, size, gutters, depth - 1)


# Gutters


@dataclass(frozen=True, slots=True)
class _Gap:
    """White space that consecutive strips of a page share, with the lines beside it."""

    left: float
    right: float
    before: tuple[Placed, ...] = ()
    after: tuple[Placed, ...] = ()


def find_gutters(items: Sequence[Placed], size: float) -> list[Gutter]:
    """Return the gutters of a part of a page.

    The page is read in strips of the height of a line. In each, the gaps between neighbouring
    lines are noted; a gutter is white space that several consecutive strips share.

    Args:
        items: runs and tables.
        size: of the usual type, in points.
    """
    least = _NARROWEST_GUTTER * size
    gaps: list[_Gap] = []
    found: list[_Gap] = []
    for strip in _strips(items, size):
        free = _free(strip)
        going = [shared for gap in gaps for shared in _shared(gap, free, least)]
        found += [gap for gap in gaps if not any(_overlap(gap, each) for each in going)]
        fresh = [gap for gap in free if gap.before and gap.after and gap.right - gap.left >= least]
        gaps = going + [gap for gap in fresh if not any(_overlap(gap, each) for each in going)]
    return [Gutter(gap.left, gap.right) for gap in [*found, *gaps] if _parts_columns(gap, size)]


def _strips(items: Sequence[Placed], size: float) -> Iterator[list[Placed]]:
    """Yield the items in each strip of a page, strips from the top down."""
    strips: dict[int, list[Placed]] = {}
    tallest = max((item.top for item in items), default=0.0)
    lowest = min((item.bottom for item in items), default=0.0)
    size = max(size, (tallest - lowest) / _MOST_STRIPS)
    for item in items:
        if item.size >= LARGE * size:
            continue
        # A line belongs to the strips that it fills in part, not to those that it only touches.
        margin = min(0.3 * size, (item.top - item.bottom) / 3)
        for number in range(
            int((item.bottom + margin) // size), int((item.top - margin) // size) + 1
        ):
            strips.setdefault(number, []).append(item)
    for _, strip in sorted(strips.items(), reverse=True):
        yield sorted(strip, key=lambda item: item.left)


def _free(strip: Sequence[Placed]) -> list[_Gap]:
    """Return the white space of a strip from left to right, each with its neighbours."""
    free: list[_Gap] = []
    reach = -math.inf
    before: tuple[Placed, ...] = ()
    for item in strip:
        if item.left > reach:
            free.append(_Gap(reach, item.left, before, (item,)))
        if item.right > reach:
            reach, before = item.right, (item,)
    return [*free, _Gap(reach, math.inf, before)]


def _shared(gap: _Gap, free: Sequence[_Gap], least: float) -> Iterator[_Gap]:
    """Yield the parts of a gap that are white in the next strip too."""
    for space in free:
        left, right = max(gap.left, space.left), min(gap.right, space.right)
        if right - left < least:
            continue
        if space.before and space.after:
            yield _Gap(left, right, gap.before + space.before, gap.after + space.after)
        else:
            yield _Gap(left, right, gap.before, gap.after)


def _overlap(one: _Gap | Gutter, other: _Gap | Gutter) -> bool:
    return one.left < other.right and other.left < one.right


def _parts_columns(gap: _Gap, size: float) -> bool:
    """Return whether the lines on both sides of a gap are those of columns, not of a table."""
    before, after = set(gap.before), set(gap.after)
    if min(len(before), len(after)) < _FEWEST_LINES:
        return False
    # A title or a head beside the gap does not show where its column begins.
    start = quantiles([item.left for item in before], n=4)[0]
    end = quantiles([item.right for item in after], n=4)[2]
    return _fill(before, gap.left - start, size) and _fill(after, end - gap.right, size)


def _fill(lines: Collection[Placed], room: float, size: float) -> bool:
    """Return whether most lines reach across their column."""
    usual = median(line.right - line.left for line in lines)
    return usual > max(_FILLED * room, _NARROWEST_COLUMN * size)


def _distinct(gutters: Sequence[Gutter]) -> list[Gutter]:
    """Return the gutters from left to right; of those that overlap, what they share."""
    distinct: list[Gutter] = []
    for gutter in sorted(gutters, key=lambda each: each.left):
        if distinct and _overlap(distinct[-1], gutter):
            shared = Gutter(gutter.left, min(distinct[-1].right, gutter.right))
            distinct[-1] = shared
        else:
            distinct.append(gutter)
    return distinct


def _confirmed(items: Sequence[Placed], known: Sequence[Gutter]) -> Iterator[Gutter]:
    """Yield the gutters that no item crosses, with lines beside each other on their sides."""
    for gutter in known:
        left = [item for item in items if item.right <= gutter.middle]
        right = [item for item in items if item.left >= gutter.middle]
        if left and right and len(left) + len(right) == len(items):
            bottom, top = min(item.bottom for item in right), max(item.top for item in right)
            if any(bottom < middle(item) < top for item in left):
                yield gutter


# Bands


@dataclass(frozen=True, slots=True)
class _Band:
    """Consecutive rows of a part of a page.

    Attributes:
        is_across: whether they cross the gutters, as titles do.
        items: of the rows.
    """

    is_across: bool
    items: tuple[Placed, ...]


def _separating(items: Sequence[Placed], gutters: Sequence[Gutter]) -> Gutter | None:
    """Return the widest gutter that parts all of an area, or None.

    No item crosses it, and of the items that cross other gutters, as titles do, most have
    text beside them on its other side.
    """
    across = [item for item in items if any(gutter.is_crossed_by(item) for gutter in gutters)]
    for gutter in sorted(gutters, key=lambda each: each.left - each.right):
        if any(gutter.is_crossed_by(item) for item in across):
            continue
        sides = [item.left > gutter.middle for item in items]
        if all(sides) or not any(sides):
            continue
        blank = sum(not _has_text_beside(item, items, gutter) for item in across)
        if 2 * blank <= len(across):
            return gutter
    return None


def _has_text_beside(title: Placed, items: Sequence[Placed], gutter: Gutter) -> bool:
    """Return whether there is text beside an item, on the other side of a gutter."""
    side = title.left > gutter.middle
    return any(
        (item.left > gutter.middle) != side and item.bottom < title.top and title.bottom < item.top
        for item in items
    )


def _bands(items: Sequence[Placed], gutters: Sequence[Gutter], size: float) -> list[_Band]:
    """Return the bands of an area: those across its gutters, and those between them."""
    rows = group_rows(items)
    across = [any(gutter.is_crossed_by(item) for item in row for gutter in gutters) for row in rows]
    _widen(rows, across, size)
    groups = groupby(zip(rows, across, strict=True), key=lambda pair: pair[1])
    return [
        _Band(is_across, tuple(item for row, _ in group for item in row))
        for is_across, group in groups
    ]


def _widen(rows: Sequence[Sequence[Placed]], across: list[bool], size: float) -> None:
    """Take the lines that belong to a title for parts of its band: bylines, subtitles.

    They are alone on their row, and centred like the title; or they are the short last line
    of a paragraph across the page.
    """
    for i, j in [*pairwise(range(len(rows))), *((i, i - 1) for i in reversed(range(1, len(rows))))]:
        if across[i] and not across[j] and len(rows[j]) == 1:
            across[j] = _belongs(rows[j][0], rows[i], size, below=j > i)


def _belongs(line: Placed, title: Sequence[Placed], size: float, below: bool) -> bool:
    left, right = min(item.left for item in title), max(item.right for item in title)
    centred = abs((line.left + line.right) - (left + right)) < 2 * size
    gap = min(item.bottom for item in title) - line.top
    ends = below and abs(line.left - left) < 0.5 * size and gap < 0.8 * size
    return centred or (ends and abs(line.size - title[0].size) < 0.1 * size)
