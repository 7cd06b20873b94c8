"""Find where articles begin on a page: titles with the lines around them, bylines, headings.

Every line gets a :class:`~corpus.layout.parts.Mark`. The steps of :func:`mark_lines` build on
each other: each leaves alone what an earlier one has marked.
"""

from collections.abc import Sequence
from typing import NamedTuple

from corpus.characters import continues_sentence, has_han
from corpus.layout.bylines import (
    are_names,
    begins_author_note,
    begins_with_by,
    is_author_note,
    is_latin,
    is_name,
    labelled_author,
    noted_author,
    reporting_author,
    signed_author,
    titled_author,
)
from corpus.layout.headings import (
    SECTION_LEVEL,
    UNNUMBERED_LEVEL,
    could_be_heading,
    could_be_title,
    descend_in_level,
    has_words,
    is_chapter,
    is_subtitle,
    numbered_level,
)
from corpus.layout.joins import seam_of
from corpus.layout.lines import Line, Shape
from corpus.layout.paragraphs import sentence_goes_on
from corpus.layout.parts import Mark, Role
from corpus.layout.surroundings import is_contents_title, is_salutation, mark_surroundings
from corpus.list_markers import begins_item

# No newspaper has more lines than these above a byline: kickers and a title.
_TALLEST_STACK = 3

# Lines of a note about an author.
_TALLEST_NOTE = 4

# Lines at the head of a document among which a Latin name alone is a byline.
_LONGEST_HEAD = 8

# More headings in a row than these are a list, unless each is a level below the one above it.
_MOST_HEADINGS_IN_A_ROW = 3

# Type that is this many times as large as that of the text is large.
_LARGE = 1.2
# Sizes that differ by less than this share are the same.
_SAME_SIZE = 0.05
# More lines of large type in a row than these are several headings.
_MOST_LINES_OF_HEADING = 3

# Lines above and below that are searched for a word that a line break may have split.
_NEIGHBOURHOOD = 100


class _StackedLine(NamedTuple):
    """A line of the title, and of what is stacked on it.

    Attributes:
        number: of the line.
        role: title or kicker.
    """

    number: int
    role: Role


def mark_lines(lines: Sequence[Line], shape: Shape) -> list[Mark]:
    """Return the mark of each line: title, byline, heading or body text."""
    marks = [
        Mark("heading", level=line.level)
        if line.level
        else Mark(author=noted_author(line.text), note=is_author_note(line.text))
        for line in lines
    ]
    _mark_broken_notes(lines, marks)
    mark_surroundings(lines, marks)
    _mark_bylines(lines, marks, shape)
    _mark_large_type(lines, marks)
    _mark_headings(lines, marks, shape)
    _mark_titles(lines, marks, shape)
    _mark_second_articles(lines, marks, shape)
    return marks


# Bylines, and the titles above them


def _mark_broken_notes(lines: Sequence[Line], marks: list[Mark]) -> None:
    """Mark the notes about authors that the page broke into lines."""
    for i, line in enumerate(lines):
        if marks[i].note or not begins_author_note(line.text):
            continue
        note = line.text
        for end in range(i + 1, min(i + _TALLEST_NOTE, len(lines))):
            note += lines[end].text
            if is_author_note(note):
                marks[i] = Mark(author=noted_author(note), note=True)
                marks[i + 1 : end + 1] = [Mark(note=True, continues=True)] * (end - i)
                break


def _mark_bylines(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    for i, line in enumerate(lines):
        if marks[i].role is not None:
            continue
        author = labelled_author(line.text) or titled_author(line.text)
        if author == line.text and not _may_name_author(lines, i):
            author = None
        if author is None:
            _mark_reported(lines, marks, i, shape)
            continue
        stack = [] if _runs_on(lines, i, shape) else _stack_above(lines, marks, i, shape)
        if not stack:
            author = _signature(lines, marks, i, shape)
        listed = author == line.text and i + 1 < len(lines) and titled_author(lines[i + 1].text)
        if author is None or listed or (marks[i].note and not stack):
            continue
        marks[i] = Mark("byline", author, ends_article=not stack and i > 0)
        for above in stack:
            marks[above.number].role = above.role


def _may_name_author(lines: Sequence[Line], i: int) -> bool:
    """Return whether a line that is a name alone may be a byline.

    Two capitalised words are a name at the head of a document, and anything elsewhere: the head
    of a table, a section. No Latin name follows a Chinese title.
    """
    if not is_latin(lines[i].text):
        return True
    shouted = any(len(word) > 2 and word.isupper() for word in lines[i].text.split())
    return 0 < i < _LONGEST_HEAD and is_latin(lines[i - 1].text) and not shouted


def _mark_reported(lines: Sequence[Line], marks: list[Mark], i: int, shape: Shape) -> None:
    """Mark the title above a paragraph that begins with its reporter: ``本报讯（记者 …）``."""
    author = reporting_author(lines[i].text)
    if author is None:
        return
    for above in _stack_above(lines, marks, i, shape):
        marks[above.number].role = above.role
        marks[above.number].author = author or None if above.role == "title" else None


def _signature(lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape) -> str | None:
    """Return the author named by a line that is not below a title, or None."""
    if _runs_on(lines, i, shape) or not _is_settled(lines, marks, i, shape):
        return None
    text = lines[i].text
    # In running text many lines begin with "by"; only below a title is such a line a byline.
    return signed_author(text) or (None if begins_with_by(text) else labelled_author(text))


def _runs_on(lines: Sequence[Line], i: int, shape: Shape) -> bool:
    """Return whether a line of wrapped text is full, and so part of a paragraph."""
    return i + 1 < len(lines) and shape.fills(lines[i], lines[i + 1])


def _stack_above(
    lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape
) -> list[_StackedLine]:
    """Return the title above line ``i`` and the lines stacked on it, from the bottom up.

    The title is the nearest line that is not a subtitle, which begins with a dash; the lines
    above it are kickers. All of them follow a finished paragraph. Empty if there is no title.
    """
    stack: list[int] = []
    for above in range(i - 1, max(i - 1 - _TALLEST_STACK, -1), -1):
        if marks[above].role is not None or not could_be_title(lines[above].text):
            break
        if marks[above].note or begins_item(lines[above].text) or _runs_on(lines, above, shape):
            break
        if is_name(lines[above].text):
            break  # one of several authors
        stack.append(above)
    while stack and not _is_settled(lines, marks, stack[-1], shape):
        stack.pop()
    titles = [above for above in stack if not is_subtitle(lines[above].text)]
    if not titles:
        return []
    return [_StackedLine(above, "title" if above == titles[0] else "kicker") for above in stack]


def _is_settled(lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape) -> bool:
    """Return whether everything above line ``i`` has come to its end."""
    if i == 0:
        return True
    above = lines[i - 1]
    if not marks[i - 1].is_body or above.ended:
        return True
    if not shape.full or shape.fills(above, lines[i]):
        return False
    return not sentence_goes_on(above, lines[i])


# Headings by the size of their type


def _mark_large_type(lines: Sequence[Line], marks: list[Mark]) -> None:
    """Mark lines in large type as headings, the largest type as the highest level.

    Consecutive lines of the same size are one heading, which the page broke.
    """
    large = [_is_large(line, mark) for line, mark in zip(lines, marks, strict=True)]
    sizes = sorted({round(line.size, 1) for line, is_ in zip(lines, large, strict=True) if is_})
    i = 0
    while i < len(lines):
        end = i + 1
        if large[i]:
            last = min(i + _MOST_LINES_OF_HEADING, len(lines))
            while end < last and marks[end].is_body and _continues_heading(lines[end], lines[i]):
                end += 1
            rank = sizes[::-1].index(round(lines[i].size, 1))
            level = numbered_level(lines[i].text) or min(rank + 1, UNNUMBERED_LEVEL)
            for n in range(i, end):
                marks[n].role, marks[n].level, marks[n].continues = "heading", level, n > i
        i = end


def _is_large(line: Line, mark: Mark) -> bool:
    if not mark.is_body or line.size < _LARGE:
        return False
    fits = could_be_title(line.text) and not line.text.endswith("。")
    if not fits or not has_words(line.text) or _are_authors(line.text):
        return False
    return bool(numbered_level(line.text)) or not begins_item(line.text)


def _are_authors(line: str) -> bool:
    """Return whether a line in large type has the names of authors, as below a title.

    Of Chinese names that cannot be said: 安全 and 方法 look like some.
    """
    return are_names(line) and not has_han(line)


def _continues_heading(line: Line, first: Line) -> bool:
    """Return whether a line belongs to the heading whose first line is above it."""
    same_size = abs(line.size - first.size) <= _SAME_SIZE * first.size
    apart = line.gap > 0 or line.page != first.page
    return same_size and not apart and not (numbered_level(line.text) or line.ended)


# Headings by their words and their position


def _mark_headings(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    i = 0
    below = False  # whether a heading, or a table of contents, ends right above
    while i < len(lines):
        end = i
        seen: set[str] = set()  # a heading that is repeated ends the table of contents
        while end < len(lines) and _is_heading(lines, marks, end, shape, below or end > i):
            words = "".join(lines[end].text.split())
            if words in seen or (end > i and is_contents_title(lines[end - 1].text)):
                break
            seen.add(words)
            end += 1
        below = end < len(lines) and "".join(lines[end].text.split()) in seen
        # A heading has a paragraph below it; many in a row are a list.
        if end < len(lines) and marks[end].is_body:
            few = end - i <= _MOST_HEADINGS_IN_A_ROW
            if few or descend_in_level([line.text for line in lines[i + 1 : end]]):
                _mark_run_of_headings(lines, marks, i, end)
        i = max(end, i + 1)


def _mark_run_of_headings(lines: Sequence[Line], marks: list[Mark], start: int, end: int) -> None:
    """Mark the lines ``start:end`` as headings, each without a number one level above the next."""
    level = UNNUMBERED_LEVEL + 1
    for i in reversed(range(start, end)):
        level = numbered_level(lines[i].text) or level - 1
        marks[i].role, marks[i].level = "heading", level


def _is_heading(
    lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape, below_heading: bool
) -> bool:
    """Return whether line ``i`` has the form of a heading and is not part of a paragraph."""
    line = lines[i]
    if not marks[i].is_body or i + 1 == len(lines) or not could_be_heading(line.text):
        return False
    following = lines[i + 1]
    if is_contents_title(line.text) and is_chapter(following.text):
        return True
    if not (below_heading or _begins_section(line, shape) or _is_settled(lines, marks, i, shape)):
        return False
    if continues_sentence(following.text) and not begins_item(following.text):  # "a) …" begins
        return False
    if _is_listed(line, following):
        return False
    level = numbered_level(line.text)
    if 0 < level <= 3:
        return True
    if not level and (_is_plain(line, following, shape) or _seam_recurs(lines, i)):
        return False
    if _runs_on(lines, i, shape):
        return False
    if shape.full or following.gap > shape.leading:
        return True
    return following.width > line.width and (following.ended or bool(level))


def _is_plain(line: Line, following: Line, shape: Shape) -> bool:
    """Return whether a line without a number is known to be none that heads a paragraph.

    It is in the type of the text, or has the names of authors, or no line of a paragraph is
    below it, as in the labels of a drawing.
    """
    if line.accent is None:
        return False
    headed = following.ended or following.is_table or begins_item(following.text)
    headed = headed or bool(numbered_level(following.text)) or following.size > line.size
    headed = headed or 2 * following.width >= shape.full
    return not (line.accent and headed) or _are_authors(line.text)


def _begins_section(line: Line, shape: Shape) -> bool:
    """Return whether a line begins a chapter or a section, whatever is above it.

    一、 below a blank line begins a section. Where lines are wrapped, any line may begin with
    these words, so that none is taken for a section.
    """
    if shape.full:
        return False
    numbered = numbered_level(line.text) == SECTION_LEVEL and line.gap > shape.leading
    return numbered or is_chapter(line.text)


def _is_listed(line: Line, following: Line) -> bool:
    """Return whether a line is an item of a list that goes on below."""
    level = numbered_level(line.text)
    listed = begins_item(following.text) and numbered_level(following.text) == level
    return begins_item(line.text) and (listed or not level)


def _seam_recurs(lines: Sequence[Line], i: int) -> bool:
    """Return whether the end of a line and the start of the next make a word used nearby.

    Then the line break split the word: a heading and its paragraph do not meet in a word.
    """
    seam = seam_of(lines[i].text, lines[i + 1].text)
    nearby = lines[max(i - _NEIGHBOURHOOD, 0) : i + _NEIGHBOURHOOD]
    return any(seam in line.text for line in nearby)


# Titles


def _mark_titles(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    """Turn the heading that begins the page, or follows a signature, into a title."""
    if _is_long_title(lines, marks, shape):
        marks[0].role = "title"
    only_kickers = True  # so far
    for i, mark in enumerate(marks):
        begins = only_kickers or (i > 0 and marks[i - 1].ends_article)
        only_kickers = only_kickers and mark.role == "kicker"
        highest = lines[i].level < 2 and not numbered_level(lines[i].text)
        if begins and mark.role == "heading" and highest:
            mark.role = "title"
        elif i and marks[i - 1].role == "title" and is_subtitle(lines[i].text):
            mark.role = "kicker"


def _is_long_title(lines: Sequence[Line], marks: Sequence[Mark], shape: Shape) -> bool:
    """Return whether the first line is a title, though it is too long for a heading."""
    if len(lines) < 2 or not marks[0].is_body:
        return False
    first, following = lines[:2]
    if not could_be_title(first.text) or any(mark in first.text for mark in "，,"):
        return False
    if is_salutation(following.text) or is_contents_title(following.text):
        return True
    if following.gap <= shape.leading or begins_item(first.text):
        return False
    return not (sentence_goes_on(first, following) or _runs_on(lines, 0, shape))


def _mark_second_articles(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    """Turn the heading above the byline of a second author into a title.

    An article has one byline. The heading must be the only one since the title, and a blank
    line must separate it from the text above.
    """
    has_author = False
    headings: list[int] = []
    for i, mark in enumerate(marks):
        if mark.role == "title":
            has_author, headings = mark.author is not None, []
        elif mark.role == "heading" and not numbered_level(lines[i].text):
            headings += [i] if lines[i].gap > shape.leading else []
        elif mark.author is not None:
            if has_author and len(headings) == 1:
                marks[headings[0]].role, headings = "title", []
            has_author = True
