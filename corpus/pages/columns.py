"""The order of the runs of a page in rows and columns."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from corpus.pages.runs import Run

# White space between the cells of a table, relative to the height of a line. Narrower gaps are
# those of justified text.
_CELL_GAP = 2.0

# Fewer rows on either side do not make columns.
_FEWEST_ROWS = 3


def columns(runs: Sequence[Run], usual: float | None = None) -> list[list[Run]]:
    """Return lines in reading order, a list for each column or full-width part of a page.

    Args:
        runs: of a page, or of a part of one.
        usual: position of the gutter on other pages, if they have one. Where there are too few
            lines to find a gutter, they are separated there.
    """
    gutter = find_gutter(runs)
    if gutter is None and usual is not None and _are_columns_at(runs, usual):
        gutter = usual
    if gutter is None:
        return [rows(runs)] if runs else []
    parts: list[list[Run]] = []
    band: list[Run] = []
    is_above_across = False
    for run in sorted(runs, key=lambda each: -each.middle):
        is_across = run.left < gutter < run.right
        if not is_across:
            band.append(run)
        elif is_above_across:
            parts[-1].append(run)
        else:
            parts.extend(_sides(band, gutter))
            parts.append([run])
            band = []
        is_above_across = is_across
    return parts + _sides(band, gutter)


def _sides(band: Sequence[Run], gutter: float) -> list[list[Run]]:
    left = [run for run in band if run.right <= gutter]
    right = [run for run in band if run.right > gutter]
    return [part for side in (left, right) for part in columns(side)]


def find_gutter(runs: Sequence[Run]) -> float | None:
    """Return the position of the white space between two columns, in points; None without.

    Lines fill the columns that they are in, side by side; the cells of a table do not.
    """
    if len(runs) < 2 * _FEWEST_ROWS:
        return None
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    fifth = (end - start) / 5
    crossings = {
        place: sum(run.left < place < run.right for run in runs)
        for place in {run.left - 0.5 for run in runs}
        if start + fifth < place < end - fifth
    }
    if not crossings:
        return None
    place = min(crossings, key=lambda each: (crossings[each], each))
    if crossings[place] > 0.2 * len(runs):
        return None
    left = rows([run for run in runs if run.right <= place])
    right = rows([run for run in runs if run.left >= place])
    if min(len(left), len(right)) < _FEWEST_ROWS:
        return None
    filled = _fill(left, place - start) and _fill(right, end - place)
    return place if filled and _count_beside(left, right) >= _FEWEST_ROWS else None


def _fill(lines: Sequence[Run], room: float) -> bool:
    """Return whether most lines reach across their column."""
    return median(line.right - line.left for line in lines) > 0.5 * room


def _count_beside(left: Sequence[Run], right: Sequence[Run]) -> int:
    """Return the number of lines on the left that are level with the lines on the right."""
    bottom, top = min(line.bottom for line in right), max(line.top for line in right)
    return sum(bottom < line.middle < top for line in left)


def _are_columns_at(runs: Sequence[Run], gutter: float) -> bool:
    """Return whether there are lines on both sides of a gutter, and none across it."""
    left = [run for run in runs if run.right <= gutter]
    right = [run for run in runs if run.left >= gutter]
    none_across = len(left) + len(right) == len(runs)
    return bool(none_across and left and right and _count_beside(left, right))


def rows(runs: Sequence[Run]) -> list[Run]:
    """Return lines from top to bottom, each made of the runs of one row."""
    grouped = group_rows(sorted(runs, key=lambda each: -each.middle))
    return [_joined(sorted(row, key=lambda each: each.left)) for row in grouped]


def group_rows(runs: Iterable[Run]) -> list[list[Run]]:
    """Group the runs of each row.

    Args:
        runs: from the top to the bottom, or from the bottom to the top.
    """
    found: list[list[Run]] = []
    for run in runs:
        if found and abs(found[-1][0].middle - run.middle) < 0.5 * min(found[-1][0].size, run.size):
            found[-1].append(run)
        else:
            found.append([run])
    return found


def _joined(row: Sequence[Run]) -> Run:
    """Join the runs of one row: with tabs between cells, and spaces in justified text."""
    text = row[0].text
    for before, run in pairwise(row):
        text += ("\t" if run.left - before.right > _CELL_GAP * run.size else " ") + run.text
    return Run(
        text,
        row[0].left,
        row[-1].right,
        min(run.bottom for run in row),
        max(run.top for run in row),
        max(run.size for run in row),
        score=min(run.score for run in row),
    )
