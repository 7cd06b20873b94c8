"""Runs of text on a page of a PDF file, made of the characters that PDFium finds."""

import ctypes
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.characters import is_unspaced
from corpus.pages import Rule, Run

# Characters that PDFium returns for a hyphen at the end of a line.
_HYPHENS = ("\x02", "\ufffe")

# Shares of the size of the type.
_WIDEST_SPACE = 1.2  # between two words of justified text
_FARTHEST_BASELINE = 0.6  # of an index above or below the line
_ASCENT = 0.88  # of a Chinese character above the baseline, as nearly all fonts have it

# A size that differs from the height of the font's box by more than this factor is not the size
# of what is seen: such fonts draw their characters in units of their own.
_TOLERATED_SIZE = 2.0

_LONGEST_NAME = 128  # bytes, of a font

# Degrees by which the direction of level text may be wrong.
_LEVEL = 2.0


class Glyph(NamedTuple):
    """A character with its box in points; empty if the font does not state the character."""

    character: str
    left: float
    bottom: float
    right: float
    top: float
    number: int = 0


def page_runs(page: pypdfium2.PdfTextPage, rules: Sequence[Rule] = ()) -> Iterator[Run]:
    """Yield the runs of a page in the order in which PDFium reads it.

    A space that PDFium adds between two words has no width, and its place is that of the word
    before: where a run ends is measured from the last character that is drawn.

    Args:
        page: its characters.
        rules: lines drawn on the page; a run ends at one between the cells of a table.
    """
    posts = Posts(rules)
    run: list[Glyph] = []
    last: Glyph | None = None
    vertical = False
    for glyph in _glyphs(page):
        space = glyph.character.isspace()
        if last is not None and not space:
            below = _is_below(last, glyph)
            if (vertical or len(run) == 1) and below:
                vertical = True
            elif vertical or _breaks(last, glyph) or posts.part(last, glyph):
                yield _run(page, run, vertical)
                run, vertical = [], False
        elif run and glyph.character in ("\r", "\n"):
            yield _run(page, run, vertical)
            run, vertical = [], False
        if glyph.character and (run or not space):
            run.append(glyph)
        if not space and glyph.character:
            last = glyph
        elif not run:
            last = None
    if run:
        yield _run(page, run, vertical)


def _glyphs(page: pypdfium2.PdfTextPage) -> Iterator[Glyph]:
    box = pdfium.FS_RECTF()
    place = ctypes.byref(box)
    code_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    raw = page.raw
    for number in range(page.count_chars()):
        code = code_of(raw, number)
        character = "" if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
        # The loose box is that of the font, as high for "a" as for "A".
        box_of(raw, number, place)
        character = "-" if character in _HYPHENS else character
        yield Glyph(character, box.left, box.bottom, box.right, box.top, number)


def _breaks(before: Glyph, glyph: Glyph) -> bool:
    """Return whether a line or a cell ends between two characters."""
    height = glyph.top - glyph.bottom
    level = before.bottom == glyph.bottom and before.top == glyph.top
    if level and before.left <= glyph.left <= before.right + height:
        return False  # the next character of the line, as nearly always
    size = max(before.top - before.bottom, glyph.top - glyph.bottom, 1.0)
    apart = abs((before.top + before.bottom) - (glyph.top + glyph.bottom)) / 2
    far = glyph.left - before.right > _WIDEST_SPACE * size or glyph.left < before.left - size
    return far or apart > _FARTHEST_BASELINE * size


def _is_below(before: Glyph, glyph: Glyph) -> bool:
    """Return whether a Chinese character is right below another, as in vertical writing."""
    size = max(before.top - before.bottom, glyph.top - glyph.bottom, 1.0)
    if glyph.left > before.right or before.left > glyph.right:
        return False
    gap = before.bottom - glyph.top
    return (
        -0.5 * size < gap < 0.8 * size
        and is_unspaced(glyph.character)
        and glyph.bottom < before.bottom - 0.3 * size
    )


class Posts:
    """The upright lines of a page, between the cells of tables."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        upright = (rule for rule in rules if rule.top - rule.bottom > rule.right - rule.left)
        self._rules = sorted(upright, key=lambda rule: rule.left)
        self._places = [rule.left for rule in self._rules]

    def part(self, before: Glyph, glyph: Glyph) -> bool:
        """Return whether a line is between two characters beside each other."""
        if not self._places:
            return False
        start, end = (before.left + before.right) / 2, (glyph.left + glyph.right) / 2
        height = (glyph.bottom + glyph.top) / 2
        first = bisect_left(self._places, start)
        for rule in self._rules[first : bisect_right(self._places, end)]:
            if rule.bottom < height < rule.top:
                return True
        return False


def _run(page: pypdfium2.PdfTextPage, glyphs: Sequence[Glyph], vertical: bool) -> Run:
    shown = [glyph for glyph in glyphs if not glyph.character.isspace()]
    left, right = min(glyph.left for glyph in shown), max(glyph.right for glyph in shown)
    bottom, top = min(glyph.bottom for glyph in shown), max(glyph.top for glyph in shown)
    text = "".join(glyph.character for glyph in glyphs).rstrip()
    angle = math.degrees(-pdfium.FPDFText_GetCharAngle(page.raw, shown[0].number))
    angle = (angle + 180) % 360 - 180
    font = _font(page, shown[len(shown) // 2])
    # An index at the start of a run has not the run's size.
    type_ = max(_type(page, shown[n]) for n in {0, len(shown) // 2})
    if vertical or abs(angle) > _LEVEL:
        return Run(text, left, right, bottom, top, type_.size, angle, vertical, font)
    bottom = type_.baseline - (1 - _ASCENT) * type_.size
    return Run(text, left, right, bottom, bottom + type_.size, type_.size, font=font)


def _font(page: pypdfium2.PdfTextPage, glyph: Glyph) -> str:
    """Return the name of a character's font, without the mark of a subset."""
    buffer = ctypes.create_string_buffer(_LONGEST_NAME)
    length = pdfium.FPDFText_GetFontInfo(page.raw, glyph.number, buffer, _LONGEST_NAME, None)
    name = buffer.value.decode("utf-8", "replace") if 0 < length <= _LONGEST_NAME else ""
    return name.partition("+")[2] or name


class _Type(NamedTuple):
    """The size of a character's type, and the height of its baseline, in points."""

    size: float
    baseline: float


def _type(page: pypdfium2.PdfTextPage, glyph: Glyph) -> _Type:
    """Return the type of a character, by its font's size and what the page scales it by."""
    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(page.raw, glyph.number, matrix)
    pdfium.FPDFText_GetCharOrigin(page.raw, glyph.number, x, y)
    stated = pdfium.FPDFText_GetFontSize(page.raw, glyph.number) * math.hypot(matrix.c, matrix.d)
    height = max(glyph.top - glyph.bottom, 0.1)
    if height / _TOLERATED_SIZE < stated < height * _TOLERATED_SIZE:
        return _Type(stated, y.value)
    return _Type(height, glyph.bottom + (1 - _ASCENT) * height)
