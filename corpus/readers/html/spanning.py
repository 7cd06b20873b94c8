"""Cells of an HTML table that span rows: their text is repeated in each row, as in Word."""

from collections.abc import Iterator
from dataclasses import dataclass

_MOST = 65_534  # rows that a cell may span, as in browsers


@dataclass(slots=True)
class _Cell:
    """A cell from above.

    Attributes:
        text: of the cell.
        rows: number of rows below that it still spans.
        columns: number of columns that it spans.
    """

    text: str
    rows: int
    columns: int


class SpanningCells:
    """The cells from above in the row that is being read, by their columns."""

    def __init__(self) -> None:
        self._cells: dict[int, _Cell] = {}
        self._column = 0

    def begin_row(self) -> None:
        """Go to the first column."""
        self._column = 0

    def take(self, text: str, rows: str | None, columns: str | None) -> None:
        """Add a cell of the row itself.

        Args:
            text: of the cell.
            rows: number of rows that it spans, as stated in the page.
            columns: number of columns, likewise.
        """
        width = _number(columns)
        if _number(rows) > 1:
            self._cells[self._column] = _Cell(text, _number(rows) - 1, width)
        self._column += width

    def here(self) -> Iterator[str]:
        """Yield the texts of the cells from above before the next cell of the row."""
        while self._column in self._cells:
            yield self._next(self._column)

    def rest(self) -> Iterator[str]:
        """Yield the texts of the cells from above after the last cell of the row."""
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
    """Return a stated number of rows or columns; 1 where it is no number."""
    plain = (stated or "").strip()
    number = int(plain) if plain.isdecimal() and len(plain) <= 5 else 1
    return min(max(number, 1), _MOST)
