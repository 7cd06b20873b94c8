"""The lines of a page and how they are set: width, indents, blank lines."""

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
from corpus.model import Block, Extraction, Span, quote
from corpus.sentences import ends_with_abbreviation

_BREAK = re.compile(f"\r\n|[{LINE_BREAKS}]")
_FIRST_WORD = re.compile(
    rf"[{OPENERS}]*(?:[{UNSPACED}]|[^\s{UNSPACED}]+)[，。、；：！？”’」』）》]*"
)

# A field of a form or of minutes, or an entry of a log: 出席：…, Place: …, 2026-03-02 09:12 …
_FIELD = re.compile(rf"[{HAN}A-Za-z]{{1,8}}[:：]|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}\s")

# Columns of white space; any other blank takes one.
_TAB = 4
_IDEOGRAPHIC_SPACE = 2
_INDENT = 2  # the narrowest that begins a paragraph

# Columns. Lines are not wrapped wider or narrower than this; a longer one holds a paragraph.
_WIDEST = 200
_NARROWEST = 16
# Lines whose type is so many times as large as that of others are not of their paragraph.
_OTHER_SIZE = 1.3

# A line shorter than this share of a full one may be the last of its paragraph.
_NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank.

    Attributes:
        text: the line without the white space around it.
        span: range of the stored text.
        indent: columns of white space before it.
        gap: number of blank lines above it.
        page: page number from 1 where the format has pages.
        width: columns of the line with its indent.
        ended: whether it may be the last line of its paragraph, by its punctuation.
        size: of its type, relative to that of the text.
        level: of a heading that the text itself marks as one; 0 otherwise.
        accent: whether it is set apart from the text; None if that is not known.
        is_table: whether it stands for a whole table.
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
    accent: bool | None = None
    is_table: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The typesetting of a page's lines.

    Attributes:
        full: the fewest columns of a full line together with the first word of the next; 0
            where lines are not wrapped.
        margin: columns of white space before an ordinary line.
        indented: whether paragraphs begin with an indent.
        leading: number of blank lines between any two lines, as in double spacing.
        parted: whether there are blank lines between paragraphs.
    """

    full: int
    margin: int
    indented: bool
    leading: int
    parted: bool = False

    def fills(self, line: Line, following: Line) -> bool:
        """Return whether ``line`` is full: the next word would not have fitted.

        A line in other type is a title or a note, as wide as it may be.
        """
        if not is_same_type(line, following):
            return False
        return self.full > 0 and line.width + first_word_width(following) >= self.full

    def nearly_fills(self, line: Line) -> bool:
        """Return whether ``line`` is too long to be the end of a paragraph by its length."""
        return self.full > 0 and line.width >= _NEARLY * self.full


def is_same_type(line: Line, following: Line) -> bool:
    """Return whether two lines are set in type of about the same size."""
    return 1 / _OTHER_SIZE < line.size / following.size < _OTHER_SIZE


def split_lines(text: str, blocks: Iterable[Block], known: Extraction | None = None) -> list[Line]:
    """Return the lines of ``blocks`` that are not blank, in order.

    Args:
        text: the stored text.
        blocks: ranges of it.
        known: widths, sizes and accents of lines, as far as the format knows them.
    """
    lines: list[Line] = []
    for block in blocks:
        for span in block.spans:
            lines.extend(_lines_of(text, span, block.page, known))
    return lines


def table_line(text: str, block: Block) -> Line:
    """Return a table as one line between those of the text around it."""
    return replace(block_line(text, block), is_table=True)


def block_line(text: str, block: Block) -> Line:
    """Return a block as one line.

    One that is no paragraph of a single line ends like a sentence, so that it is neither a
    heading nor a byline.
    """
    content = quote(text, block.spans).strip()
    span = Span(block.spans[0].start, block.spans[-1].end)
    if block.kind != "text" or "\n" in content:
        content += "。"
    return Line(content, span, 0, 1, block.page, width(content), ended=True)


def _lines_of(text: str, area: Span, page: int | None, known: Extraction | None) -> list[Line]:
    lines: list[Line] = []
    gap = 0
    for span in _line_spans(text, area):
        raw = text[slice(*span)]
        content = raw.strip(BLANKS)
        if is_table_rule(content):
            continue
        if not content or is_rule(content):
            if content and lines and not gap and could_be_heading(lines[-1].text):
                lines[-1] = replace(lines[-1], level=underlined_level(content))
            gap += 1
            continue
        blank = raw[: len(raw) - len(raw.lstrip(BLANKS))]
        start = span.start + len(blank)
        line = _line(content, start, _columns_of_blank(blank), known)
        lines.append(_without_wiki_marks(replace(line, gap=gap, page=page)))
        gap = 0
    return lines


def _line(content: str, start: int, indent: int, known: Extraction | None) -> Line:
    """Return a line that begins at ``start`` of the stored text."""
    columns = known.widths.get(start) if known is not None else None
    return Line(
        content,
        Span(start, start + len(content)),
        indent,
        gap=0,
        page=None,
        width=columns or indent + width(content),
        ended=ends_sentence(content) and not ends_with_abbreviation(content),
        size=known.sizes.get(start, 1.0) if known is not None else 1.0,
        accent=known.accents.get(start) if known is not None else None,
    )


def _without_wiki_marks(line: Line) -> Line:
    """Return a line without the marks that make it a heading, if it has any."""
    heading = wiki_heading(line.text)
    if heading is None:
        return line
    start, end = heading.words
    span = Span(line.span.start + start, line.span.start + end)
    return replace(line, text=line.text[start:end], span=span, level=heading.level)


def _line_spans(text: str, area: Span) -> Iterator[Span]:
    start = area.start
    for match in _BREAK.finditer(text, area.start, area.end):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, area.end)


def _columns_of_blank(blank: str) -> int:
    columns = {"\t": _TAB, "\u3000": _IDEOGRAPHIC_SPACE}
    return sum(columns.get(character, 1) for character in blank)


def is_field(line: str) -> bool:
    """Return whether a line begins like the field of a form, or an entry of a log."""
    return _FIELD.match(line) is not None


def first_word_width(line: Line) -> int:
    """Return the columns that the first word of a line would take at the end of the one above."""
    match = _FIRST_WORD.match(line.text)
    if match is None:
        return 1
    word = match.group()
    space = 0 if width(word[0]) == 2 else 1
    return width(word) + space


def measure_shape(lines: Sequence[Line]) -> Shape:
    """Measure how a page is set, from the lines whose sentence goes on below."""
    margin = min((line.indent for line in lines), default=0)
    leading = _leading(lines)
    full = _full_width(lines, leading)
    short = [
        below for above, below in pairwise(lines) if above.ended and above.width < _NEARLY * full
    ]
    return Shape(
        full,
        margin,
        _is_indented(lines, margin),
        leading,
        parted=sum(line.gap > leading for line in short) > 0.8 * len(short) > 0,
    )


def _is_indented(lines: Sequence[Line], margin: int) -> bool:
    """Return whether lines after the end of a sentence are indented, and others are not."""
    heads = [below for above, below in pairwise(lines) if above.ended]
    tails = [below for above, below in pairwise(lines) if not above.ended]
    edge = margin + _INDENT
    return (
        sum(line.indent >= edge for line in heads) > len(heads) * 0.3
        and sum(line.indent < edge for line in tails) > len(tails) * 0.5
    )


def _leading(lines: Sequence[Line]) -> int:
    gaps = Counter(line.gap for line in lines[1:])
    usual, count = max(gaps.items(), key=lambda item: item[1], default=(0, 0))
    if not usual or count < 0.9 * len(lines):
        return 0
    # Blank lines everywhere: double spacing if the lines are wrapped, else paragraphs.
    return usual if _full_width(lines, usual) else 0


def _full_width(lines: Sequence[Line], leading: int) -> int:
    """Return the columns of a full line with the first word of the next; 0 without wrapping.

    A line whose sentence goes on below was broken because the next word did not fit.
    Most such lines must therefore reach about as far; headings and rows do not.
    """
    reaches = sorted(
        line.width + first_word_width(following)
        for line, following in pairwise(lines)
        if following.gap <= leading and not line.ended
        if not (is_field(line.text) and is_field(following.text))
    )
    if not reaches:
        return 0
    far = reaches[int(len(reaches) * 0.8)]
    near = [reach for reach in reaches if reach >= far * 0.75]
    full = near[int(len(near) * 0.04)]
    if full < _NARROWEST or far > _WIDEST or len(near) < 0.6 * len(reaches):
        return 0
    # Where lines are wrapped, hardly any is longer than those that were.
    if sum(line.width > far * 1.1 for line in lines) > 0.1 * len(lines):
        return 0
    return full
