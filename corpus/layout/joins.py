"""Join the lines of a paragraph: which characters of the line breaks stay.

Between Chinese characters a line break is left out; between words one white-space
character stays; a hyphen that only broke a word is left out.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from corpus.characters import BLANKS, first_letter, is_unspaced, last_letter
from corpus.model import Span

_HYPHENS = "-‐\u00ad"
_SOFT_HYPHEN = "\u00ad"
_BROKEN_WORD = re.compile(rf"([^\W\d_]+)[{_HYPHENS}]$")
_WORD = re.compile(r"[^\W\d_]+")

# White space that stays, in order of preference.
_BETWEEN_LINES = " \t\u3000\xa0\n\r\x0b\x0c\u2028\u2029"
_BETWEEN_ROWS = "\n\r\x0b\x0c\u2028\u2029\t "

# Characters on each side of a line break that decide about it, and those on each side in which
# a broken word is looked for.
_CONTEXT = 40
_NEIGHBOURHOOD = 5_000
_MOST_OCCURRENCES = 20


def join_lines(text: str, lines: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of a paragraph that the page broke into lines.

    Args:
        text: the stored text.
        lines: ranges of it in order, without the white space around them.
    """
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans.extend(_join(text, spans.pop(), line))
        spans.append(line)
    return merge(spans)


def join_rows(text: str, rows: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    """Return the spans of a list or a table, with a line break between every two rows."""
    spans: list[Span] = []
    for row in rows:
        if spans and row:
            spans.extend(_white_space(text, spans[-1].end, row[0].start, _BETWEEN_ROWS))
        spans.extend(row)
    return merge(spans)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same characters in as few spans as possible."""
    merged: list[Span] = []
    for span in spans:
        if span.start >= span.end:
            continue
        if merged and merged[-1].end == span.start:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)


def seam_of(above: str, below: str) -> str:
    """Return the two characters, or the two words, on either side of a line break."""
    if is_unspaced(above[-1]) or is_unspaced(below[0]):
        return above[-1] + below[0]
    return f"{above.split()[-1]} {below.split()[0]}"


def _join(text: str, above: Span, below: Span) -> list[Span]:
    """Return the upper line and the white space that stays, without a hyphen that broke a word."""
    left = text[max(above.start, above.end - _CONTEXT) : above.end]
    right = text[below.start : below.start + _CONTEXT]
    if left[-1] in _HYPHENS and left[-2:-1].isalnum():
        nearby = text[max(above.end - _NEIGHBOURHOOD, 0) : above.end + _NEIGHBOURHOOD]
        only_broke = _is_only_a_break(nearby, left, right)
        return [Span(above.start, above.end - 1) if only_broke else above]
    if is_unspaced(last_letter(left)) or is_unspaced(first_letter(right)):
        return [above]
    return [above, *_white_space(text, above.end, below.start, _BETWEEN_LINES)]


def _is_only_a_break(nearby: str, left: str, right: str) -> bool:
    """Return whether a hyphen only broke a word, and is not part of it.

    It is part of a word that is spelt with it nearby, or whose halves are both used as words
    nearby, while the whole is not.
    """
    head, tail = _BROKEN_WORD.search(left), _WORD.match(right)
    if head is None or tail is None or not right[0].islower():
        return False
    if left[-1] == _SOFT_HYPHEN:
        return True
    first, last = head.group(1), tail.group()
    if f"{first}-{last}" in nearby:
        return False
    return first + last in nearby or not (_is_word(first, nearby) and _is_word(last, nearby))


def _is_word(half: str, nearby: str) -> bool:
    """Return whether one half of a broken word is used without a hyphen beside it."""
    for match in islice(re.finditer(rf"\b{half}\b", nearby), _MOST_OCCURRENCES):
        before = nearby[max(match.start() - 6, 0) : match.start()].rstrip(BLANKS)
        after = nearby[match.end() : match.end() + 1]
        if not before.endswith(tuple(_HYPHENS)) and not after.startswith(tuple(_HYPHENS)):
            return True
    return False


def _white_space(text: str, start: int, end: int, preferred: str) -> list[Span]:
    """Return one white-space character of ``text[start:end]``, of the first kind it has.

    Args:
        text: the stored text.
        start: of the range between two lines.
        end: of that range.
        preferred: kinds of white space. Any other blank is taken if there are none of these.

    Returns:
        One span, or none where the range has no white space.
    """
    between = text[start:end]
    found = (between.find(character) for character in preferred)
    place = next((place for place in found if place >= 0), -1)
    if place < 0:
        place = next((i for i, character in enumerate(between) if character in BLANKS), -1)
    return [Span(start + place, start + place + 1)] if place >= 0 else []
