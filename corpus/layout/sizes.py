"""Headings that a page sets in larger type than its text."""

from collections.abc import Sequence

from corpus.layout.headings import UNNUMBERED_LEVEL, could_be_title, is_item, numbered_level
from corpus.layout.lines import Line
from corpus.layout.marks import Mark

_LARGE = 1.2
_ALIKE = 0.05
_MOST_LINES = 3
_FEWEST_CHARACTERS = 2  # a letter alone is an initial that opens a paragraph


def mark_large(lines: Sequence[Line], marks: list[Mark]) -> None:
    """Mark lines in large type as headings, the largest as those of the highest level.

    Lines of one size under each other are one heading, which the page broke.
    """
    large = [_is_large(line, mark) for line, mark in zip(lines, marks, strict=True)]
    sizes = sorted({round(line.size, 1) for line, is_ in zip(lines, large, strict=True) if is_})
    i = 0
    while i < len(lines):
        end = i + 1
        if large[i]:
            while end < min(i + _MOST_LINES, len(lines)) and _goes_on(lines, large, i, end):
                end += 1
            rank = sizes[::-1].index(round(lines[i].size, 1))
            level = numbered_level(lines[i].text) or min(rank + 1, UNNUMBERED_LEVEL)
            for n in range(i, end):
                marks[n].role, marks[n].level, marks[n].below = "heading", level, n > i
        i = end


def _is_large(line: Line, mark: Mark) -> bool:
    if mark.role is not None or mark.note or line.size < _LARGE:
        return False
    fits = could_be_title(line.text) and not line.text.endswith("。")
    return fits and len(line.text) >= _FEWEST_CHARACTERS and not is_item(line.text)


def _goes_on(lines: Sequence[Line], large: Sequence[bool], first: int, n: int) -> bool:
    """Whether line ``n`` goes on with the heading that begins on the line ``first``."""
    alike = abs(lines[n].size - lines[first].size) <= _ALIKE * lines[first].size
    apart = lines[n].gap > 0 or lines[n].page != lines[first].page
    return large[n] and alike and not apart and not numbered_level(lines[n].text)
