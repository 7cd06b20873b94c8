"""The lines of a page in reading order, apart from running heads and page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.characters import is_unspaced, width
from corpus.pages.columns import columns, find_gutter, group_rows
from corpus.pages.runs import Page, Run

# The share of a page's height, at the top and the bottom, for running heads and page numbers.
_MARGIN = 0.12

# The share in which small type is a running head even on a single page; footnotes are inside it.
_EDGE = 0.06
_SMALL = 0.85

# Columns of a run that is long enough to measure the width of its characters.
_MEASURABLE = 16
_NUMBER = re.compile(
    r"[\W_]*(?:第\s*)?(?:[0-9０-９]{1,4}|[ivxlcIVXLC]{1,6})(?:\s*[页頁])?"
    r"(?:\s*(?:/|／|of|共|，|,)\s*(?:共\s*)?[0-9]{1,4}\s*[页頁]?)?[\W_]*|"
    r"[Pp](?:age|\.)\s*[0-9]+(?: of [0-9]+)?"
)
_DIGITS = re.compile(r"[0-9０-９]+")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line in reading order.

    Attributes:
        gap: the white space before it: line breaks and an indent.
        text: its characters.
        columns: distance of its end from the edge of its column, where a Chinese character
            takes two and any other about one.
        left_out: whether it is a running head or a page number.
        run: the line with its place on the page.
    """

    gap: str
    text: str
    columns: int
    left_out: bool
    run: Run


@dataclass(frozen=True, slots=True)
class Usual:
    """The common properties of a document's pages.

    Attributes:
        heads: words at the top or bottom of several pages, with # for every number.
        width: of one column of a line, in points; a Chinese character takes two.
        gutter: position of the white space between two columns, in points; None without.
        size: height of the type of most of the text, in points.
    """

    heads: frozenset[str]
    width: float
    gutter: float | None
    size: float


def find_usual(pages: Sequence[Page]) -> Usual:
    """Find the common properties of a document's pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_alike(run) for run in page.runs if _is_marginal(run, page)})
    heads = frozenset(words for words, count in counts.items() if count >= _least(words, pages))
    runs = [run for page in pages for run in page.runs if width(run.text) >= _MEASURABLE]
    points = [(run.right - run.left) / width(run.text) for run in runs]
    found = [find_gutter(page.runs) for page in pages]
    gutters = [place for place in found if place is not None]
    gutter = median(gutters) if 2 * len(gutters) > len(pages) else None
    sizes = [run.size for page in pages for run in page.runs for _ in run.text]
    size = max(median(sizes), 0.1) if sizes else 1.0
    return Usual(heads, max(median(points), 0.1) if points else 1.0, gutter, size)


def page_lines(page: Page, usual: Usual) -> Iterator[PageLine]:
    """Yield the lines of a page in reading order, each with the white space before it."""
    furniture = set(_furniture(page, usual.heads))
    heads = [run for run in page.runs if run in furniture and run.middle > page.height / 2]
    feet = [run for run in page.runs if run in furniture and run.middle <= page.height / 2]
    lines = [PageLine("\n", run.text, 0, left_out=True, run=run) for run in heads]
    for column in columns([run for run in page.runs if run not in furniture], usual.gutter):
        lines.extend(_column_lines(column, usual.width))
    lines.extend(PageLine("\n", run.text, 0, left_out=True, run=run) for run in feet)
    for number, line in enumerate(lines):
        yield line if number else replace(line, gap=line.gap.lstrip("\n"))


def _column_lines(lines: Sequence[Run], usual_width: float) -> Iterator[PageLine]:
    """Yield the lines of a column, with the breaks and indents of the page."""
    edges = sorted(line.left for line in lines)
    margin = edges[len(edges) // 10]
    pitches = [above.middle - below.middle for above, below in pairwise(lines)]
    pitch = median(pitches) if pitches else 0.0
    above: Run | None = None
    for line in lines:
        gap = "\n"
        if above is not None:
            apart = above.middle - line.middle > 1.35 * pitch
            resized = abs(above.size - line.size) > 0.25 * max(above.size, line.size)
            gap = "\n\n" if apart or resized else "\n"
        if line.left - margin > 0.8 * line.size:
            gap += "\u3000\u3000" if is_unspaced(line.text[0]) else "    "
        columns_taken = round((line.right - margin) / usual_width)
        yield PageLine(gap, line.text, columns_taken, left_out=False, run=line)
        above = line


def _furniture(page: Page, heads: frozenset[str]) -> Iterator[Run]:
    """Yield running heads, feet and page numbers.

    They are in the rows from either edge up to the first without any. Further inside, a line
    belongs to the text, even if several pages have it.
    """
    for at_top in (True, False):
        runs = [run for run in page.runs if (run.middle > page.height / 2) == at_top]
        runs.sort(key=lambda each: -each.middle if at_top else each.middle)
        for row in group_rows(runs):
            found = [run for run in row if _is_furniture(run, page, heads)]
            if not found:
                break
            yield from found


def _is_furniture(run: Run, page: Page, heads: frozenset[str]) -> bool:
    """Return whether a run is a head, a foot or a number, by its words or by its small type."""
    if not _is_marginal(run, page):
        return False
    if _alike(run) in heads or _NUMBER.fullmatch(run.text):
        return True
    at_edge = not _EDGE * page.height < run.middle < (1 - _EDGE) * page.height
    return at_edge and run.size < _SMALL * median(other.size for other in page.runs)


def _is_marginal(run: Run, page: Page) -> bool:
    return not _MARGIN * page.height < run.middle < (1 - _MARGIN) * page.height


def _least(words: str, pages: Sequence[Page]) -> int:
    """Return the number of pages on which a line must be to count as their head."""
    return 2 if len(pages) == 2 or "#" in (words[:1], words[-1:]) else 3


def _alike(run: Run) -> str:
    return _DIGITS.sub("#", "".join(run.text.split()))
