"""Where sentences end, in Chinese and in English.

A sentence keeps the quotation marks and brackets that close it. Each row of a list
or a table is a sentence; a line break that only wraps a paragraph ends none.
"""

import re

from corpus.characters import BLANKS, CLOSERS, FULL_STOPS, LINE_BREAKS, UNSPACED, is_unspaced
from corpus.list_markers import is_row, is_table_row
from corpus.model import Span


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Abbreviations whose full stop ends no sentence, because something must follow them.
_ALWAYS_OPEN = _words(
    "mr mrs ms dr prof st mt rev hon gen col lt capt sgt gov sen rep pres messrs mme fr "
    "viz approx ca e.g i.e al op cit eds cf vs"
)
# Words that are abbreviations only before a number, or before a letter that counts.
_BEFORE_NUMBERS = _words(
    "fig figs no nos vol vols p pp ch sec art eq ed jan feb mar apr jun jul aug sep sept oct nov "
    "dec"
)
# Abbreviations whose full stop may end the sentence too.
_SOMETIMES_LAST = _words("etc inc ltd co corp jr sr bros dept est univ ave blvd rd ph.d")
# Frequent first words of sentences, which decide where a full stop could be either.
_STARTERS = _words(
    "a an and as at but by for from he her his however i if in it its most no on one our she so "
    "some such that the their then there these they this those to we what when where while who "
    "you"
)

# Candidates for an end. A full stop counts before white space or after a Chinese
# character; an ellipsis or a semicolon ends a sentence only in its Chinese form.
_END = re.compile(
    rf"[{FULL_STOPS}；…]+[{CLOSERS}]*"
    rf"|(?:[!?]+[{CLOSERS}]*)(?=[\s{UNSPACED}]|$)"
    rf"|(?<=[{UNSPACED}])[.．]+[{CLOSERS}]*(?=[\s{UNSPACED}]|$)"
    rf"|(?<![{UNSPACED}])[.]+[{CLOSERS}]*(?=\s|$)"
    rf"|[{LINE_BREAKS}]+"
)

# A title or an aside is read as one thing, whatever marks it holds.
_ENCLOSED = re.compile(r"《[^《》\n]{0,80}》|（[^（）\n]{0,80}）|\([^()\n]{0,80}\)")

_WORD_BEFORE = re.compile(r"[^\W\d_][\w.&'’-]*$")
_WORD_AFTER = re.compile(r"[\"'“‘(\[]*([^\W\d_]+)")
_COUNTED = re.compile(r"[(\[]?(?:\d|[B-HJ-Z]\b|[IVXLC]{2,}\b)")
_INITIALS = re.compile(r"(?:[a-z]\.)+[a-z]")

# Characters before and after a mark that are enough to judge it by.
_LOOK_BEHIND = 30
_LOOK_AHEAD = 40


def sentences(text: str) -> list[Span]:
    """Split a passage's text into its sentences.

    Args:
        text: the text of one passage, as :meth:`Document.quote` returns it.

    Returns:
        Ranges of ``text`` in order. Together they hold everything except the white space
        between sentences.
    """
    spans: list[Span] = []
    enclosed = _Enclosures(text)
    start = 0
    for match in _END.finditer(text):
        if enclosed.hold(match.end()) or not _is_end(text, start, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def ends_with_abbreviation(line: str) -> bool:
    """Return whether a line ends with an abbreviation after which its sentence must go on."""
    return (
        line.endswith(".")
        and line[:-1].rpartition(" ")[2].lstrip("(\"'“‘[").lower() in _ALWAYS_OPEN
    )


class _Enclosures:
    """The titles and asides of a text, for queries at increasing positions."""

    def __init__(self, text: str) -> None:
        self._ranges = (match.span() for match in _ENCLOSED.finditer(text))
        self._range = next(self._ranges, None)

    def hold(self, position: int) -> bool:
        """Return whether a position is strictly inside a title or an aside."""
        while self._range is not None and self._range[1] <= position:
            self._range = next(self._ranges, None)
        return self._range is not None and self._range[0] < position


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(BLANKS))
    right = len(piece.rstrip(BLANKS))
    if left < right:
        spans.append(Span(start + left, start + right))


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether a candidate ends the sentence that begins at ``start``."""
    mark = match.group()
    after = text[match.end() : match.end() + _LOOK_AHEAD]
    if mark[0] in LINE_BREAKS:
        return _is_row_break(text, start, match)
    if after[:1] in "，、；：。,;:" and after:
        return False  # the quoted sentence ends, the one around it goes on
    if mark[0] == "." and not is_unspaced(text[match.start() - 1 : match.start()]):
        before = text[max(start, match.start() - _LOOK_BEHIND) : match.start()]
        return _is_full_stop(before, mark, after)
    return True


def _is_full_stop(before: str, mark: str, after: str) -> bool:
    """Return whether a full stop in English ends a sentence, and not just a word."""
    after = after.lstrip()
    if after[:1].islower():
        return False
    if mark[:2] == "..":
        return True
    word = _WORD_BEFORE.search(before)
    following = _WORD_AFTER.match(after)
    starts = following is not None and following.group(1).lower() in _STARTERS
    if word is None:  # "3." at the head of a sentence numbers it
        return not before.strip(BLANKS).isdigit() or not after
    name = word.group().lower()
    if name in _ALWAYS_OPEN or (name in _BEFORE_NUMBERS and _COUNTED.match(after)):
        return not after
    if len(name) == 1:  # an initial, but "I" and "plan B" may end a sentence
        return starts or not after or name == "i"
    if name in _SOMETIMES_LAST or _INITIALS.fullmatch(name):
        return starts or not after
    return True


def _is_row_break(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether a line break separates two rows, and does not just wrap a paragraph."""
    if len(match.group().replace("\r\n", "\n")) > 1:
        return True
    before = text[start : match.start()].rstrip(BLANKS)
    line_end = text.find("\n", match.end())
    below = text[match.end() : line_end if line_end >= 0 else len(text)].strip(BLANKS)
    if not before or is_unspaced(before[-1]) or is_unspaced(below[:1]):
        return True
    above = before[before.rfind("\n") + 1 :].strip(BLANKS)
    return is_row(below) or is_table_row(above)
