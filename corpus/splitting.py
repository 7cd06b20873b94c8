"""Where a part that is too long for one passage is cut, and what its later pieces stand under."""

import re
from collections.abc import Iterator

from corpus.characters import BLANKS
from corpus.layout import Part
from corpus.model import Span, quote, slice_spans
from corpus.sentences import sentences

# A paragraph is one passage, however long; only what no one would read as one
# paragraph is cut, at the ends of sentences. Lists and tables are cut at rows.
LONGEST_PARAGRAPH = 2000
LONGEST_LIST = 400

_FEWEST_ROWS = 2  # of a table, with its head
_LONGEST_HEAD = 200  # characters; one that is longer would be most of each passage
_NUMBER = re.compile(r"[-+¥￥$]?[\d.,]+%?")


def cut(text: str, part: Part) -> Iterator[tuple[Span, ...]]:
    """A part's spans, whole or cut where sentences or rows end."""
    whole = quote(text, part.spans)
    prose = part.role in ("text", "entry")
    longest = LONGEST_PARAGRAPH if prose else LONGEST_LIST
    if len(whole) <= longest:
        yield part.spans
        return
    head = Span(0, 0) if prose else _head(whole)
    start = end = 0
    for piece in _pieces(whole, prose):
        if piece.end - start > longest and end > start:
            yield _under(head, part, start, end)
            start = piece.start
        end = piece.end
    if end > start:
        yield _under(head, part, start, end)


def _under(head: Span, part: Part, start: int, end: int) -> tuple[Span, ...]:
    """Rows of a part, with the head of their table where it does not stand among them."""
    own = slice_spans(part.spans, start, end)
    return own if start < head.end else (*slice_spans(part.spans, *head), *own)


def _head(whole: str) -> Span:
    """The head of a long table, to the row below it; empty if no head is seen in its first row.

    "P7 | 3000" says nothing of what the 3000 are, so each passage of the table begins with
    its head. A line that announces the table may stand above.
    """
    rows = list(_rows(whole))
    barred = ["|" in whole[start:end] for start, end in rows]
    first = barred.index(True) if True in barred else len(rows)
    if len(rows) - first < _FEWEST_ROWS or not all(barred[first:]):
        return Span(0, 0)
    start, end = rows[first]
    cells = [cell.strip() for cell in whole[start:end].strip("| ").split("|")]
    named = len(cells) > 1 and all(cells) and not any(map(_NUMBER.fullmatch, cells))
    if not named or end - start > _LONGEST_HEAD:
        return Span(0, 0)
    return Span(start, rows[first + 1].start)


def _pieces(whole: str, prose: bool) -> Iterator[Span]:
    """Sentences of a paragraph or rows of a list, none longer than a paragraph."""
    for start, end in sentences(whole) if prose else _rows(whole):
        if end - start <= LONGEST_PARAGRAPH:
            yield Span(start, end)
        elif prose:
            for place in range(start, end, LONGEST_PARAGRAPH):
                yield Span(place, min(place + LONGEST_PARAGRAPH, end))
        else:
            for first, last in _pieces(whole[start:end], prose=True):
                yield Span(start + first, start + last)


def _rows(whole: str) -> Iterator[Span]:
    start = 0
    for row in whole.splitlines(keepends=True):
        content = row.strip(BLANKS)
        if content:
            first = start + row.index(content)
            yield Span(first, first + len(content))
        start += len(row)
