"""Spans of a paragraph that a page broke: what stays and what is left out.

Between Chinese characters a line break is left out; between words one white-space
character stays; a hyphen that only broke a word is left out.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from corpus.characters import BLANKS, first_letter, is_unspaced, last_letter
from corpus.model import Span

_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
_WORD = re.compile(r"[^\W\d_]+")
_AROUND = 5_000
_MOST_LOOKS = 20
_HYPHENS = "-‐\u00ad"


def join_lines(text: str, lines: Sequence[Span]) -> tuple[Span, ...]:
    """Spans of one paragraph that stands on several lines.

    Args:
        text: the stored text.
        lines: ranges of it in order, without the white space around them.
    """
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans[-1], glue = _join(text, spans[-1], line)
            if glue is not None:
                spans.append(glue)
        spans.append(line)
    return merge(spans)


def seam_of(above: str, below: str) -> str:
    """The two characters, or the two words, that meet where a line was broken."""
    if is_unspaced(above[-1]) or is_unspaced(below[0]):
        return above[-1] + below[0]
    return f"{above.split()[-1]} {below.split()[0]}"


def join_rows(text: str, rows: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    """Spans of a list or a table: its rows, a line break between any two."""
    spans: list[Span] = []
    for row in rows:
        if spans and row:
            spans.extend(_kept(text, spans[-1].end, row[0].start, "\n\r\x0b\x0c\u2028\u2029\t "))
        spans.extend(row)
    return merge(spans)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same characters in as few spans as possible."""
    merged: list[Span] = []
    for span in spans:
        if span.start >= span.end:
            continue
        if merged and merged[-1].end == span.start:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _join(text: str, above: Span, below: Span) -> tuple[Span, Span | None]:
    """The span above without a breaking hyphen, and the white space that stays."""
    left = text[max(above.start, above.end - 40) : above.end]
    right = text[below.start : below.start + 40]
    if left[-1] in _HYPHENS and left[-2:-1].isalnum():
        if _only_broke(text[max(above.end - _AROUND, 0) : above.end + _AROUND], left, right):
            return Span(above.start, above.end - 1), None
        return above, None
    if is_unspaced(last_letter(left)) or is_unspaced(first_letter(right)):
        return above, None
    kept = _kept(text, above.end, below.start, " \t\u3000\xa0\n\r\x0b\x0c\u2028\u2029")
    return above, kept[0] if kept else None


def _only_broke(around: str, left: str, right: str) -> bool:
    """Whether a hyphen broke a word, rather than being part of it.

    A word keeps its hyphen if the pages around write it so, or if they know both its
    halves as words and the whole not at all.
    """
    head, tail = _BROKEN_WORD.search(left), _WORD.match(right)
    if head is None or tail is None or not right[0].islower():
        return False
    if left[-1] == "\u00ad":
        return True
    first, last = head.group(1), tail.group()
    if f"{first}-{last}" in around:
        return False
    return first + last in around or not (_is_word(first, around) and _is_word(last, around))


def _is_word(half: str, around: str) -> bool:
    """Whether one half of a broken word stands on its own somewhere, by no hyphen."""
    for match in islice(re.finditer(rf"\b{half}\b", around), _MOST_LOOKS):
        before = around[max(match.start() - 6, 0) : match.start()].rstrip(BLANKS)
        after = around[match.end() : match.end() + 1]
        if not before.endswith(tuple(_HYPHENS)) and not after.startswith(tuple(_HYPHENS)):
            return True
    return False


def _kept(text: str, start: int, end: int, wanted: str) -> list[Span]:
    """One white-space character of ``text[start:end]``, the first kind that is there."""
    between = text[start:end]
    for character in wanted:
        place = between.find(character)
        if place >= 0:
            return [Span(start + place, start + place + 1)]
    place = next((i for i, character in enumerate(between) if character in BLANKS), -1)
    return [Span(start + place, start + place + 1)] if place >= 0 else []
