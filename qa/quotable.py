"""The parts of a passage that can be read alone: what may be quoted.

A clause that ends with a semicolon is cut off from what it completes, a line that ends
with a colon announces the next, and a heading says nothing by itself. Here they are put
together again; which of the parts answer a question, :mod:`qa.marking` decides.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus import Span, sentences
from corpus.characters import CLOSERS, ENDINGS, is_lead

# A sentence of more characters than this is quoted clause by clause: an article of a
# statute with its twelve items, say.
_LONGEST = 200
_FRAGMENT = 20  # characters; a line that is longer says something, whatever it ends with
_CLAUSE = re.compile(rf"[；;][{CLOSERS}]*$")
_ENDED = re.compile(rf"[{ENDINGS}.．；;][{CLOSERS}]*$")
# Rows of lists and tables are complete without any mark.
_CELLS = r"\||.*(?:\t|\S \| ?\S)"
_ROW = re.compile(rf"[-*+•·●○■□◆◇▪–—]|[（(]?[\d一二三四五六七八九十]+[)）.、．]|{_CELLS}")
_TABLE_ROW = re.compile(_CELLS)


def is_row(line: str) -> bool:
    """Whether a line is a row of a list or a table."""
    return _ROW.match(line) is not None


def is_table_row(line: str) -> bool:
    """Whether a line is a row of a table, in the writing of Markdown, Word and HTML or tabs."""
    return _TABLE_ROW.match(line) is not None


@lru_cache(maxsize=64)  # the marking and the lists ask about the same hits
def quotable(text: str) -> tuple[Span, ...]:
    """Split a passage's text into parts that can be read alone.

    Args:
        text: the text of one passage.

    Returns:
        Ranges of ``text`` in order, each from the first character of a sentence to the
        last of one; together they hold what :func:`corpus.sentences` finds.
    """
    parts: list[Span] = []
    for chain in _chains(text, sentences(text)):
        whole = Span(chain[0].start, chain[-1].end)
        parts.extend([whole] if whole.end - whole.start <= _LONGEST else _pieces(text, chain))
    return tuple(parts)


def _chains(text: str, found: list[Span]) -> Iterator[list[Span]]:
    """Sentences with the clauses, leads and headings that belong to them."""
    chain: list[Span] = []
    for span in found:
        chain.append(span)
        if not (_CLAUSE.search(text[span.start : span.end]) or _announces(text, span)):
            yield chain
            chain = []
    if chain:
        yield chain


def _pieces(text: str, chain: list[Span]) -> Iterator[Span]:
    """The clauses of a long sentence; what announces one goes with it."""
    start: int | None = None
    for span in chain:
        start = span.start if start is None else start
        if span is chain[-1] or not _announces(text, span):
            yield Span(start, span.end)
            start = None


def _announces(text: str, span: Span) -> bool:
    """Whether a line only leads to the next: it ends with a colon, or is a heading."""
    line = text[span.start : span.end]
    if is_lead(line):
        return True
    heading = len(line) <= _FRAGMENT and not _ENDED.search(line) and not is_row(line)
    return heading and text[span.end :].strip() != ""
