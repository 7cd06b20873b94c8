"""Runs of text on a page, and the columns that they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# White space between the cells of a table, in heights of a line; less is justified text.
_CELL_GAP = 2.0

# Fewer rows on either side show no gutter.
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one line, up to a gap that no space between words would leave.

    Attributes:
        text: the characters.
        left: distance from the left edge, in points, as are the others.
        right: of its end.
        bottom: of its lower edge from the page's lower edge.
        top: of its upper edge.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def size(self) -> float:
        """Height of its characters."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Height at which it stands."""
        return (self.top + self.bottom) / 2


def columns(runs: Sequence[Run], usual: float | None = None) -> list[list[Run]]:
    """Lines in reading order, a list for each column or full-width part of a page.

    Args:
        runs: of a page, or of a part of one.
        usual: where other pages have their gutter, if they have one; too few lines to
            show a gutter of their own are parted there.
    """
    gutter = find_gutter(runs)
    if gutter is None and usual is not None and _part_at(runs, usual):
        gutter = usual
    if gutter is None:
        return [rows(runs)] if runs else []
    parts: list[list[Run]] = []
    band: list[Run] = []
    above_crosses = False
    for run in sorted(runs, key=lambda each: -each.middle):
        crosses = run.left < gutter < run.right
        if not crosses:
            band.append(run)
        elif above_crosses:
            parts[-1].append(run)
        else:
            parts.extend(_sides(band, gutter))
            parts.append([run])
            band = []
        above_crosses = crosses
    return parts + _sides(band, gutter)


def _sides(band: Sequence[Run], gutter: float) -> list[list[Run]]:
    left = [run for run in band if run.right <= gutter]
    right = [run for run in band if run.right > gutter]
    return [part for side in (left, right) for part in columns(side)]


def find_gutter(runs: Sequence[Run]) -> float | None:
    """Where white space parts two columns from top to bottom, if anywhere.

    Columns stand side by side and their lines fill them; cells of a table do not.
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
    return place if filled and _beside(left, right) >= _FEWEST_ROWS else None


def _fill(lines: Sequence[Run], room: float) -> bool:
    """Whether most lines reach across their column."""
    return median(line.right - line.left for line in lines) > 0.5 * room


def _beside(left: Sequence[Run], right: Sequence[Run]) -> int:
    """How many lines on the left stand within the height of the lines on the right."""
    bottom, top = min(line.bottom for line in right), max(line.top for line in right)
    return sum(bottom < line.middle < top for line in left)


def _part_at(runs: Sequence[Run], gutter: float) -> bool:
    """Whether lines stand side by side at a gutter, and none across it."""
    left = [run for run in runs if run.right <= gutter]
    right = [run for run in runs if run.left >= gutter]
    whole = len(left) + len(right) == len(runs)
    return bool(whole and left and right and _beside(left, right))


def rows(runs: Sequence[Run]) -> list[Run]:
    """Lines from top to bottom, the runs of one row joined."""
    found: list[list[Run]] = []
    for run in sorted(runs, key=lambda each: -each.middle):
        if found and abs(found[-1][0].middle - run.middle) < 0.5 * min(found[-1][0].size, run.size):
            found[-1].append(run)
        else:
            found.append([run])
    return [_joined(sorted(row, key=lambda each: each.left)) for row in found]


def _joined(row: Sequence[Run]) -> Run:
    """Runs of one row as one; what a tab parts are cells, the rest was only justified."""
    text = row[0].text
    for before, run in pairwise(row):
        text += ("\t" if run.left - before.right > _CELL_GAP * run.size else " ") + run.text
    return Run(
        text,
        row[0].left,
        row[-1].right,
        min(run.bottom for run in row),
        max(run.top for run in row),
    )
