"""Tables in the text of a document, wherever the page shows it.

The bars between the cells, and the blanks beside them, become the lines of an HTML table.
Every other character stays, and marks are exact to the character.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from corpus import Span
from qa.ui.markup import marked, spoken

_FEWEST_ROWS = 2

# ``| a | b |`` is a row of Markdown, ``a | b`` a row read from Word or HTML. A bar after a
# backslash is a character of its cell.
_BAR = re.compile(r"(?<!\\)\|")
_BAR_BETWEEN = re.compile(r"(?<!\S)\|(?!\S)")
_BORDERED = re.compile(r"\s*\|.*(?<!\\)\|\s*")

DOTS = '<span class="dots" aria-hidden="true">…</span>'
_DOTS_ROW = f'<tr class="dots"><td>{DOTS}</td></tr>'


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring lines of a text.

    Attributes:
        span: in the text, without the line break before and after.
        rows: if the lines are a table, the cells of each row as spans of the text; else empty.
    """

    span: Span
    rows: tuple[tuple[Span, ...], ...]


class Fragment(NamedTuple):
    """HTML of a part of a passage, folded away at first (``hidden``) or not."""

    html: str
    hidden: bool


def pieces(value: str) -> Iterator[Piece]:
    """Yield the tables of a text, and the lines before, between and after them."""
    lines: list[Span] = []
    for barred, run in groupby(_lines(value), lambda line: _has_cells(value[slice(*line)])):
        spans = list(run)
        if not barred or len(spans) < _FEWEST_ROWS:
            lines += spans
            continue
        if lines:
            yield Piece(Span(lines[0].start, lines[-1].end), ())
            lines = []
        bordered = all(_BORDERED.fullmatch(value, *line) for line in spans)
        rows = tuple(_cells(value, line, bordered=bordered) for line in spans)
        yield Piece(Span(spans[0].start, spans[-1].end), rows)
    if lines:
        yield Piece(Span(lines[0].start, lines[-1].end), ())


def _lines(value: str) -> Iterator[Span]:
    start = 0
    for line in value.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _has_cells(line: str) -> bool:
    """Return whether a line looks like a row: it has a bar and something beside it."""
    barred = _BORDERED.fullmatch(line) or _BAR_BETWEEN.search(line)
    return bool(barred) and line.strip("| \t") != ""


def _cells(value: str, line: Span, *, bordered: bool) -> tuple[Span, ...]:
    """Return the cells of a row, without the blanks around their text."""
    start, end = _trimmed(value, line)
    bar = _BAR_BETWEEN
    if bordered:
        start, end, bar = start + 1, end - 1, _BAR
    cells = []
    for found in bar.finditer(value, start, end):
        cells.append(Span(start, found.start()))
        start = found.end()
    return tuple(_trimmed(value, cell) for cell in (*cells, Span(start, end)))


def _trimmed(value: str, span: Span) -> Span:
    cell = value[slice(*span)]
    start = span.start + len(cell) - len(cell.lstrip())
    return Span(start, start + len(cell.strip()))


def part(value: str, span: Span, ranges: Sequence[Span]) -> str:
    """Return a part of ``value`` as HTML, with the marks that fall into it."""
    start, end = span
    return marked(value[start:end], [Span(a - start, b - start) for a, b in ranges])


def table(
    value: str,
    rows: Sequence[Sequence[Span]],
    ranges: Sequence[Span] = (),
    *,
    shown: Span | None = None,
    after: str = "",
) -> str:
    """Return an HTML table that scrolls sideways, by keys too, if it is wider than its place.

    Args:
        value: the text.
        rows: the cells of each row as spans of the text.
        ranges: the spans of the text to mark.
        shown: a span of the text; rows outside it, except the first, are folded.
        after: HTML to add to the last cell.
    """
    lines = []
    for number, row in enumerate(rows):
        cells = [part(value, cell, ranges) for cell in row]
        if number == len(rows) - 1:
            cells[-1] += after
        hidden = number > 0 and shown is not None and not overlaps(row, shown)
        columns = "".join(f'<td dir="auto">{cell}</td>' for cell in cells)
        line = f'<tr class="rest">{columns}</tr>' if hidden else f"<tr>{columns}</tr>"
        lines.append(Fragment(line, hidden))
    return (
        '<div class="sideways" tabindex="0"><table class="rows">'
        f"<caption>{spoken('table')}</caption>{folded(lines, _DOTS_ROW)}"
        "</table></div>"
    )


def overlaps(row: Sequence[Span], shown: Span) -> bool:
    """Return whether a row overlaps the span that is shown."""
    return row[0].start < shown.end and shown.start < row[-1].end


def folded(fragments: Sequence[Fragment], dots: str) -> str:
    """Return the HTML of fragments, with dots after each run of folded ones."""
    html = []
    for hidden, run in groupby(fragments, lambda fragment: fragment.hidden):
        html += [fragment.html for fragment in run]
        if hidden:
            html.append(dots)
    return "".join(html)
