"""Where articles begin on a page: titles, the lines around them, bylines, headings."""

from collections.abc import Sequence

from corpus.characters import continues_sentence
from corpus.layout.bylines import (
    is_by,
    is_name,
    is_note,
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
    go_deeper,
    is_chapter,
    is_subtitle,
    numbered_level,
)
from corpus.layout.joins import seam_of
from corpus.layout.lines import Line, Shape
from corpus.layout.paragraphs import goes_on
from corpus.layout.parts import Mark, Role
from corpus.layout.surroundings import is_contents_title, is_salutation, mark_furniture
from corpus.list_markers import begins_item

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
    return fits and len(line.text) >= _FEWEST_CHARACTERS and not begins_item(line.text)


def _goes_on(lines: Sequence[Line], large: Sequence[bool], first: int, n: int) -> bool:
    """Whether line ``n`` goes on with the heading that begins on the line ``first``."""
    alike = abs(lines[n].size - lines[first].size) <= _ALIKE * lines[first].size
    apart = lines[n].gap > 0 or lines[n].page != lines[first].page
    return large[n] and alike and not apart and not numbered_level(lines[n].text)


# No newspaper stacks more lines than these above a byline: kickers and a title.
_TALLEST_STACK = 3

# Lines above and below in which a broken word is looked for.
_AROUND = 100


def mark_lines(lines: Sequence[Line], shape: Shape) -> list[Mark]:
    """Say of each line whether it is a title, a byline, a heading or body text."""
    marks = [
        Mark("heading", level=line.level)
        if line.level
        else Mark(author=noted_author(line.text), note=is_note(line.text))
        for line in lines
    ]
    mark_furniture(lines, marks)
    _mark_bylines(lines, marks, shape)
    mark_large(lines, marks)
    _mark_headings(lines, marks, shape)
    _mark_titles(lines, marks, shape)
    _mark_second_articles(lines, marks, shape)
    return marks


def _mark_bylines(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    for i, line in enumerate(lines):
        if marks[i].role is not None:
            continue
        author = labelled_author(line.text) or titled_author(line.text)
        if author is None:
            _mark_reported(lines, marks, i, shape)
            continue
        stack = [] if _runs_on(lines, i, shape) else _stack_above(lines, marks, i, shape)
        if not stack:
            author = _signature(lines, marks, i, shape)
        listed = author == line.text and i + 1 < len(lines) and titled_author(lines[i + 1].text)
        if author is None or listed or (marks[i].note and not stack):
            continue
        marks[i] = Mark("byline", author, closes=not stack and i > 0)
        for above, role in stack:
            marks[above].role = role


def _mark_reported(lines: Sequence[Line], marks: list[Mark], i: int, shape: Shape) -> None:
    """Mark the title above a paragraph that begins with its reporter: ``本报讯（记者 …）``."""
    author = reporting_author(lines[i].text)
    if author is None:
        return
    for above, role in _stack_above(lines, marks, i, shape):
        marks[above].role = role
        marks[above].author = author or None if role == "title" else None


def _signature(lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape) -> str | None:
    """The author whom a line names that stands under no title, or None."""
    if _runs_on(lines, i, shape) or not _settled(lines, marks, i, shape):
        return None
    text = lines[i].text
    # In running text "by" begins many a line; under a title it begins a byline.
    return signed_author(text) or (None if is_by(text) else labelled_author(text))


def _runs_on(lines: Sequence[Line], i: int, shape: Shape) -> bool:
    """Whether a line of wrapped text is full, and so part of a paragraph."""
    return i + 1 < len(lines) and shape.fills(lines[i], lines[i + 1])


def _stack_above(
    lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape
) -> list[tuple[int, Role]]:
    """The title above line ``i`` and the lines stacked on it, or nothing.

    The title is the nearest line that is not a subtitle, which a dash begins; the
    lines above it are kickers. All of them stand after a finished paragraph.
    """
    stack: list[int] = []
    for above in range(i - 1, max(i - 1 - _TALLEST_STACK, -1), -1):
        if marks[above].role is not None or not could_be_title(lines[above].text):
            break
        if marks[above].note or begins_item(lines[above].text) or _runs_on(lines, above, shape):
            break
        if is_name(lines[above].text):
            break  # one of several names, not a title
        stack.append(above)
    while stack and not _settled(lines, marks, stack[-1], shape):
        stack.pop()
    if not stack or (stack[0] != i - 1):
        return []
    subtitles = [above for above in stack if is_subtitle(lines[above].text)]
    titles = [above for above in stack if above not in subtitles]
    if not titles:
        return []
    return [(above, "title" if above == titles[0] else "kicker") for above in stack]


def _settled(lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape) -> bool:
    """Whether everything above line ``i`` has come to its end."""
    if i == 0:
        return True
    above = lines[i - 1]
    if marks[i - 1].role is not None or marks[i - 1].note or above.ended:
        return True
    return bool(shape.full) and not shape.fills(above, lines[i]) and not goes_on(above, lines[i])


def _mark_headings(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    i = 0
    below = False  # a heading, or a table of contents that ends right above
    while i < len(lines):
        end = i
        seen: set[str] = set()  # a heading that comes again ends the table of contents
        while end < len(lines) and _is_heading_here(lines, marks, end, shape, below or end > i):
            words = "".join(lines[end].text.split())
            if words in seen or (end > i and is_contents_title(lines[end - 1].text)):
                break
            seen.add(words)
            end += 1
        below = end < len(lines) and "".join(lines[end].text.split()) in seen
        # Headings have a paragraph below them; many in a row are a list.
        text_below = end < len(lines) and marks[end].role is None and not marks[end].note
        if text_below and (
            end - i <= _TALLEST_STACK or go_deeper([line.text for line in lines[i + 1 : end]])
        ):
            level = UNNUMBERED_LEVEL + 1
            for j in reversed(range(i, end)):
                # Without a number, a heading right above another is one level higher.
                level = numbered_level(lines[j].text) or level - 1
                marks[j].role, marks[j].level = "heading", level
        i = max(end, i + 1)


def _is_heading_here(
    lines: Sequence[Line], marks: Sequence[Mark], i: int, shape: Shape, below_heading: bool
) -> bool:
    """Whether line ``i`` has the form of a heading and stands alone."""
    line, taken = lines[i], marks[i].role is not None or marks[i].note
    if taken or i + 1 == len(lines) or not could_be_heading(line.text):
        return False
    following = lines[i + 1]
    if is_contents_title(line.text) and is_chapter(following.text):
        return True
    numbered = numbered_level(line.text)
    # 一、 below a blank line begins a section; where lines are wrapped, words may fall so.
    apart = numbered == SECTION_LEVEL and line.gap > shape.leading
    stands = not shape.full and (is_chapter(line.text) or apart)
    if not (below_heading or stands or _settled(lines, marks, i, shape)):
        return False
    if continues_sentence(following.text) and not begins_item(following.text):  # "a) …" begins
        return False
    if _is_listed(line, following):
        return False
    if 0 < numbered <= 3:
        return True
    if not numbered and _seam_recurs(lines, i):
        return False
    if _runs_on(lines, i, shape):
        return False
    if shape.full or following.gap > shape.leading:
        return True
    return following.width > line.width and (following.ended or bool(numbered))


def _is_listed(line: Line, following: Line) -> bool:
    """Whether a line is an item of a list, which goes on below."""
    numbered = numbered_level(line.text)
    listed = begins_item(following.text) and numbered_level(following.text) == numbered
    return begins_item(line.text) and (listed or not numbered)


def _seam_recurs(lines: Sequence[Line], i: int) -> bool:
    """Whether a line and the one below it make a word that stands elsewhere on the page.

    Then a column broke the word: a heading and its paragraph meet in no word.
    """
    seam = seam_of(lines[i].text, lines[i + 1].text)
    around = lines[max(i - _AROUND, 0) : i + _AROUND]
    return any(seam in line.text for line in around)


def _is_long_title(lines: Sequence[Line], marks: Sequence[Mark], shape: Shape) -> bool:
    """Whether the first line, too long for a heading, stands above the page alone."""
    if len(lines) < 2 or marks[0].role is not None or marks[0].note:
        return False
    first, following = lines[:2]
    if not could_be_title(first.text) or any(mark in first.text for mark in "，,"):
        return False
    if is_salutation(following.text) or is_contents_title(following.text):
        return True
    apart = following.gap > shape.leading
    return apart and not (
        begins_item(first.text) or goes_on(first, following) or _runs_on(lines, 0, shape)
    )


def _mark_titles(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    """Make a title of the heading that begins the page, or follows a signature."""
    if _is_long_title(lines, marks, shape):
        marks[0].role = "title"
    fresh = True
    for i, mark in enumerate(marks):
        begins = fresh or (i > 0 and marks[i - 1].closes)
        fresh = fresh and mark.role == "kicker"
        first = lines[i].level < 2 and not numbered_level(lines[i].text)
        if begins and mark.role == "heading" and first:
            mark.role = "title"
        elif i and marks[i - 1].role == "title" and is_subtitle(lines[i].text):
            mark.role = "kicker"


def _mark_second_articles(lines: Sequence[Line], marks: list[Mark], shape: Shape) -> None:
    """Make a title of the heading under which a second author signs: an article has one.

    Only where it is the one heading since the title, and stands apart from what is above.
    """
    named = False
    headings: list[int] = []
    for i, mark in enumerate(marks):
        if mark.role == "title":
            named, headings = mark.author is not None, []
        elif mark.role == "heading" and not numbered_level(lines[i].text):
            headings += [i] if lines[i].gap > shape.leading else []
        elif mark.author is not None:
            if named and len(headings) == 1:
                marks[headings[0]].role, headings = "title", []
            named = True
