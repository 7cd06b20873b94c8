"""Lines of a page and what they have in common: width, indents, blank lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.characters import (
    BLANKS,
    HAN,
    LINE_BREAKS,
    OPENERS,
    UNSPACED,
    ends_sentence,
    width,
)
from corpus.layout.headings import (
    could_be_heading,
    is_rule,
    is_table_rule,
    underlined_level,
    wiki_heading,
)
from corpus.model import Block, Extraction, Span
from corpus.sentences import ends_with_abbreviation

_BREAK = re.compile(f"\r\n|[{LINE_BREAKS}]")
_FIRST_WORD = re.compile(
    rf"[{OPENERS}]*(?:[{UNSPACED}]|[^\s{UNSPACED}]+)[，。、；：！？”’」』）》]*"
)

# A field of a form or of minutes, or an entry of a log: 出席：…, Place: …, 2026-03-02 09:12 …
_FIELD = re.compile(rf"[{HAN}A-Za-z]{{1,8}}[:：]|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}\s")

# Nobody wraps lines wider than this; a longer line holds a paragraph.
_WIDEST = 200
_NARROWEST = 16
# A line shorter than this part of a full one may be the last of its paragraph.
_NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank.

    Attributes:
        text: the line without the white space around it.
        span: where ``text`` lies in the stored text.
        indent: columns of white space before it.
        gap: blank lines above it.
        page: page number from 1 where the format has pages.
        width: columns that the line takes, with its indent.
        ended: whether it may be the last line of its paragraph, by its punctuation.
        size: of its type beside that of the text.
        level: of a heading that the text itself marks as one; 0 otherwise.
    """

    text: str
    span: Span
    indent: int
    gap: int
    page: int | None
    width: int
    ended: bool
    size: float = 1.0
    level: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a page are set.

    Attributes:
        full: columns that a full line and the first word below it take together,
            at the least; 0 where lines are not wrapped.
        margin: columns of white space before an ordinary line.
        indented: whether paragraphs begin with an indent.
        leading: blank lines between any two lines, as in double spacing.
        parted: whether blank lines stand between paragraphs.
    """

    full: int
    margin: int
    indented: bool
    leading: int
    parted: bool = False

    def fills(self, line: Line, following: Line) -> bool:
        """Whether ``line`` is full: the next word would not have fitted."""
        return self.full > 0 and line.width + first_word(following) >= self.full

    def nearly_fills(self, line: Line) -> bool:
        """Whether ``line`` is too long to be taken for the end of a paragraph by its length."""
        return self.full > 0 and line.width >= _NEARLY * self.full


def split_lines(text: str, blocks: Iterable[Block], known: Extraction | None = None) -> list[Line]:
    """The lines of ``blocks`` that are not blank, in order.

    Args:
        text: the stored text.
        blocks: where the lines lie.
        known: what the format knows of their widths and sizes.
    """
    lines: list[Line] = []
    for block in blocks:
        for start, end in block.spans:
            lines.extend(_lines_of(text, Span(start, end), block.page, known))
    return lines


def _lines_of(text: str, area: Span, page: int | None, known: Extraction | None) -> list[Line]:
    lines: list[Line] = []
    gap = 0
    for first, last in _line_ranges(text, area.start, area.end):
        raw = text[first:last]
        content = raw.strip(BLANKS)
        if is_table_rule(content):
            continue
        if not content or is_rule(content):
            if content and lines and not gap and could_be_heading(lines[-1].text):
                lines[-1] = replace(lines[-1], level=underlined_level(content))
            gap += 1
            continue
        before = len(raw) - len(raw.lstrip(BLANKS))
        span = Span(first + before, first + before + len(content))
        indent = _indent(raw[:before])
        columns = known.widths.get(span.start) if known is not None else None
        columns = columns or indent + width(content)
        size = known.sizes.get(span.start, 1.0) if known is not None else 1.0
        ended = ends_sentence(content) and not ends_with_abbreviation(content)
        line = Line(content, span, indent, gap, page, columns, ended, size)
        lines.append(_as_heading(line))
        gap = 0
    return lines


def _as_heading(line: Line) -> Line:
    """A line without the marks that make a heading of it, if it has any."""
    found = wiki_heading(line.text)
    if found is None:
        return line
    level, (start, end) = found
    span = Span(line.span.start + start, line.span.start + end)
    return replace(line, text=line.text[start:end], span=span, level=level)


def _line_ranges(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _BREAK.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _indent(blank: str) -> int:
    return sum(4 if mark == "\t" else 2 if mark == "\u3000" else 1 for mark in blank)


def is_field(line: str) -> bool:
    """Whether a line begins as a field of a form does, or an entry of a log."""
    return _FIELD.match(line) is not None


def first_word(line: Line) -> int:
    """Columns that the first word of a line needs at the end of the line above."""
    match = _FIRST_WORD.match(line.text)
    if match is None:
        return 1
    word = match.group()
    return width(word) + (0 if width(word[0]) == 2 else 1)


def measure_shape(lines: Sequence[Line]) -> Shape:
    """Find how a page is set from the lines whose sentence goes on below."""
    indents = Counter(line.indent for line in lines)
    margin = min(indents, default=0)
    leading = _leading(lines)
    heads = [b for a, b in pairwise(lines) if a.ended]
    tails = [b for a, b in pairwise(lines) if not a.ended]
    indented = (
        sum(line.indent >= margin + 2 for line in heads) > len(heads) * 0.3
        and sum(line.indent < margin + 2 for line in tails) > len(tails) * 0.5
    )
    full = _full(lines, leading)
    short = [b for a, b in pairwise(lines) if a.ended and a.width < _NEARLY * full]
    parted = sum(line.gap > leading for line in short) > 0.8 * len(short) > 0
    return Shape(full, margin, indented, leading, parted)


def _leading(lines: Sequence[Line]) -> int:
    gaps = Counter(line.gap for line in lines[1:])
    usual, count = max(gaps.items(), key=lambda item: item[1], default=(0, 0))
    if not usual or count < 0.9 * len(lines):
        return 0
    # Blank lines everywhere: double spacing if the lines are wrapped, else paragraphs.
    return usual if _full(lines, usual) else 0


def _full(lines: Sequence[Line], leading: int) -> int:
    """What a full line and the first word below it take, or 0 if lines are not wrapped.

    A line whose sentence goes on below was broken because the next word did not fit.
    Most such lines must therefore reach about as far; headings and rows do not.
    """
    reaches = sorted(
        line.width + first_word(following)
        for line, following in pairwise(lines)
        if following.gap <= leading and not line.ended
        if not (is_field(line.text) and is_field(following.text))
    )
    if not reaches:
        return 0
    far = reaches[int(len(reaches) * 0.8)]
    near = [reach for reach in reaches if reach >= far * 0.75]
    if not _NARROWEST <= far <= _WIDEST or len(near) < 0.6 * len(reaches):
        return 0
    # Where lines are wrapped, hardly any is longer than those that were.
    if sum(line.width > far * 1.1 for line in lines) > 0.1 * len(lines):
        return 0
    return near[int(len(near) * 0.04)]
