"""The grid that ruling lines draw, and the cells in it, merged ones included."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from operator import neg

from corpus.pages.runs import Rule

# Points by which the ends of lines may miss each other.
_TOLERANCE = 3.5

# The share of a side of a cell that a line covers at least.
_COVERED = 0.6

# A grid with more cells is a plot on squared paper, or hostile.
_MOST_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell, which may span several rows and columns; its last row and column included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's ruling lines.

    Attributes:
        xs: places of the vertical lines from left to right, in points.
        ys: heights of the horizontal lines from the top down, in points.
        fields: the cell of each row and column.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    fields: Mapping[tuple[int, int], GridCell]

    def cell_at(self, x: float, y: float) -> GridCell | None:
        """Return the cell around a point, or None outside of the grid."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, -y, key=neg) - 1
        return self.fields.get((row, column))


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Return the grids that the lines of a page draw: those that meet belong together."""
    levels = _joined(_Line(rule.bottom, rule.left, rule.right) for rule in rules if _is_level(rule))
    posts = _joined(
        _Line(rule.left, rule.bottom, rule.top) for rule in rules if not _is_level(rule)
    )
    grids = (_grid(group.levels, group.posts) for group in _groups(levels, posts))
    return [grid for grid in grids if grid is not None]


@dataclass(frozen=True, slots=True)
class _Line:
    """A level line at a height, or an upright one at a place, from its start to its end."""

    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that meet."""

    levels: list[_Line]
    posts: list[_Line]


def _is_level(rule: Rule) -> bool:
    return rule.top - rule.bottom <= rule.right - rule.left


def _joined(lines: Iterable[_Line]) -> list[_Line]:
    """Return the lines, those that go on in each other as one."""
    joined: list[_Line] = []
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda each: each.place):
        if rows and line.place - rows[-1][-1].place <= _TOLERANCE / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        place = sum(line.place for line in row) / len(row)
        for line in sorted(row, key=lambda each: each.start):
            if joined and joined[-1].place == place and line.start <= joined[-1].end + _TOLERANCE:
                joined[-1] = replace(joined[-1], end=max(joined[-1].end, line.end))
            else:
                joined.append(_Line(place, line.start, line.end))
    return joined


def _groups(levels: Sequence[_Line], posts: Sequence[_Line]) -> Iterator[_Group]:
    """Yield the lines that meet each other, directly or through others."""
    owner = list(range(len(levels) + len(posts)))

    def find(number: int) -> int:
        while owner[number] != number:
            owner[number] = owner[owner[number]]
            number = owner[number]
        return number

    places = [level.place for level in levels]
    for n, post in enumerate(posts, start=len(levels)):
        first = bisect_left(places, post.start - _TOLERANCE)
        last = bisect_right(places, post.end + _TOLERANCE)
        for i in range(first, last):
            level = levels[i]
            if level.start - _TOLERANCE <= post.place <= level.end + _TOLERANCE:
                owner[find(n)] = find(i)
    groups: dict[int, _Group] = {}
    for i, level in enumerate(levels):
        groups.setdefault(find(i), _Group([], [])).levels.append(level)
    for n, post in enumerate(posts, start=len(levels)):
        groups.setdefault(find(n), _Group([], [])).posts.append(post)
    return (group for group in groups.values() if group.levels and group.posts)


def _grid(levels: Sequence[_Line], posts: Sequence[_Line]) -> Grid | None:
    """Return the grid of lines that meet, or None if they enclose fewer than two cells.

    A table may be open at its sides: then its level lines end where they would be.
    """
    xs = _places([*(post.place for post in posts), _least(levels), _most(levels)])
    ys = _places([*(level.place for level in levels), _least(posts), _most(posts)])[::-1]
    if (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS or min(len(xs), len(ys)) < 2:
        return None
    fields = _fields(xs, ys, levels, posts)
    return Grid(tuple(xs), tuple(ys), fields) if len(set(fields.values())) > 1 else None


def _least(lines: Sequence[_Line]) -> float:
    return min(line.start for line in lines)


def _most(lines: Sequence[_Line]) -> float:
    return max(line.end for line in lines)


def _places(places: Iterable[float]) -> list[float]:
    """Return places in rising order, those that are nearly the same once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _TOLERANCE:
            found.append(place)
    return found


def _fields(
    xs: Sequence[float], ys: Sequence[float], levels: Sequence[_Line], posts: Sequence[_Line]
) -> dict[tuple[int, int], GridCell]:
    """Return the cell of each field of a grid: fields without a line between them are one.

    A merged cell is the largest rectangle to the right of and below its first field.
    """
    walls = _sides(xs, posts, [(low, high) for high, low in pairwise(ys)])
    floors = _sides(ys, levels, list(pairwise(xs)))
    fields: dict[tuple[int, int], GridCell] = {}
    last_row, last_column = len(ys) - 2, len(xs) - 2
    for row, column in product(range(last_row + 1), range(last_column + 1)):
        if (row, column) in fields:
            continue
        right, low = column, row
        while right < last_column and not ((right + 1, row) in walls or (row, right + 1) in fields):
            right += 1
        columns = range(column, right + 1)
        while low < last_row and not any((low + 1, each) in floors for each in columns):
            low += 1
        cell = GridCell(row, column, low, right)
        fields.update(((r, c), cell) for r in range(row, low + 1) for c in columns)
    return fields


def _sides(
    places: Sequence[float], lines: Sequence[_Line], steps: Sequence[tuple[float, float]]
) -> set[tuple[int, int]]:
    """Return the sides of fields that are drawn: the number of a place, and of a step along it."""
    drawn: set[tuple[int, int]] = set()
    for line in lines:
        number = min(range(len(places)), key=lambda n: abs(places[n] - line.place))
        for step, (start, end) in enumerate(steps):
            covered = min(end, line.end) - max(start, line.start)
            if covered >= _COVERED * (end - start):
                drawn.add((number, step))
    return drawn
