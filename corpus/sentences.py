"""Where sentences end, in Chinese and in English.

A sentence keeps the quotation marks and brackets that close it. Each row of a list
or a table is a sentence; a line break that only wraps a paragraph ends none.
"""

import re

from corpus.abbreviations import CLOSED, COUNTING, OPEN, STARTERS
from corpus.characters import BLANKS, CHINESE, CLOSERS, is_chinese
from corpus.model import Span

# Candidates for an end. A full stop counts before white space or after a Chinese
# character; an ellipsis or a semicolon ends a sentence only in its Chinese form.
_END = re.compile(
    rf"[。！？｡‼⁇⁈⁉؟۔।॥።；…]+[{CLOSERS}]*"
    rf"|(?:[!?]+[{CLOSERS}]*)(?=[\s{CHINESE}]|$)"
    rf"|(?<=[{CHINESE}])[.．]+[{CLOSERS}]*(?=[\s{CHINESE}]|$)"
    rf"|(?<![{CHINESE}])[.]+[{CLOSERS}]*(?=\s|$)"
    r"|[\n\r\x0b\x0c\x85\u2028\u2029]+"
)

# A title or an aside is read as one thing, whatever marks it holds.
_ENCLOSED = re.compile(r"《[^《》\n]{0,80}》|（[^（）\n]{0,80}）|\([^()\n]{0,80}\)")

_WORD_BEFORE = re.compile(r"[^\W\d_][\w.&'’-]*$")
_WORD_AFTER = re.compile(r"[\"'“‘(\[]*([^\W\d_]+)")
_COUNTED = re.compile(r"[(\[]?(?:\d|[B-HJ-Z]\b|[IVXLC]{2,}\b)")
_ROW = re.compile(
    r"\s*(?:[-*+•·●○■□◆◇▪–—|]\s|\|[^|]*\||[(（]?[\d一二三四五六七八九十]+[)）.、．]\s*\S)"
)
_CELL = re.compile(r"\t|\S \| ?\S|\|\s*$")


def sentences(text: str) -> list[Span]:
    """Split a passage's text into its sentences.

    Args:
        text: the text of one passage, as :meth:`Document.quote` gives it.

    Returns:
        Ranges of ``text`` in order; together they hold all of it but the white
        space between sentences.
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


class _Enclosures:
    """Ranges of titles and asides, asked about at ever later places."""

    def __init__(self, text: str) -> None:
        self._ranges = (match.span() for match in _ENCLOSED.finditer(text))
        self._range = next(self._ranges, None)

    def hold(self, place: int) -> bool:
        """Whether ``place`` lies strictly inside a title or an aside."""
        while self._range is not None and self._range[1] <= place:
            self._range = next(self._ranges, None)
        return self._range is not None and self._range[0] < place


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(BLANKS))
    right = len(piece.rstrip(BLANKS))
    if left < right:
        spans.append(Span(start + left, start + right))


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    after = text[match.end() : match.end() + 40]
    if mark[0] in "\n\r\x0b\x0c\x85\u2028\u2029":
        return _is_row_break(text, start, match)
    if after[:1] in "，、；：。,;:" and after:
        return False  # the quoted sentence ends, the one around it goes on
    if mark[0] == "." and not is_chinese(text[match.start() - 1 : match.start()]):
        return _is_full_stop(text[max(start, match.start() - 30) : match.start()], mark, after)
    return True


def _is_full_stop(before: str, mark: str, after: str) -> bool:
    """Whether a full stop in English ends a sentence, or only a word."""
    after = after.lstrip()
    if after[:1].islower():
        return False
    if mark[:2] == "..":
        return True
    word = _WORD_BEFORE.search(before)
    following = _WORD_AFTER.match(after)
    starts = following is not None and following.group(1).lower() in STARTERS
    if word is None:  # "3." at the head of a sentence numbers it
        return before.strip(BLANKS).isdigit() is False or not after
    name = word.group().lower()
    if name in OPEN or (name in COUNTING and _COUNTED.match(after)):
        return not after
    if len(name) == 1:  # an initial, but "I" and "plan B" may end a sentence
        return starts or not after or name == "i"
    if name in CLOSED or re.fullmatch(r"(?:[a-z]\.)+[a-z]", name):
        return starts or not after
    return True


def _is_row_break(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a line break parts two rows, or only wraps a paragraph of words."""
    if len(match.group().replace("\r\n", "\n")) > 1:
        return True
    before = text[start : match.start()].rstrip(BLANKS)
    line_end = text.find("\n", match.end())
    line = text[match.end() : line_end if line_end >= 0 else len(text)]
    if not before or is_chinese(before[-1]) or is_chinese(line.lstrip(BLANKS)[:1]):
        return True
    last = before[before.rfind("\n") + 1 :]
    return bool(_ROW.match(line) or _CELL.search(line) or _CELL.search(last))
