"""Pages as geometry: columns, running heads and page numbers, indents, gaps."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.characters import is_chinese

# The part of a page's height, above and below, where a head or a number may stand.
_MARGIN = 0.12
_NUMBER = re.compile(
    r"[\W_]*(?:第\s*)?(?:[0-9０-９]{1,4}|[ivxlcIVXLC]{1,6})(?:\s*[页頁])?"
    r"(?:\s*(?:/|／|of|共|，|,)\s*(?:共\s*)?[0-9]{1,4}\s*[页頁]?)?[\W_]*|"
    r"[Pp](?:age|\.)\s*[0-9]+(?: of [0-9]+)?"
)


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


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line in reading order.

    Attributes:
        gap: the white space before it: line breaks and an indent.
        text: its characters.
        left_out: whether it is a running head or a page number.
    """

    gap: str
    text: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page's height and its runs, in the order in which they were drawn."""

    height: float
    runs: tuple[Run, ...]


def furniture(pages: Sequence[Page]) -> frozenset[str]:
    """What stands at the top or bottom of several pages, with digits made alike."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_alike(run) for run in page.runs if _is_marginal(run, page)})
    return frozenset(words for words, count in counts.items() if count >= _least(words, len(pages)))


def _least(words: str, pages: int) -> int:
    """On how many pages a line must stand to be one of theirs, not of their text."""
    return 2 if pages == 2 or "#" in (words[:1], words[-1:]) else 3


def page_lines(page: Page, left_out: frozenset[str]) -> Iterator[PageLine]:
    """Lines of a page in reading order, each with the white space before it."""
    marginal = {
        run
        for run in page.runs
        if _is_marginal(run, page) and (_alike(run) in left_out or _NUMBER.fullmatch(run.text))
    }
    heads = [run for run in page.runs if run in marginal and run.middle > page.height / 2]
    feet = [run for run in page.runs if run in marginal and run.middle <= page.height / 2]
    lines = [("\n", run.text, True) for run in heads]
    for column in columns([run for run in page.runs if run not in marginal]):
        lines.extend((gap, text, False) for gap, text in _column_lines(column))
    lines.extend(("\n", run.text, True) for run in feet)
    for number, (gap, text, left) in enumerate(lines):
        yield PageLine(gap if number else gap.lstrip("\n"), text, left)


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in words: ``2, 5-7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts)


def columns(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs in reading order, a list for each column or full-width part of a page."""
    gutter = _gutter(runs)
    if gutter is None:
        return [_rows(runs)] if runs else []
    parts: list[list[Run]] = []
    band: list[Run] = []
    for run in sorted(runs, key=lambda each: -each.middle):
        if run.left < gutter < run.right:
            parts.extend(_sides(band, gutter))
            band = []
            if parts and parts[-1] and parts[-1][-1].left < gutter < parts[-1][-1].right:
                parts[-1].append(run)
            else:
                parts.append([run])
        else:
            band.append(run)
    parts.extend(_sides(band, gutter))
    return parts


def _sides(band: Sequence[Run], gutter: float) -> list[list[Run]]:
    left = [run for run in band if run.right <= gutter]
    right = [run for run in band if run.right > gutter]
    return [part for side in (left, right) for part in columns(side)]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Where white space parts two columns from top to bottom, if anywhere.

    Columns stand side by side and their lines fill them; cells of a table do not.
    """
    if len(runs) < 6:
        return None
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    width = end - start
    best: tuple[int, float] | None = None
    for edge in {run.left for run in runs}:
        place = edge - 0.5
        if not start + 0.2 * width < place < end - 0.2 * width:
            continue
        crossing = sum(run.left < place < run.right for run in runs)
        if best is None or crossing < best[0]:
            best = (crossing, place)
    if best is None or best[0] > 0.2 * len(runs):
        return None
    place = best[1]
    left = [run for run in runs if run.right <= place]
    right = [run for run in runs if run.left >= place]
    if min(len(left), len(right)) < 3 or not (_fill(left) and _fill(right)):
        return None
    beside = sum(any(abs(a.middle - b.middle) < a.size for b in right) for a in left)
    overlap = min(max(r.top for r in left), max(r.top for r in right)) - max(
        min(r.bottom for r in left), min(r.bottom for r in right)
    )
    return place if beside >= 3 or overlap > 3 * median(run.size for run in runs) else None


def _fill(runs: Sequence[Run]) -> bool:
    """Whether most lines reach across their column."""
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    return median(run.right - run.left for run in runs) > 0.6 * (end - start)


def _rows(runs: Sequence[Run]) -> list[Run]:
    """Lines from top to bottom; runs of one row are joined, a tab between cells."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda each: -each.middle):
        if rows and abs(rows[-1][0].middle - run.middle) < 0.5 * min(rows[-1][0].size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
    lines = []
    for row in rows:
        row.sort(key=lambda each: each.left)
        lines.append(
            Run(
                "\t".join(run.text for run in row),
                row[0].left,
                row[-1].right,
                min(run.bottom for run in row),
                max(run.top for run in row),
            )
        )
    return lines


def _column_lines(lines: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Text of a column's lines, with the breaks and indents that the page shows."""
    margin = _margin(lines)
    pitches = [above.middle - below.middle for above, below in pairwise(lines)]
    pitch = median(pitches) if pitches else 0.0
    above: Run | None = None
    for line in lines:
        gap = "\n"
        if above is not None:
            apart = above.middle - line.middle > 1.35 * pitch
            resized = abs(above.size - line.size) > 0.15 * max(above.size, line.size)
            gap = "\n\n" if apart or resized else "\n"
        indent = (line.left - margin) / max(line.size, 1.0)
        if indent > 0.8:
            gap += "\u3000\u3000" if is_chinese(line.text[0]) else "    "
        yield gap, line.text
        above = line


def _margin(lines: Sequence[Run]) -> float:
    edges = sorted(line.left for line in lines)
    return edges[len(edges) // 10]


def _is_marginal(run: Run, page: Page) -> bool:
    return not _MARGIN * page.height < run.middle < (1 - _MARGIN) * page.height


def _alike(run: Run) -> str:
    return re.sub(r"[0-9０-９]+", "#", "".join(run.text.split()))
