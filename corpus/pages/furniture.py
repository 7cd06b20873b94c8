"""What a document's pages have in common: running heads, page numbers, edges, and type."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.characters import has_han, width
from corpus.pages.columns import Gutter, find_gutters
from corpus.pages.runs import Page, Run, group_rows, middle, weighted_median

# The share of a page's height, at the top and the bottom, for running heads and page numbers.
_MARGIN = 0.12

# The share in which small type is a running head even on a single page; footnotes are inside it.
EDGE = 0.06
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
class Usual:
    """The common properties of a document's pages.

    Attributes:
        heads: words at the top or bottom of several pages, with # for every number.
        unit: width of one column of a line, in points; a Chinese character takes two.
        size: of the type of most of the text, in points.
        left: the left edge of the text, in points.
        right: the right edge of the text, in points.
        gutters: white space between columns on most of the pages.
        faces: the usual typeface of Chinese and of other text.
    """

    heads: frozenset[str]
    unit: float
    size: float
    left: float
    right: float
    gutters: tuple[Gutter, ...]
    faces: frozenset[str] = frozenset()


def find_usual(pages: Sequence[Page]) -> Usual:
    """Find the common properties of a document's pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_alike(run) for run in page.runs if _is_marginal(run, page)})
    heads = frozenset(words for words, count in counts.items() if count >= _least(words, pages))
    runs = [run for page in pages for run in page.runs]
    long = [run for run in runs if width(run.text) >= _MEASURABLE]
    unit = median((run.right - run.left) / width(run.text) for run in long) if long else 1.0
    sizes, lengths = [run.size for run in runs], [len(run.text) for run in runs]
    size = weighted_median(sizes, lengths) if runs else 1.0
    lefts, rights = sorted(run.left for run in long), sorted(run.right for run in long)
    return Usual(
        heads,
        max(unit, 0.1),
        size,
        lefts[len(lefts) // 50] if lefts else math.inf,
        rights[-1 - len(rights) // 50] if rights else 0.0,
        _common_gutters(pages, size),
        frozenset(_usual_faces(runs)),
    )


def _usual_faces(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the typefaces that most of the Chinese text is in, and most of the other text."""
    for chinese in (True, False):
        faces: Counter[str] = Counter()
        for run in runs:
            if run.font and has_han(run.text) == chinese:
                faces[run.font] += len(run.text)
        if faces:
            yield faces.most_common(1)[0][0]


def _common_gutters(pages: Sequence[Page], size: float) -> tuple[Gutter, ...]:
    """Return the gutters that more than half of the pages have at about the same place."""
    found = [gutter for page in pages for gutter in find_gutters(page.runs, size)]
    found.sort(key=lambda gutter: gutter.middle)
    groups: list[list[Gutter]] = []
    for gutter in found:
        if groups and gutter.middle - groups[-1][0].middle < size:
            groups[-1].append(gutter)
        else:
            groups.append([gutter])
    return tuple(group[len(group) // 2] for group in groups if 2 * len(group) > len(pages))


def find_furniture(page: Page, usual: Usual) -> Iterator[Run]:
    """Yield running heads, feet and page numbers.

    They are in the rows from either edge up to the first without any. Further inside, a line
    belongs to the text, even if several pages have it.
    """
    usual_size = median(run.size for run in page.runs) if page.runs else usual.size
    for at_top in (True, False):
        runs = [run for run in page.runs if (middle(run) > page.height / 2) == at_top]
        for row in group_rows(runs, from_top=at_top):
            found = [run for run in row if _is_furniture(run, page, usual.heads, usual_size)]
            if not found:
                break
            yield from found


def _is_furniture(run: Run, page: Page, heads: frozenset[str], usual_size: float) -> bool:
    """Return whether a run is a head, a foot or a number, by its words or by its small type."""
    if not _is_marginal(run, page):
        return False
    if _alike(run) in heads or _NUMBER.fullmatch(run.text):
        return True
    at_edge = not EDGE * page.height < middle(run) < (1 - EDGE) * page.height
    return at_edge and run.size < _SMALL * usual_size


def _is_marginal(run: Run, page: Page) -> bool:
    return not _MARGIN * page.height < middle(run) < (1 - _MARGIN) * page.height


def _least(words: str, pages: Sequence[Page]) -> int:
    """Return the number of pages on which a line must be to count as their head."""
    return 2 if len(pages) == 2 or "#" in (words[:1], words[-1:]) else 3


def _alike(run: Run) -> str:
    return _DIGITS.sub("#", "".join(run.text.split()))
