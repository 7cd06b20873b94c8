"""Tables: the cells that ruling lines draw, or that stand in line with each other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from corpus.characters import is_unspaced
from corpus.pages.grids import Grid, GridCell, find_grids
from corpus.pages.runs import Page, Run, group_rows, middle

# The share of the cells of a ruled table that hold text, at least; a form may have many to fill.
_FILLED = 0.25

# Characters of a usual cell. Frames around longer text are those of a page, not of a table.
_LONGEST_CELL = 400

_FEWEST = 2  # rows, and columns

#: The runs of a cell in reading order; empty where the cell is.
Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a part of one, on a page.

    Attributes:
        left: distance of its left edge from that of the page, in points.
        right: distance of its right edge from the left edge of the page, in points.
        bottom: distance of its lower edge from that of the page, in points.
        top: distance of its upper edge from the lower edge of the page, in points.
        size: of its type, in points.
        rows: the cells of each row. A cell that spans rows is in each of them.
    """

    left: float
    right: float
    bottom: float
    top: float
    size: float
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def text(self) -> str:
        """Nothing: its words say nothing about the columns of text around it."""
        return ""


def ruled_tables(page: Page) -> Iterator[Table]:
    """Yield the tables that the lines of a page draw."""
    if len(page.rules) < 2 * _FEWEST:
        return
    for grid in find_grids(page.rules):
        inside: defaultdict[GridCell, list[Run]] = defaultdict(list)
        for run in page.runs:
            cell = grid.cell_at((run.left + run.right) / 2, middle(run))
            if cell is not None:
                inside[cell].append(run)
        if _is_table(grid, inside):
            yield _table(grid, {cell: in_reading_order(runs) for cell, runs in inside.items()})


def in_reading_order(runs: Sequence[Run]) -> Cell:
    """Return the runs of a cell, line by line."""
    rows = group_rows(runs)
    return tuple(run for row in rows for run in sorted(row, key=lambda each: each.left))


def lead_between(before: Run, after: Run) -> str:
    """Return the white space between two runs of a cell: none beside Chinese characters."""
    if is_unspaced(before.text[-1]) or is_unspaced(after.text[0]):
        return ""
    return " "


def _is_table(grid: Grid, inside: dict[GridCell, list[Run]]) -> bool:
    """Return whether a grid is that of a table, and neither a frame nor a drawing."""
    cells = set(grid.fields.values())
    rows = {cell.first_row for cell in inside}
    columns = {cell.first_column for cell in inside}
    if min(len(rows), len(columns)) < _FEWEST or len(inside) < _FILLED * len(cells):
        return False
    return median(sum(len(run.text) for run in runs) for runs in inside.values()) < _LONGEST_CELL


def _table(grid: Grid, inside: dict[GridCell, Cell]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    height, width = len(grid.ys) - 1, len(grid.xs) - 1
    first = 0
    while first < height and _is_across(grid, first, width):
        first += 1
    depth = _head_depth(grid, first, width)
    for row in range(height):
        cells = [grid.fields[row, column] for column in range(width)]
        if depth > 1 and row == first:
            rows.append(_head(grid, inside, range(first, first + depth), width))
        elif not first < row < first + depth and any(cell.first_row == row for cell in cells):
            distinct = (cell for cell, _ in groupby(cells))
            rows.append(tuple(inside.get(cell, ()) for cell in distinct))
    sizes = [run.size for runs in inside.values() for run in runs]
    shown = tuple(row for row in rows if any(row))
    return Table(grid.xs[0], grid.xs[-1], grid.ys[-1], grid.ys[0], median(sizes), shown)


def _is_across(grid: Grid, row: int, width: int) -> bool:
    """Return whether a row is one cell, as one with the name of the table is."""
    return len({grid.fields[row, column] for column in range(width)}) == 1


def _head_depth(grid: Grid, first: int, width: int) -> int:
    """Return the number of rows of a table's head.

    A head has several rows if some of its cells span them all, and others span the columns
    that the rows below them divide.
    """
    if first >= len(grid.ys) - 1:
        return 1
    cells = {grid.fields[first, column] for column in range(width)}
    depth = max(cell.last_row for cell in cells) - first + 1
    wide = [cell for cell in cells if cell.first_column < cell.last_column]
    return (
        depth
        if wide and all(cell in wide or cell.last_row == first + depth - 1 for cell in cells)
        else 1
    )


def _head(grid: Grid, inside: dict[GridCell, Cell], rows: range, width: int) -> tuple[Cell, ...]:
    """Return a head of several rows as one: 标准 above 室外 and 室内 is 标准 室外, 标准 室内."""
    head: list[Cell] = []
    for column in range(width):
        cells = [cell for cell, _ in groupby(grid.fields[row, column] for row in rows)]
        head.append(tuple(run for cell in cells for run in inside.get(cell, ())))
    return tuple(head)
