"""Paragraphs as their author wrote them, from the lines that a page made of them."""

from collections.abc import Sequence

from corpus.characters import continues_sentence, ends_with_pause, has_open_bracket
from corpus.layout.headings import SECTION_LEVEL, is_chapter, is_contents_entry, numbered_level
from corpus.layout.joins import join_lines, join_rows
from corpus.layout.lines import Line, Shape, is_field, is_same_type
from corpus.layout.parts import Part
from corpus.list_markers import begins_item
from corpus.numerals import article_number

# Below this many columns an unfinished line is a row of its own (of a list, a verse);
# above it, where lines are not wrapped, it is a paragraph that the page broke.
_ROW_COLUMNS = 40

# An indent of this many columns begins a paragraph.
_INDENT = 2


def gather_paragraphs(text: str, lines: Sequence[Line], shape: Shape) -> list[Part]:
    """Join the lines of each paragraph, and the rows of each list.

    Args:
        text: the stored text.
        lines: consecutive lines, none of them a heading or a byline.
        shape: how the page is set.

    Returns:
        The paragraphs and lists in their order.
    """
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and is_continued(paragraphs[-1][-1], line, shape):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    parts: list[Part] = []
    rows: list[list[Line]] = []
    for paragraph in paragraphs:
        if rows and not _are_rows_of_one_list(rows[-1], paragraph, shape):
            parts.append(_part(text, rows))
            rows = []
        rows.append(paragraph)
    if rows:
        parts.append(_part(text, rows))
    return parts


def sentence_goes_on(line: Line, following: Line) -> bool:
    """Return whether the words alone show that a sentence goes on in the next line."""
    if line.ended:
        return False
    return (
        ends_with_pause(line.text)
        or continues_sentence(following.text)
        or has_open_bracket(line.text)
    )


def is_continued(line: Line, following: Line, shape: Shape) -> bool:
    """Return whether the paragraph of ``line`` continues in ``following``."""
    if line.level or following.level:
        return False
    if is_chapter(following.text) or "\t" in line.text or "\t" in following.text:
        return False  # a heading, or rows of a table
    if is_contents_entry(line.text) or is_contents_entry(following.text):
        return not is_contents_entry(line.text) and not line.ended
    if _begins_another(line, following, shape) or not is_same_type(line, following):
        return False
    if following.gap > shape.leading:
        return _is_continued_after_gap(line, following, shape)
    goes_on = sentence_goes_on(line, following)
    if shape.indented and _is_indented(following, shape) and not begins_item(line.text):
        return goes_on
    if not shape.full:
        return goes_on or (not line.ended and line.width >= _ROW_COLUMNS)
    # Where indents or blank lines separate paragraphs, a long line without one goes on.
    separated = shape.indented or shape.parted
    return shape.fills(line, following) or goes_on or (separated and shape.nearly_fills(line))


def _begins_another(line: Line, following: Line, shape: Shape) -> bool:
    """Return whether the form of a line shows that it begins another paragraph.

    It begins an item or an article of law, or the field of a form ends above it.
    """
    full = shape.fills(line, following)
    begins = begins_item(following.text) or article_number(following.text) is not None
    enumerates = full and line.text.endswith(("、", "，"))  # "1、5、10、" over the break
    if begins and not enumerates and (line.ended or not full or begins_item(line.text)):
        return True
    ends_field = not shape.full and _ends_field(line, following, shape)
    return ends_field and not sentence_goes_on(line, following)


def _is_continued_after_gap(line: Line, following: Line, shape: Shape) -> bool:
    """Return whether a paragraph continues below a blank line, which may end a column."""
    full = shape.fills(line, following)
    if line.ended:
        return shape.indented and full and not _is_indented(following, shape)
    return sentence_goes_on(line, following) or full or not shape.full


def _ends_field(line: Line, following: Line, shape: Shape) -> bool:
    """Return whether the field of a form ends with its line.

    Another field follows, or a blank line after a short one.
    """
    if not is_field(line.text):
        return False
    apart = following.gap > shape.leading and line.width < _ROW_COLUMNS
    return apart or is_field(following.text)


def _is_indented(line: Line, shape: Shape) -> bool:
    return line.indent >= shape.margin + _INDENT


def _are_rows_of_one_list(above: Sequence[Line], below: Sequence[Line], shape: Shape) -> bool:
    """Return whether two paragraphs are rows of the same list, verse or table."""
    if below[0].gap > shape.leading or above[0].page != below[0].page:
        return False
    if begins_item(above[0].text) or begins_item(below[0].text):
        rows = begins_item(above[0].text) and begins_item(below[0].text)
        return rows and not (_is_prose(above) or _is_prose(below))
    if all(is_contents_entry(lines[-1].text) or "\t" in lines[-1].text for lines in (above, below)):
        return True
    return all(
        len(lines) == 1 and not lines[0].ended and lines[0].width < _ROW_COLUMNS
        for lines in (above, below)
    )


def _is_prose(paragraph: Sequence[Line]) -> bool:
    """Return whether a paragraph with a section's number, 一、 or （一）, holds sentences.

    Then it is no row of a list, but a paragraph of a notice.
    """
    numbered = SECTION_LEVEL <= numbered_level(paragraph[0].text) <= SECTION_LEVEL + 1
    return numbered and any("。" in line.text for line in paragraph)


def _part(text: str, rows: Sequence[Sequence[Line]]) -> Part:
    mended = [join_lines(text, [line.span for line in row]) for row in rows]
    page = rows[0][0].page
    if len(rows) == 1:
        return Part("text", mended[0], page=page)
    return Part("list", join_rows(text, mended), page=page)
