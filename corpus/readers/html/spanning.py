"""Cells of an HTML table that reach into the rows below: each row has them, as in a Word table."""

from collections.abc import Iterator
from dataclasses import dataclass

_MOST = 65_534  # rows, as browsers have it


@dataclass(slots=True)
class _Cell:
    text: str
    rows: int
    columns: int


class SpanningCells:
    """The cells from above that stand in the row that is being read, by their columns."""

    def __init__(self) -> None:
        self._cells: dict[int, _Cell] = {}
        self._column = 0

    def begin_row(self) -> None:
        """Go to the first column."""
        self._column = 0

    def take(self, text: str, rows: str | None, columns: str | None) -> None:
        """Take a cell of the row itself.

        Args:
            text: of the cell.
            rows: how many it spans, as the page states it.
            columns: likewise.
        """
        wide = _number(columns)
        if _number(rows) > 1:
            self._cells[self._column] = _Cell(text, _number(rows) - 1, wide)
        self._column += wide

    def here(self) -> Iterator[str]:
        """The texts of the cells from above that stand before the next cell of the row."""
        while self._column in self._cells:
            yield self._next(self._column)

    def rest(self) -> Iterator[str]:
        """The texts of those that stand behind its last."""
        for column in sorted(column for column in self._cells if column >= self._column):
            yield self._next(column)

    def _next(self, column: int) -> str:
        cell = self._cells[column]
        cell.rows -= 1
        if not cell.rows:
            del self._cells[column]
        self._column = column + cell.columns
        return cell.text


def _number(stated: str | None) -> int:
    """How many rows or columns are stated; 1 where it is no such number."""
    plain = (stated or "").strip()
    number = int(plain) if plain.isdecimal() and len(plain) <= 5 else 1
    return min(max(number, 1), _MOST)
