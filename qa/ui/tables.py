"""Rows of a table as a table: wherever the page shows a text of a document.

Only the bars between the cells and the blanks beside them give way to lines; every other
character is there, and what is marked is marked to the character.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus import Span
from qa.ui.markup import marked, spoken

_FEWEST = 2  # rows of a table

# ``| a | b |`` as Markdown has it, and ``a | b`` as a table of Word or HTML is read. A bar
# after a backslash is a character of its cell.
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
        rows: of a table, the cells of each as spans of the text; empty if it is none.
    """

    span: Span
    rows: tuple[tuple[Span, ...], ...]


def pieces(value: str) -> Iterator[Piece]:
    """The tables of a text, and the lines before, between and after them."""
    lines: list[Span] = []
    for barred, run in groupby(_lines(value), lambda line: _has_cells(value[slice(*line)])):
        spans = list(run)
        if not barred or len(spans) < _FEWEST:
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
    """Whether a line looks like a row: with a bar, and with something beside it."""
    barred = _BORDERED.fullmatch(line) or _BAR_BETWEEN.search(line)
    return bool(barred) and line.strip("| \t") != ""


def _cells(value: str, line: Span, *, bordered: bool) -> tuple[Span, ...]:
    """The cells of a row, without the blanks around what they hold."""
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
    held = value[slice(*span)]
    start = span.start + len(held) - len(held.lstrip())
    return Span(start, start + len(held.strip()))


def part(value: str, span: Span, ranges: Sequence[Span]) -> str:
    """A part of ``value`` as HTML, with the marks that fall into it."""
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
    """A table that scrolls sideways, by keys too, where it is wider than its place.

    Args:
        value: the text.
        rows: the cells of each row as spans of the text.
        ranges: what is marked.
        shown: the others of the rows that lie outside, except the first, are folded away.
        after: HTML that goes into the last cell.
    """
    lines = []
    for number, row in enumerate(rows):
        cells = [part(value, cell, ranges) for cell in row]
        if number == len(rows) - 1:
            cells[-1] += after
        hidden = number > 0 and shown is not None and not overlaps(row, shown)
        held = "".join(f'<td dir="auto">{cell}</td>' for cell in cells)
        lines.append((hidden, f'<tr class="rest">{held}</tr>' if hidden else f"<tr>{held}</tr>"))
    return (
        '<div class="sideways" tabindex="0"><table class="rows">'
        f"<caption>{spoken('table')}</caption>{folded(lines, _DOTS_ROW)}"
        "</table></div>"
    )


def overlaps(row: Sequence[Span], shown: Span) -> bool:
    """Whether a row has a part in what is shown."""
    return row[0].start < shown.end and shown.start < row[-1].end


def folded(parts: Sequence[tuple[bool, str]], dots: str) -> str:
    """HTML one after the other, with dots for each run of what is hidden (True)."""
    held = []
    for hidden, run in groupby(parts, lambda one: one[0]):
        held += [html for _, html in run]
        if hidden:
            held.append(dots)
    return "".join(held)
