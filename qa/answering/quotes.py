"""The parts of a passage that can be read alone: what may be quoted.

A clause that ends with a semicolon is cut off from what it completes, a line that ends
with a colon announces the next, and a heading says nothing by itself. :func:`quotable` joins
these; :mod:`qa.answering.highlights` decides which of the parts answer a question, and
:func:`with_list` adds the list that goes with them. The lengths are chosen by hand.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from corpus import Span, sentences
from corpus.characters import CLOSERS, ENDINGS, is_lead_in
from corpus.list_markers import begins_ordinal, is_row, is_table_row
from qa.language.question_words import asks_for_several, asks_how
from qa.language.terms import words

#: The most characters of a list or table that is quoted whole.
LONGEST = 400
# A sentence of more characters than this is quoted clause by clause: an article of a
# statute with its twelve items, say.
_LONGEST_SENTENCE = 200
_BARE = 16  # characters; so short a sentence says little without the next: "不可以。"
_CLAUSE_ENDS = re.compile(r"[，。；：、？！\n\t|;?!（）()]|[,.:](?=\s|$)")
_LONGEST_HEADING = 20  # characters; a line that is longer says something, whatever ends it
_CLAUSE = re.compile(rf"[；;][{CLOSERS}]*$")
_ENDED = re.compile(rf"[{ENDINGS}.．；;][{CLOSERS}]*$")
_LINE = re.compile(r"\S(?:.*\S)?")


class _List(NamedTuple):
    """The rows of a list or table.

    Attributes:
        lead: the sentence that announces it; empty, where the list begins, if none does.
        rows: at least two.
    """

    lead: Span
    rows: list[Span]


@lru_cache(maxsize=64)  # highlights and lists cut the same hits
def quotable(text: str) -> tuple[Span, ...]:
    """Split the text of a passage into parts that can be read alone.

    Args:
        text: the text of one passage.

    Returns:
        Ranges of ``text`` in order, each from the first character of a sentence to the
        last of one; together they hold what :func:`corpus.sentences` finds.
    """
    parts: list[Span] = []
    for chain in _chains(text, sentences(text)):
        whole = Span(chain[0].start, chain[-1].end)
        parts.extend(
            [whole] if whole.end - whole.start <= _LONGEST_SENTENCE else _pieces(text, chain)
        )
    return tuple(parts)


def _chains(text: str, found: list[Span]) -> Iterator[list[Span]]:
    """Yield sentences with the clauses, leads and headings that belong to them."""
    chain: list[Span] = []
    for span in found:
        chain.append(span)
        if not (_CLAUSE.search(text[span.start : span.end]) or _announces(text, span)):
            yield chain
            chain = []
    if chain:
        yield chain


def _pieces(text: str, chain: list[Span]) -> Iterator[Span]:
    """Yield the clauses of a long sentence, each with what announces it."""
    start: int | None = None
    for span in chain:
        start = span.start if start is None else start
        if span is chain[-1] or not _announces(text, span):
            yield Span(start, span.end)
            start = None


def _announces(text: str, span: Span) -> bool:
    """Return whether a line only leads to the next: it ends with a colon, or is a heading."""
    line = text[span.start : span.end]
    if is_lead_in(line):
        return True
    heading = len(line) <= _LONGEST_HEADING and not _ENDED.search(line) and not is_row(line)
    return heading and text[span.end :].strip() != ""


def with_list(text: str, marked: Span, query: str) -> Span:
    """Return a highlight with the list that it announces or that the question asks for.

    Args:
        text: of a passage.
        marked: a range of it, from the start of a sentence to the end of one.
        query: the question.

    Returns:
        A range of ``text`` that holds ``marked``, and begins and ends with a sentence.
    """
    several, how = asks_for_several(query), asks_how(query)
    for lead, rows in _lists(text):
        begin, first, end = lead.start, rows[0], rows[-1].end
        announced = begin < marked.end and marked.start < first.start
        headed = marked.start == first.start and is_table_row(text[first.start : first.end])
        near = begin <= marked.start or not text[marked.end : begin].strip()
        asked = (several and near) or how
        if asked and marked.end <= end and end - min(marked.start, begin) <= LONGEST:
            return Span(min(marked.start, begin), end)
        if announced or headed:
            # Of a long list or table as many rows as can be read, and at least the first.
            ends = [row.end for row in rows if row.end - marked.start <= LONGEST]
            return Span(marked.start, max(marked.end, first.end, *ends))
    return whole_list(text, marked) if several else marked


def clause(text: str, words: Span) -> Span:
    """Return the clause, or the cell of a table, around some words of a passage.

    Args:
        text: of the passage.
        words: a range of it that is not empty.

    Returns:
        A range of ``text`` that holds ``words``, without the marks and spaces at its ends.
    """
    before = [match.end() for match in _CLAUSE_ENDS.finditer(text, 0, words.start)]
    after = _CLAUSE_ENDS.search(text, words.end)
    start, end = (before or [0])[-1], after.start() if after else len(text)
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return Span(min(start, words.start), max(start + len(inside.strip()), words.end))


def with_next_sentence(text: str, marked: Span) -> Span:
    """Return a highlight, with the next sentence if it ends in one as short as "不可以。"."""
    last = [part for part in quotable(text) if part.end <= marked.end][-1:]
    following = [part for part in quotable(text) if part.start >= marked.end][:1]
    if last and following and last[0].end - last[0].start <= _BARE:
        return Span(marked.start, following[0].end)
    return marked


def adds_nothing(text: str, question: str) -> bool:
    """Return whether a text says nothing but words of the question, as a label or heading does."""
    return set(words(text)) <= set(words(question))


def with_substance(text: str, marked: Span, question: str) -> Span:
    """Return a highlight with as many of the next parts as it takes to say something.

    Args:
        text: of a passage.
        marked: a range of it, from the start of a sentence to the end of one.
        question: as searched.

    Returns:
        A range of ``text`` that begins with ``marked``; ``marked`` itself if nothing after it
        adds anything to the words of the question.
    """
    for part in quotable(text):
        if part.end >= marked.end:
            longer = Span(marked.start, part.end)
            if not adds_nothing(text[longer.start : longer.end], question):
                return longer
    return marked


def _lists(text: str) -> Iterator[_List]:
    """Yield each run of at least two lines that are rows, with the sentence that announces it."""
    for run in _runs(text):
        above = sentences(text[: run[0].start])
        announced = bool(above) and is_lead_in(text[above[-1].start : above[-1].end])
        yield _List(above[-1] if announced else Span(run[0].start, run[0].start), run)


def _runs(text: str) -> Iterator[list[Span]]:
    """Yield the rows of each list; a line between two rows goes with the one above it."""
    run: list[Span] = []
    between: Span | None = None
    for match in _LINE.finditer(text):
        line = Span(*match.span())
        if not is_row(match.group()):
            if between is not None:  # two such lines end the list
                if len(run) > 1:
                    yield run
                run = []
            between = line if run else None
            continue
        if between is not None:
            run[-1] = Span(run[-1].start, between.end)
        run.append(line)
        between = None
    if len(run) > 1:
        yield run


def whole_list(text: str, marked: Span) -> Span:
    """Return the enumeration (一是……二是……) that a highlight is part of, else the highlight.

    Args:
        text: of a passage.
        marked: a range of it, from the start of a sentence to the end of one.

    Returns:
        A range of ``text`` that holds ``marked``: from the first item of the enumeration, or
        from ``marked`` if that is before it, to the end of the sentence of the last item.
    """
    parts = quotable(text)
    items = [
        place for place, part in enumerate(parts) if begins_ordinal(text[part.start : part.end])
    ]
    if len(items) < 2:
        return marked
    # The sentence before the list leads to it.
    begin, end = parts[max(items[0] - 1, 0)].start, parts[items[-1]].end
    if marked.end <= begin or marked.start >= end:
        return marked
    found = Span(min(parts[items[0]].start, marked.start), max(end, marked.end))
    return found if found.end - found.start <= LONGEST else marked
