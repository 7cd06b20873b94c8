"""The lines of a column, with the breaks and indents that the page shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from corpus.characters import is_unspaced, width
from corpus.model import BlockKind
from corpus.pages.columns import Column
from corpus.pages.runs import Piece, Placed, Run, group_rows, lead_between, middle
from corpus.pages.tables import Table, with_captions

# Shares of the size of the type.
_TAB_GAP = 2.0  # wider gaps become tabs; narrower ones are those of justified text
_WORD_GAP = 0.2
_CHARACTER_GAP = 0.8  # narrower gaps part no words of Chinese
_INDENT = 0.8
_CENTRED = 2.0  # by which the margins of a centred line may differ
_NARROWEST_MARGIN = 3.0  # of a centred line; wider than an indent

_LARGER = 1.08  # times the usual type, that of a heading

# Side headings: fewer are none, nor are wider ones, relative to the size of the type.
_FEWEST_LABELS = 2
_WIDEST_LABEL = 8.0

# Columns with fewer lines than these do not show where their edge is.
_FEWEST_LINES = 8


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line in reading order.

    Attributes:
        gap: the white space before it: line breaks and an indent.
        pieces: its runs.
        columns: distance of its end from the edge of its column, where a Chinese character
            takes two and any other about one.
        size: of its type, in points.
        accent: whether it is set apart from the text: in larger type, in another typeface, or
            centred; None if that is not known.
        kind: of the block that it is in; None for a running head or a page number, which is
            in none.
        table: that it is a row of.
    """

    gap: str
    pieces: tuple[Piece, ...]
    columns: int
    size: float
    accent: bool | None = None
    kind: BlockKind | None = "lines"
    table: Table | None = None

    @property
    def could_be_head(self) -> bool:
        """Whether it is a row of several cells, with words in each."""
        cells = self.table is not None and any("|" in lead for lead, _ in self.pieces)
        return cells and all(any(map(str.isalpha, run.text)) for _, run in self.pieces)


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide the columns of a document are.

    Attributes:
        width: of the usual column, in points.
        unit: width of one column of characters in points; a Chinese character takes two.
        size: of the usual type, in points.
        faces: the usual typefaces.
    """

    width: float
    unit: float
    size: float
    faces: frozenset[str]


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
    items = sorted(with_captions(column.items), key=middle, reverse=True)
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
    places = _side_headings(rows)
    above: _Row | None = None
    for row, place in zip(rows, places, strict=True):
        gap = "\n\n" if column.begins_band else "\n"
        if above is not None:
            apart = above.middle - row.middle > 1.35 * pitch
            resized = abs(above.size - row.size) > 0.25 * max(above.size, row.size)
            gap = "\n\n" if apart or resized or place.is_label else "\n"
        start = margin if place.text is None else place.text
        if row.left - start > _INDENT * row.size:
            gap += "\u3000\u3000" if is_unspaced(row.first) else "    "
        share = (row.right - start) / max(end - start, 1.0)
        columns = round(share * measure.width / measure.unit)
        pieces = _pieces(row, labelled=place.is_label)
        accent = _is_set_apart(row, margin, end, measure)
        yield PageLine(gap, pieces, columns, row.size, accent)
        above = row


def _is_set_apart(row: _Row, margin: float, end: float, measure: Measure) -> bool | None:
    """Return whether a line is in larger type, in another typeface, or centred."""
    longest = max(row.runs, key=lambda run: len(run.text))
    if not longest.font:
        return None
    before, behind = row.left - margin, end - row.right
    centred = min(before, behind) > _NARROWEST_MARGIN * row.size
    centred = centred and abs(before - behind) < _CENTRED * row.size
    larger = row.size > _LARGER * measure.size
    return larger or centred or longest.font not in measure.faces


class _SidePlace(NamedTuple):
    """How a row is beside or below a side heading.

    Attributes:
        text: left edge of the text beside the heading, in points; None for other rows.
        is_label: whether the row begins with the heading.
    """

    text: float | None = None
    is_label: bool = False


def _side_headings(rows: Sequence[_Row]) -> list[_SidePlace]:
    """Return for each row whether it has a heading at its left, or goes on below one.

    Side headings are short, at the same place, and all the text is at their right.
    """
    starts = [row.runs[1].left if _has_label(row) else None for row in rows]
    known = [start for start in starts if start is not None]
    places = [_SidePlace()] * len(rows)
    if len(known) < _FEWEST_LABELS:
        return places
    edge = median(known)
    left = median(row.left for row, start in zip(rows, starts, strict=True) if start is not None)
    beside = False
    for i, (row, start) in enumerate(zip(rows, starts, strict=True)):
        if start is not None and abs(start - edge) + abs(row.left - left) < row.size:
            places[i], beside = _SidePlace(edge, is_label=True), True
        elif beside and abs(row.left - edge) < _INDENT * row.size:
            places[i] = _SidePlace(edge)
        else:
            beside = False
    labels = sum(place.is_label for place in places)
    below = sum(place.text is not None for place in places) - labels
    return (
        places if labels >= _FEWEST_LABELS and below >= labels / 2 else [_SidePlace()] * len(rows)
    )


def _has_label(row: _Row) -> bool:
    """Return whether a row is a few words, a gap, and then text."""
    if len(row.runs) != 2:
        return False
    label, text = row.runs
    short = label.right - label.left < _WIDEST_LABEL * label.size
    return short and text.left - label.right > text.size and width(text.text) > width(label.text)


def _table_lines(table: Table) -> Iterator[PageLine]:
    """Yield the rows of a table, a bar between their cells."""
    gap = "\n\n"
    for row in table.rows:
        pieces: list[Piece] = []
        lead = ""
        for number, cell in enumerate(row):
            if number:
                lead += "| " if lead else " | "
            for inner, run in cell:
                pieces.append(Piece(lead or inner, run))
                lead = ""
        pieces[0] = pieces[0]._replace(lead=pieces[0].lead.lstrip())
        yield PageLine(gap, tuple(pieces), 0, table.size, kind="table", table=table)
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


def _pieces(row: _Row, *, labelled: bool) -> tuple[Piece, ...]:
    """Return the runs of a row: with tabs between cells, and spaces in justified text.

    Between a label and its text is a space, however wide the gap is.
    """
    pieces = [Piece("", row.runs[0])]
    for before, run in pairwise(row.runs):
        gap = (run.left - before.right) / max(run.size, before.size)
        lead = ""
        if gap > _TAB_GAP:
            lead = " " if labelled or before.text.endswith((":", "：")) else "\t"
        elif gap > _WORD_GAP:
            lead = " " if gap > _CHARACTER_GAP else lead_between(before, run)
        pieces.append(Piece(lead, run))
    return tuple(pieces)
