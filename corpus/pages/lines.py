"""The lines of a column, with the breaks and indents that the page shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from corpus.characters import is_unspaced
from corpus.model import BlockKind
from corpus.pages.columns import Column
from corpus.pages.runs import Placed, Run, group_rows, middle
from corpus.pages.tables import Table, lead_between

# Shares of the size of the type.
_CELL_GAP = 2.0  # between the cells of a table; narrower gaps are those of justified text
_WORD_GAP = 0.2
_CHARACTER_GAP = 0.8  # narrower gaps part no words of Chinese
_INDENT = 0.8
_CENTRED = 1.0  # by which the margins of a centred line may differ

# Columns with fewer lines than these do not show where their edge is.
_FEWEST_LINES = 8


class Piece(NamedTuple):
    """A run of a line, and the white space before it."""

    lead: str
    run: Run


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line in reading order.

    Attributes:
        gap: the white space before it: line breaks and an indent.
        pieces: its runs.
        columns: distance of its end from the edge of its column, where a Chinese character
            takes two and any other about one.
        size: of its type, in points.
        kind: of the block that it is in; None for a running head or a page number, which is
            in none.
    """

    gap: str
    pieces: tuple[Piece, ...]
    columns: int
    size: float
    kind: BlockKind | None = "lines"


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide the columns of a document are.

    Attributes:
        width: of the usual column, in points.
        unit: width of one column of characters in points; a Chinese character takes two.
    """

    width: float
    unit: float


class _Row(NamedTuple):
    """The runs of a row from left to right, with their common place."""

    runs: tuple[Run, ...]
    left: float
    right: float
    middle: float
    size: float

    @property
    def first(self) -> str:
        """The first character."""
        return self.runs[0].text[0]


def column_lines(column: Column, measure: Measure) -> Iterator[PageLine]:
    """Yield the lines of a column, and the rows of its tables.

    The width of a line is measured as its share of the column, in characters of the usual
    column: so the lines that fill columns of different widths are equally long.
    """
    items = sorted(column.items, key=middle, reverse=True)
    begins = column.begins_band
    for table, group in groupby(items, key=_as_table):
        if table is not None:
            yield from _table_lines(table)
        else:
            part = replace(column, items=tuple(group), begins_band=begins)
            yield from _text_lines(part, measure)
        begins = True


def _as_table(item: Placed) -> Table | None:
    return item if isinstance(item, Table) else None


def _text_lines(column: Column, measure: Measure) -> Iterator[PageLine]:
    rows = [_row(row) for row in group_rows(run for run in column.items if isinstance(run, Run))]
    edges = sorted(row.left for row in rows)
    margin = edges[len(edges) // 10]
    end = _edge(column, rows)
    pitches = [above.middle - below.middle for above, below in pairwise(rows)]
    pitch = median(pitches) if pitches else 0.0
    above: _Row | None = None
    for row in rows:
        gap = "\n\n" if column.begins_band else "\n"
        if above is not None:
            apart = above.middle - row.middle > 1.35 * pitch
            resized = abs(above.size - row.size) > 0.25 * max(above.size, row.size)
            gap = "\n\n" if apart or resized else "\n"
        if row.left - margin > _INDENT * row.size:
            gap += "\u3000\u3000" if is_unspaced(row.first) else "    "
        share = (row.right - margin) / max(end - margin, 1.0)
        columns = round(share * measure.width / measure.unit)
        yield PageLine(gap, _pieces(row), columns, row.size)
        above = row


def _table_lines(table: Table) -> Iterator[PageLine]:
    """Yield the rows of a table, a bar between their cells."""
    gap = "\n\n"
    for row in table.rows:
        pieces: list[Piece] = []
        lead = ""
        for number, cell in enumerate(row):
            if number:
                lead += "| " if lead else " | "
            for before, run in zip((None, *cell), cell, strict=False):
                pieces.append(Piece(lead_between(before, run) if before else lead, run))
                lead = ""
        pieces[0] = pieces[0]._replace(lead=pieces[0].lead.lstrip())
        yield PageLine(gap, tuple(pieces), 0, table.size, kind="table")
        gap = "\n"


def furniture_line(run: Run) -> PageLine:
    """Return a running head, a foot or a page number as a line of its own."""
    return PageLine("\n", (Piece("", run),), 0, run.size, kind=None)


def _row(runs: Sequence[Run]) -> _Row:
    ordered = tuple(sorted(runs, key=lambda run: run.left))
    longest = max(ordered, key=lambda run: len(run.text))
    right = max(run.right for run in ordered)
    return _Row(ordered, ordered[0].left, right, middle(longest), longest.size)


def _edge(column: Column, rows: Sequence[_Row]) -> float:
    """Return where the full lines of a column end."""
    ends = sorted(row.right for row in rows)
    return ends[int(0.9 * len(ends))] if len(rows) >= _FEWEST_LINES else column.right


def _pieces(row: _Row) -> tuple[Piece, ...]:
    """Return the runs of a row: with tabs between cells, and spaces in justified text."""
    pieces = [Piece("", row.runs[0])]
    for before, run in pairwise(row.runs):
        gap = (run.left - before.right) / max(run.size, before.size)
        lead = ""
        if gap > _CELL_GAP:
            lead = "\t"
        elif gap > _WORD_GAP:
            lead = " " if gap > _CHARACTER_GAP else lead_between(before, run)
        pieces.append(Piece(lead, run))
    return tuple(pieces)
