"""Merged cells of a sheet: each row gets what it stands under or beside."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

Cells = dict[int, dict[int, str]]  # by row and column, those that show something
Range = tuple[int, int, int, int]  # first column, first row, last column, last row

_MOST_ABOVE = 5  # rows among which the head of a table begins


def join_head(cells: Cells, ranges: Sequence[Range], take: Callable[[str], None]) -> None:
    """Make one row of a head of two: 标准 above 室外 and 室内 is 标准 室外 and 标准 室内.

    The upper row is known by its cells: all of them span either both rows or several columns.

    Args:
        cells: of the sheet; changed.
        ranges: of cells that are merged.
        take: told each text that is written again; may raise.
    """
    for number in sorted(cells)[:_MOST_ABOVE]:
        upper, lower = cells[number], cells.get(number + 1, {})
        tall = {
            left
            for left, first, right, last in ranges
            if (first, last) == (number, number + 1) and left == right
        }
        wide = {
            left: right
            for left, first, right, last in ranges
            if first == last == number and left < right
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
    """Let each cell that spans rows stand in all of them that show something.

    Args:
        cells: of the sheet; changed.
        ranges: of cells that are merged.
        take: told each text that is written again; may raise.
    """
    numbers = sorted(cells)
    for column, first, _, last in ranges:
        text = cells.get(first, {}).get(column)
        if text is None:
            continue
        for place in range(bisect_right(numbers, first), bisect_right(numbers, last)):
            row = cells[numbers[place]]
            if column in row:
                break  # ranges that overlap
            take(text)
            row[column] = text
