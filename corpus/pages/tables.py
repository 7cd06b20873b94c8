"""Tables: the cells that ruling lines draw, or that stand in line with each other."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from corpus.characters import UNSPACED, width
from corpus.numerals import COUNT
from corpus.pages.grids import Grid, GridCell, find_grids
from corpus.pages.runs import Page, Piece, Placed, Run, are_level, group_rows, lead_between, middle

# The share of the cells of a ruled table that hold text, at least; a form may have many to fill.
_FILLED = 0.25

# Characters of a usual cell. Frames around longer text are those of a page, not of a table.
_LONGEST_CELL = 400

_FEWEST = 2  # rows, and columns

_MOST_UNRULED = 0.1  # share of the cells that have rows and columns of their own

#: The runs of a cell in reading order; empty where the cell is.
Cell = tuple[Piece, ...]


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
        goes_on: whether it is the rest of the table at the end of the page before.
    """

    left: float
    right: float
    bottom: float
    top: float
    size: float
    rows: tuple[tuple[Cell, ...], ...]
    goes_on: bool = False

    def continues(self, above: "Table") -> bool:
        """Return whether it has the columns of a table on the page before."""
        edges = abs(self.left - above.left) + abs(self.right - above.right)
        return edges < self.size and max(map(len, self.rows)) == max(map(len, above.rows))

    @property
    def text(self) -> str:
        """Nothing: its words say nothing about the columns of text around it."""
        return ""

    @property
    def runs(self) -> Iterator[Run]:
        """The runs in its cells."""
        return (run for row in self.rows for cell in row for _, run in cell)


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
            yield _table(grid, {cell: _cell(runs) for cell, runs in inside.items()})


def _cell(runs: Sequence[Run]) -> Cell:
    """Return the runs of a cell line by line."""
    cell: list[Piece] = []
    for row in group_rows(runs):
        for run in sorted(row, key=lambda each: each.left):
            cell.append(Piece(lead_between(cell[-1].run, run) if cell else "", run))
    return tuple(cell)


def _is_table(grid: Grid, inside: dict[GridCell, list[Run]]) -> bool:
    """Return whether a grid is that of a table, and neither a frame nor a drawing."""
    cells = set(grid.fields.values())
    rows = {cell.first_row for cell in inside}
    columns = {cell.first_column for cell in inside}
    if min(len(rows), len(columns)) < _FEWEST or len(inside) < _FILLED * len(cells):
        return False
    if median(sum(len(run.text) for run in runs) for runs in inside.values()) > _LONGEST_CELL:
        return False
    # A cell with columns of its own: only the head, or a part, of the table is ruled.
    return sum(map(_has_columns, inside.values())) <= _MOST_UNRULED * len(inside)


def _has_columns(runs: Sequence[Run]) -> bool:
    """Return whether the text of a cell is itself in rows and columns."""
    return sum(len(_cells(row)) > 1 for row in group_rows(runs)) > 1


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
            distinct = [cell for cell, _ in groupby(cells)]
            rows.extend(_text_rows([inside.get(cell, ()) for cell in distinct]))
    sizes = [run.size for cell in inside.values() for _, run in cell]
    shown = tuple(row for row in rows if any(row))
    return Table(grid.xs[0], grid.xs[-1], grid.ys[-1], grid.ys[0], median(sizes), shown)


def _text_rows(cells: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """Return the rows of text between two level lines of a table: one, as a rule.

    They are several where all cells have as many lines, level with each other.
    """
    lines = [group_rows(run for _, run in cell) for cell in cells]
    counts = {len(each) for each in lines if each}
    if len(counts) != 1 or min(counts) < _FEWEST_ALIGNED or sum(map(bool, lines)) < _FEWEST:
        return [tuple(cells)]
    rows = [tuple(_cell(each[n]) if each else () for each in lines) for n in range(counts.pop())]
    filled = ([cell[0].run for cell in row if cell] for row in rows)
    level = all(are_level(runs[0], run) for runs in filled for run in runs)
    return rows if level else [tuple(cells)]


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
    is_deep = wide and all(cell in wide or cell.last_row == first + depth - 1 for cell in cells)
    return depth if is_deep else 1


def _head(grid: Grid, inside: dict[GridCell, Cell], rows: range, width: int) -> tuple[Cell, ...]:
    """Return a head of several rows as one: 标准 above 室外 and 室内 is 标准 室外, 标准 室内."""
    head: list[Cell] = []
    for column in range(width):
        cells = [cell for cell, _ in groupby(grid.fields[row, column] for row in rows)]
        words = [inside[cell] for cell in cells if inside.get(cell)]
        spaced = [(Piece(" ", cell[0].run), *cell[1:]) for cell in words]
        head.append(tuple(piece for cell in spaced for piece in cell))
    return tuple(head)


# Captions

# Times the size of the type: from a table to its caption above, or to the notes below it.
_NEAREST_CAPTION = 2.5
_CAPTION = re.compile(
    rf"(?:附?表|Tab(?:le|\.)|TABLE)\s*(?:[0-9A-Z０-９]|{COUNT}(?![{UNSPACED}])|[:：])|{COUNT}、.*表$"
)
_NOTE = re.compile(r"(?:[备備]?注|说明|資料來源|资料来源|数据来源|Notes?|Source)\s*[:：.]")


def with_captions(items: Sequence[Placed]) -> list[Placed]:
    """Return the items of a column, the captions and notes of tables in them as rows."""
    kept = list(items)
    for table in [item for item in items if isinstance(item, Table)]:
        rows = group_rows(item for item in kept if isinstance(item, Run))
        above = [row for row in rows if row[0].bottom >= table.top - row[0].size]
        below = [row for row in rows if row[0].top <= table.bottom + row[0].size]
        caption = above[-1] if above and _is_caption(above[-1], table) else []
        note = below[0] if below and _is_note(below[0], table) else []
        if caption or note:
            taken = {*caption, *note, table}
            kept = [item for item in kept if item not in taken]
            first = ((_cell(caption),),) if caption else ()
            last = ((_cell(note),),) if note else ()
            kept.append(replace(table, rows=(*first, *table.rows, *last)))
    return kept


def _is_caption(row: Sequence[Run], table: Table) -> bool:
    gap = row[0].bottom - table.top
    return gap < _NEAREST_CAPTION * row[0].size and _CAPTION.match(_words(row)) is not None


def _is_note(row: Sequence[Run], table: Table) -> bool:
    gap = table.bottom - row[0].top
    return gap < _NEAREST_CAPTION * row[0].size and _NOTE.match(_words(row)) is not None


def _words(row: Sequence[Run]) -> str:
    return " ".join(piece.run.text for piece in _cell(row))


# Unruled tables

# Shares of the size of the type.
_CELL_GAP = 1.0  # between two cells
_NEAREST_ROW = 1.8  # from a row to the next line of one of its cells

# Fewer rows or columns do not make sure that text in line is a table.
_FEWEST_ALIGNED = 3
_ALIGNED = 0.6  # share of the fields that are filled at least
_MOST_ROWS = 200  # that are in line with each other; a longer column is several tables
_WIDEST_CELL = 24  # columns of a usual cell; those of prose are wider


@dataclass(slots=True)
class _Range:
    """From the left to the right edge of a column of cells, in points."""

    left: float
    right: float


@dataclass(slots=True)
class _Alignment:
    """Rows whose cells are below each other.

    Attributes:
        ranges: of the columns, from left to right.
        rows: the cells of each row, without the empty ones.
    """

    ranges: list[_Range]
    rows: list[list[tuple[Run, ...]]]

    def take(self, cells: Sequence[tuple[Run, ...]]) -> bool:
        """Add a row if each of its cells is below at most one column; return whether it was."""
        ranges = [_Range(each.left, each.right) for each in self.ranges]
        for cell in cells:
            left, right = cell[0].left, cell[-1].right
            met = [each for each in ranges if each.left < right and left < each.right]
            if len(met) > 1:
                return False
            if met:
                met[0].left, met[0].right = min(met[0].left, left), max(met[0].right, right)
            else:
                ranges.append(_Range(left, right))
        ranges.sort(key=lambda each: each.left)
        if any(one.right > other.left for one, other in pairwise(ranges)):
            return False
        self.ranges = ranges
        self.rows.append(list(cells))
        return True

    def fields(self) -> list[list[Cell]]:
        """Return the cells of each row by column, empty ones included."""
        table: list[list[Cell]] = []
        for row in self.rows:
            fields: list[Cell] = [() for _ in self.ranges]
            for runs in row:
                n = next(n for n, each in enumerate(self.ranges) if runs[0].left < each.right)
                fields[n] += _cell(runs)
            table.append(fields)
        return table


def with_aligned_tables(items: Sequence[Placed]) -> list[Placed]:
    """Return the items of a column, those that are in line with each other as tables.

    Only where it is sure: three rows and three columns at least, most fields filled, cells
    short. Other rows stay lines with tabs.
    """
    tables: list[Table] = []
    rows = [_cells(row) for row in group_rows(item for item in items if isinstance(item, Run))]
    start = 0
    while start < len(rows):
        alignment, end = _Alignment([], []), start
        last = min(start + _MOST_ROWS, len(rows))
        while end < last and (end > start or len(rows[end]) >= _FEWEST_ALIGNED):
            if not alignment.take(rows[end]):
                break
            end += 1
        table = _aligned_table(alignment) if end - start >= _FEWEST_ALIGNED else None
        if table is not None:
            tables.append(table)
        start = end if table is not None else start + 1
    celled = {run for table in tables for run in table.runs}
    return [*(item for item in items if item not in celled), *tables]


def _cells(row: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Return the cells of a row: its runs between wide gaps."""
    cells: list[tuple[Run, ...]] = []
    for run in sorted(row, key=lambda each: each.left):
        if cells and run.left - cells[-1][-1].right <= _CELL_GAP * run.size:
            cells[-1] += (run,)
        else:
            cells.append((run,))
    return cells


def _aligned_table(alignment: _Alignment) -> Table | None:
    """Return the table that rows in line make, or None if that is not sure."""
    fields = _unwrapped(alignment.fields())
    filled = [[bool(cell) for cell in row] for row in fields]
    if len(fields) < _FEWEST_ALIGNED or len(alignment.ranges) < _FEWEST_ALIGNED:
        return None
    if any(2 * sum(column) < len(fields) for column in zip(*filled, strict=True)):
        return None
    if sum(map(sum, filled)) < _ALIGNED * len(fields) * len(alignment.ranges):
        return None
    runs = [run for row in fields for cell in row for _, run in cell]
    cells = [sum(width(run.text) for _, run in cell) for row in fields for cell in row if cell]
    if median(cells) > _WIDEST_CELL:
        return None
    return Table(
        min(run.left for run in runs),
        max(run.right for run in runs),
        min(run.bottom for run in runs),
        max(run.top for run in runs),
        median(run.size for run in runs),
        tuple(tuple(row) for row in fields),
    )


def _unwrapped(fields: Sequence[list[Cell]]) -> list[list[Cell]]:
    """Return rows, the further lines of a cell joined to it.

    Such a line is alone with few others, close below a row, and the first column is empty.
    """
    joined: list[list[Cell]] = []
    for row in fields:
        if joined and not row[0] and _follows(joined[-1], row):
            joined[-1] = [_below(one, other) for one, other in zip(joined[-1], row, strict=True)]
        else:
            joined.append(row)
    return joined


def _below(above: Cell, cell: Cell) -> Cell:
    """Return a cell with its next line."""
    if not above or not cell:
        return above or cell
    first = cell[0].run
    return (*above, Piece(lead_between(above[-1].run, first), first), *cell[1:])


def _follows(above: Sequence[Cell], row: Sequence[Cell]) -> bool:
    pairs = [
        (cell[-1].run, below[0].run)
        for cell, below in zip(above, row, strict=True)
        if below and cell
    ]
    filled = sum(map(bool, row))
    close = all(middle(one) - middle(other) < _NEAREST_ROW * other.size for one, other in pairs)
    return len(pairs) == filled and 2 * filled < len(row) + 1 and close
