"""Text that lies over other text: watermarks, stamps, and letters drawn twice to look bold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.characters import width
from corpus.pages.runs import Page, Run
from corpus.pages.turning import quarters_of

# Shares of the size of the type by which the second drawing of bold letters may be moved.
_MOVED = 0.35

# A text is the tile of a watermark if a page has it so often, and is so many columns wide.
_FEWEST_TILES = 4
_NARROWEST_TILE = 8

# Shares of the pages that have the same text at the same place, in type so much larger.
_MOST_PAGES = 0.5
_FEWEST_PAGES = 3
_STAMP_SIZE = 1.3
_GRID = 12.0  # points


def without_doubles(page: Page) -> Page:
    """Return a page without the runs that are drawn a second time, slightly moved."""
    kept: list[Run] = []
    places: defaultdict[str, list[Run]] = defaultdict(list)
    for run in page.runs:
        if not any(_is_double(run, other) for other in places[run.text]):
            kept.append(run)
            places[run.text].append(run)
    return replace(page, runs=tuple(kept))


def _is_double(run: Run, other: Run) -> bool:
    moved = max(abs(run.left - other.left), abs(run.bottom - other.bottom))
    return moved < _MOVED * run.size


def find_stamps(pages: Sequence[Page], size: float) -> frozenset[str]:
    """Return the words that most pages have at the same place in large type, as a watermark.

    Args:
        pages: of a document.
        size: of the usual type, in points.
    """
    counts = Counter(
        place
        for page in pages
        for place in {_place(run) for run in page.runs if run.size > _STAMP_SIZE * size}
    )
    least = max(_FEWEST_PAGES, _MOST_PAGES * len(pages))
    return frozenset(text for (text, _, _), count in counts.items() if count >= least)


def _place(run: Run) -> tuple[str, int, int]:
    return run.text, round(run.left / _GRID), round(run.bottom / _GRID)


def overlays(page: Page, stamps: frozenset[str], size: float) -> Iterator[Run]:
    """Yield the watermarks of a page, turned to be level: text at an angle, tiles, stamps."""
    level = any(quarters_of(run) == 0 for run in page.runs)
    tiles = _tiles(page)
    for run in page.runs:
        slanting = level and not run.vertical and quarters_of(run) != 0
        if slanting or run.text in tiles or (run.text in stamps and run.size > _STAMP_SIZE * size):
            yield run


def _tiles(page: Page) -> set[str]:
    """Return the words that a page has again and again, over its other text."""
    counts = Counter(run.text for run in page.runs)
    often = {
        text
        for text, count in counts.items()
        if count >= _FEWEST_TILES and width(text) >= _NARROWEST_TILE
    }
    tiles: set[str] = set()
    for run in page.runs:
        if run.text in often and run.text not in tiles and _is_over_text(run, page):
            tiles.add(run.text)
    return tiles


def _is_over_text(run: Run, page: Page) -> bool:
    """Return whether a run covers other text."""
    return any(
        other.text != run.text
        and min(run.right, other.right) - max(run.left, other.left) > 0
        and min(run.top, other.top) - max(run.bottom, other.bottom) > 0.3 * other.size
        for other in page.runs
    )
