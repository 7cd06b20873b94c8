"""Paragraphs as their author wrote them, from the lines a page made of them."""

from collections.abc import Sequence

from corpus.characters import continues_sentence, ends_with_pause, has_open_bracket
from corpus.layout.headings import is_chapter, is_contents, numbered_level
from corpus.layout.joins import join_lines, join_rows
from corpus.layout.lines import Line, Shape, is_field
from corpus.layout.parts import Part
from corpus.layout.statutes import article_number
from corpus.list_markers import begins_item

# Below this many columns an unfinished line is a row of its own (a list, a verse);
# above it, where lines are not wrapped, it is a paragraph that the page broke.
_ROW_COLUMNS = 40


def continues(line: Line, following: Line, shape: Shape) -> bool:
    """Whether ``following`` goes on with the paragraph that ``line`` is in."""
    ended = line.ended
    full = shape.fills(line, following)
    if line.level or following.level:
        return False
    if is_chapter(following.text) or "\t" in line.text or "\t" in following.text:
        return False  # a heading, or rows of a table
    if is_contents(line.text) or is_contents(following.text):
        return is_contents(following.text) and not is_contents(line.text) and not line.ended
    begins = begins_item(following.text) or article_number(following.text) is not None
    enumerates = full and line.text.endswith(("、", "，"))  # "1、5、10、" over the break
    if begins and not enumerates and (ended or not full or begins_item(line.text)):
        return False
    if not shape.full and _ends_field(line, following, shape) and not goes_on(line, following):
        return False
    if following.gap > shape.leading:
        # A blank line: the end of a paragraph, or of a column.
        if ended:
            return shape.indented and full and not _is_indented(following, shape)
        return goes_on(line, following) or full or not shape.full
    if shape.indented and _is_indented(following, shape) and not begins_item(line.text):
        return goes_on(line, following)
    if not shape.full:
        return not ended and (goes_on(line, following) or line.width >= _ROW_COLUMNS)
    # Where indents or blank lines tell paragraphs apart, a long line without one goes on.
    told = shape.indented or shape.parted
    return full or goes_on(line, following) or (told and shape.nearly_fills(line))


def _ends_field(line: Line, following: Line, shape: Shape) -> bool:
    """Whether a field ends with its line: another one follows, or after a short one a blank."""
    if not is_field(line.text):
        return False
    apart = following.gap > shape.leading and line.width < _ROW_COLUMNS
    return apart or is_field(following.text)


def goes_on(line: Line, following: Line) -> bool:
    """Whether the words alone show that a sentence runs over the break."""
    if line.ended:
        return False
    return (
        ends_with_pause(line.text)
        or continues_sentence(following.text)
        or has_open_bracket(line.text)
    )


def _is_indented(line: Line, shape: Shape) -> bool:
    return line.indent >= shape.margin + 2


def gather(text: str, lines: Sequence[Line], shape: Shape) -> list[Part]:
    """Mend a run of lines that holds paragraphs and lists only.

    Args:
        text: the stored text.
        lines: consecutive lines, none of them a heading or a byline.
        shape: how the page is set.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and continues(groups[-1][-1], line, shape):
            groups[-1].append(line)
        else:
            groups.append([line])
    parts: list[Part] = []
    rows: list[list[Line]] = []
    for group in groups:
        if rows and not _same_list(rows[-1], group, shape):
            parts.append(_part(text, rows))
            rows = []
        rows.append(group)
    if rows:
        parts.append(_part(text, rows))
    return parts


def _same_list(above: Sequence[Line], below: Sequence[Line], shape: Shape) -> bool:
    """Whether two paragraphs are rows of one list, verse or table."""
    if below[0].gap > shape.leading or above[0].page != below[0].page:
        return False
    if begins_item(above[0].text) or begins_item(below[0].text):
        rows = begins_item(above[0].text) and begins_item(below[0].text)
        return rows and not (_is_prose(above) or _is_prose(below))
    if all(is_contents(group[-1].text) or "\t" in group[-1].text for group in (above, below)):
        return True
    return all(
        len(group) == 1 and not group[0].ended and group[0].width < _ROW_COLUMNS
        for group in (above, below)
    )


def _is_prose(group: Sequence[Line]) -> bool:
    """Whether a numbered paragraph of a notice holds sentences, and is no row of a list."""
    numbered = 4 <= numbered_level(group[0].text) <= 5  # 一、 or （一）
    return numbered and any("。" in line.text for line in group)


def _part(text: str, rows: Sequence[Sequence[Line]]) -> Part:
    mended = [join_lines(text, [line.span for line in row]) for row in rows]
    page = rows[0][0].page
    if len(rows) == 1:
        return Part("text", mended[0], page=page)
    return Part("list", join_rows(text, mended), page=page)
