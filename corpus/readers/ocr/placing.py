"""Recognised lines as runs on a page in points, for the layout of pages."""

from statistics import median

from corpus.pages import Page, Run
from corpus.readers.ocr.lines import RecognisedLine, RecognisedPage

#: Pixels an inch at which pages are rendered, and pictures are taken to be.
RESOLUTION = 200
_POINTS = 72 / RESOLUTION  # of a pixel

# The detector's boxes are higher than the type, and wider, by these shares of their height.
_TYPE = 0.72
_SIDE = 0.12

# Boxes of the same type vary in height by less than this.
_LOWEST, _HIGHEST = 0.68, 1.4

# A score of 1 is that of a text layer.
_MOST_SCORE = 0.999


def page_of(recognised: RecognisedPage) -> Page:
    """Return a page with the runs that were recognised on it."""
    heights = [_height(line) for line in recognised.lines for _ in line.text]
    usual = median(heights) if heights else 1.0
    runs = tuple(_run(line, recognised.height, usual) for line in recognised.lines)
    return Page(recognised.width * _POINTS, recognised.height * _POINTS, runs)


def _height(line: RecognisedLine) -> float:
    """Return the height of a line, or the width of a column of vertical writing."""
    height, width = line.bottom - line.top, line.right - line.left
    return width if _is_vertical(line) else height


def _is_vertical(line: RecognisedLine) -> bool:
    height, width = line.bottom - line.top, line.right - line.left
    return len(line.text) > 1 and height >= 1.5 * width


def _run(line: RecognisedLine, page_height: int, usual: float) -> Run:
    height = _height(line)
    size = _TYPE * (usual if _LOWEST < height / usual < _HIGHEST else height)
    vertical = _is_vertical(line)
    left, right = line.left, line.right
    bottom, top = page_height - line.bottom, page_height - line.top
    if vertical:
        centre = (left + right) / 2
        left, right = centre - size / 2, centre + size / 2
        bottom, top = bottom + _SIDE * height, top - _SIDE * height
    else:
        centre = (bottom + top) / 2
        bottom, top = centre - size / 2, centre + size / 2
        left, right = left + _SIDE * height, right - _SIDE * height
    return Run(
        line.text.strip(),
        left=left * _POINTS,
        right=max(right, left) * _POINTS,
        bottom=bottom * _POINTS,
        top=max(top, bottom) * _POINTS,
        size=size * _POINTS,
        vertical=vertical,
        score=min(line.score, _MOST_SCORE),
    )
