"""Pages whose text is not level: turned, so that their lines are read like any others.

The columns of vertical writing, read from right to left, are the lines of a page that is
turned by a quarter counterclockwise.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from corpus.pages.runs import Page, Rule, Run

# Degrees by which the direction of a line may differ from that of the others. Lines at any
# other angle are watermarks or stamps.
_SKEW = 5.0

_QUARTERS: Final = 4


def quarters_of(run: Run) -> int | None:
    """Return the quarter turns counterclockwise that make a run level; None if none do."""
    if run.vertical:
        return 1
    turns, skew = divmod(-run.angle + _SKEW, 90)
    return int(turns) % _QUARTERS if skew <= 2 * _SKEW else None


def main_turn(runs: Iterable[Run]) -> int:
    """Return the quarter turns counterclockwise that make most of the text level."""
    counts: Counter[int] = Counter()
    for run in runs:
        quarters = quarters_of(run)
        if quarters is not None:
            counts[quarters] += len(run.text)
    return max(counts, key=lambda quarters: counts[quarters], default=0)


def turned(page: Page, quarters: int) -> Page:
    """Return a page turned counterclockwise by quarters."""
    for _ in range(quarters % _QUARTERS):
        page = _turned_once(page)
    return page


def _turned_once(page: Page) -> Page:
    height = page.height
    runs = tuple(
        replace(
            run,
            left=height - run.top,
            right=height - run.bottom,
            bottom=run.left,
            top=run.right,
            angle=(run.angle + 90 + 180) % 360 - 180,
        )
        for run in page.runs
    )
    rules = tuple(
        Rule(height - rule.top, height - rule.bottom, rule.left, rule.right) for rule in page.rules
    )
    return Page(height, page.width, runs, rules)
