"""Merged cells of a sheet: their text is repeated in every row and column that they span."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

#: Text of the cells that are not empty, by row and column.
Cells = dict[int, dict[int, str]]

_MOST_ABOVE = 5  # rows of a sheet among which the head of its table begins


class Range(NamedTuple):
    """A rectangle of merged cells, its first and last column and row included."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int

    @property
    def is_one_column(self) -> bool:
        """Return whether it is one column wide."""
        return self.first_column == self.last_column

    def has_rows(self, first: int, last: int) -> bool:
        """Return whether it spans exactly these rows."""
        return (self.first_row, self.last_row) == (first, last)


def join_head(cells: Cells, ranges: Sequence[Range], take: Callable[[str], None]) -> None:
    """Join a table's head of two rows: 标准 above 室外 and 室内 becomes 标准 室外 and 标准 室内.

    It is recognised by the upper row, whose cells all span either both rows or several columns.

    Args:
        cells: of the sheet; changed.
        ranges: the merged cells.
        take: called with each text that is repeated; may raise.
    """
    for number in sorted(cells)[:_MOST_ABOVE]:
        upper, lower = cells[number], cells.get(number + 1, {})
        tall = {
            each.first_column
            for each in ranges
            if each.has_rows(number, number + 1) and each.is_one_column
        }
        wide = {
            each.first_column: each.last_column
            for each in ranges
            if each.has_rows(number, number) and not each.is_one_column
        }
        if not (tall and wide and lower and upper.keys() == tall | wide.keys()):
            continue
        starts = sorted(wide)
        for column, text in lower.items():
            start = starts[max(0, bisect_right(starts, column) - 1)]
            if start <= column <= wide[start]:
                take(upper[start])
                lower[column] = f"{upper[start]} {text}"
        cells[number] = {**upper, **lower}
        del cells[number + 1]
        return


def fill_down(cells: Cells, ranges: Sequence[Range], take: Callable[[str], None]) -> None:
    """Repeat the text of each cell that spans rows in all of them that are not empty.

    Args:
        cells: of the sheet; changed.
        ranges: the merged cells.
        take: called with each text that is repeated; may raise.
    """
    numbers = sorted(cells)
    for column, first, _, last in ranges:
        text = cells.get(first, {}).get(column)
        if text is None:
            continue
        for place in range(bisect_right(numbers, first), bisect_right(numbers, last)):
            row = cells[numbers[place]]
            if column in row:
                break  # overlapping ranges
            take(text)
            row[column] = text
