"""Tables as the reader reads them: the head of its column stands before each cell.

"三期 | 14 | 560" does not say which of its figures is the price. Written as
"区域：三期 | 台数：14 | 单价：560" it does, and a reader need not count columns. Only what is read
changes: the spans that are found are those of the passage.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Between the cells of a row, as the readers of documents write them.
_SEPARATORS = (" | ", "\t")
_FEWEST_COLUMNS = 3  # in a table of two columns, the first cell names the second
_LONGEST_NAME = 24  # code points of the head of a column; what is longer is a sentence
_NUMBER = re.compile(r"\W*\d[\d.,:%\-]*")
_LINE = re.compile(r"[^\n]+|\n")


class Written(NamedTuple):
    """A passage as it is read.

    Attributes:
        text: with the heads of the columns before the cells.
        source: ``(code points of the text,)`` where in the passage each comes from; -1 if nowhere.
        repeated: ``(code points of the text,)`` which belong to the head of a column.
    """

    text: str
    source: NDArray[np.int32]
    repeated: NDArray[np.bool_]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the passage that a range of the text comes from.

        The head of a column counts only where there is nothing else.
        """
        copied = self.source[start:end] >= 0
        own = copied & ~self.repeated[start:end]
        found = self.source[start:end][own if own.any() else copied]
        return (int(found[0]), int(found.max()) + 1) if len(found) else (0, 0)

    def place(self, offset: int) -> int:
        """Return where a code point of the passage is first written, or one that follows it."""
        for found in (self.source == offset, self.source > offset):
            if found.any():
                return int(found.argmax())
        return len(self.text)


class _Part(NamedTuple):
    """A line or a cell: a range of code points of the passage."""

    start: int
    end: int


class _Row(NamedTuple):
    """A line of a passage: its separator, if it is a row, and its cells."""

    line: _Part
    separator: str
    cells: tuple[_Part, ...]


class _Pen:
    """Writes parts of a passage, and keeps where each came from."""

    def __init__(self, passage: str) -> None:
        self._passage = passage
        self._parts: list[str] = []
        self._source: list[NDArray[np.int32]] = []
        self._repeated: list[NDArray[np.bool_]] = []

    def copy(self, part: _Part, *, repeated: bool = False) -> None:
        """Write a part of the passage."""
        self._parts.append(self._passage[part.start : part.end])
        self._source.append(np.arange(part.start, part.end, dtype=np.int32))
        self._repeated.append(np.full(part.end - part.start, repeated))

    def add(self, text: str) -> None:
        """Write what is not in the passage."""
        self._parts.append(text)
        self._source.append(np.full(len(text), -1, np.int32))
        self._repeated.append(np.zeros(len(text), bool))

    def written(self) -> Written:
        """Return all that was written."""
        return Written(
            "".join(self._parts),
            np.concatenate([*self._source, np.zeros(0, np.int32)]),
            np.concatenate([*self._repeated, np.zeros(0, bool)]),
        )


def written(passage: str) -> Written:
    """Return a passage as it is read, its tables row by row with the heads of their columns."""
    pen = _Pen(passage)
    rows = [_row(match) for match in _LINE.finditer(passage)]
    number = 0
    while number < len(rows):
        table = _table(rows, number)
        names = _names(passage, table)
        if not names:
            pen.copy(rows[number].line)
            number += 1
            continue
        for each in table[2:]:  # below the head and its line break
            if each.separator:
                _write_row(pen, names, each)
            else:
                pen.copy(each.line)
        number += len(table)
    return pen.written()


def _row(match: re.Match[str]) -> _Row:
    start, end = match.span()
    separator = next((one for one in _SEPARATORS if one in match.group()), "")
    cells: list[_Part] = []
    for cell in match.group().split(separator) if separator else ():
        cells.append(_Part(start, start + len(cell)))
        start += len(cell) + len(separator)
    return _Row(_Part(match.start(), end), separator, tuple(cells))


def _table(rows: Sequence[_Row], first: int) -> Sequence[_Row]:
    """Return the rows of the table that begins there, line breaks between them included."""
    separator = rows[first].separator
    end = first
    while separator and end < len(rows) and rows[end].separator == separator:
        end += 2  # with the line break
    return rows[first : end - 1] if end > first else ()


def _names(passage: str, table: Sequence[_Row]) -> tuple[_Part | None, ...]:
    """Return the head of each column; none at all if the table needs none or has none.

    A head may lack the name of the first column, as that of a table with names in its rows.
    """
    if len(table) < _FEWEST_COLUMNS:  # a head, a line break and a row
        return ()
    names: tuple[_Part | None, ...] = table[0].cells
    columns = max(len(row.cells) for row in table[2:])
    if len(names) == columns - 1:
        names = (None, *names)
    if len(names) != columns or columns < _FEWEST_COLUMNS:
        return ()
    texts = [passage[name.start : name.end].strip() for name in names if name is not None]
    are_names = all(
        0 < len(text) <= _LONGEST_NAME and not _NUMBER.fullmatch(text) for text in texts
    )
    return names if are_names else ()


def _write_row(pen: _Pen, names: Sequence[_Part | None], row: _Row) -> None:
    for number, (name, cell) in enumerate(zip(names, row.cells, strict=False)):
        if number:
            pen.add(" | ")
        if name is not None:
            pen.copy(name, repeated=True)
            pen.add("：")
        pen.copy(cell)
