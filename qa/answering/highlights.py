"""The sentences of a passage that answer a question: they are highlighted and quoted.

A passage is cut into parts that can be read alone (:func:`qa.answering.quotes.quotable`).
Chosen is the run of neighbouring parts that matches the question best for its length,
together with the neighbours that it cannot be read without.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import Span
from corpus.list_markers import is_table_row
from embeddings.protocols import FloatArray, IntArray
from qa.answering.quotes import LONGEST, quotable
from qa.retrieval.evidence import Evidence, best_of_runs

# These constants were chosen by hand; no benchmark fits them. Lengths count tokens of the
# model, which carry about as much in one script as in another.

# At most so many neighbouring sentences are highlighted, ...
_MOST_SENTENCES = 3
# ... and a longer run must match better by this much for each whole passage it adds, ...
_LENGTH_PENALTY = 0.15
# ... where a short passage counts as one of this length: it is read at a glance.
_SHORT_PASSAGE = 120
# A run below this length takes in what follows: the answer is often in the sentence after
# the one that repeats the words of the question.
_SHORT_RUN = 12
# Neighbours that the words of the question do not ask for are added only up to this length,
# or up to half of the passage.
_GLANCE = 60
_READABLE_SHARE = 0.5
# A row that matches better than every other by this much, of 1, is the one that is asked for.
_CLEARLY = 0.05
# A sentence that opens like this refers to the one before it.
_REFERRING = re.compile(
    r"\s*[“\"‘'(（]?(?:这|那|此|该|其|它|他|她|上述|前述|因此|所以|于是|但|不过|然而|而且|否则|"
    r"(?:it|its|this|that|these|those|they|their|he|his|she|her|such|so|but|thus|however|"
    r"therefore|otherwise)\b)",
    re.IGNORECASE,
)
# An example says nothing without its rule, which may be as long as a passage that is read at
# a glance.
_EXAMPLE = re.compile(
    r"\s*(?:例如|比如|譬如|举例|舉例|举个例|舉個例|换句话说|換句話說|也就是说|也就是說"
    r"|(?:for (?:example|instance)|in other words|that is)\b)",
    re.IGNORECASE,
)


class _Parts(NamedTuple):
    """A half-open range of the parts of a passage."""

    first: int
    end: int


class _UnderHeads(NamedTuple):
    """The parts of some texts, each row of a table read together with the table's head.

    Attributes:
        best: ``(parts of all, q)`` the best match of each question token.
        lengths: ``(parts of all,)`` in tokens.
    """

    best: FloatArray
    lengths: NDArray[np.int64]


def mark(texts: Sequence[str], evidence: Sequence[Evidence]) -> list[Span | None]:
    """Return the neighbouring sentences of each text that match the question best.

    Args:
        texts: of passages.
        evidence: of each, all of one question, with the places of the tokens.

    Returns:
        For each text a range of it, from the first character of a sentence to the last of
        one; None if no word of the question has a counterpart in the text.
    """
    marks: list[Span | None] = [None] * len(texts)
    parts = [quotable(text) for text in texts]
    filled = [i for i, found in enumerate(evidence) if parts[i] and found.text.size]
    if not filled:
        return marks
    weights = evidence[0].question.weights
    # All texts at once: one after another took four times as long.
    similarities = np.concatenate([evidence[i].text for i in filled], axis=1)
    first_part = np.cumsum([0, *(len(parts[i]) for i in filled)])
    of_part = np.concatenate(
        [
            first + _part_of_each(parts[i], evidence[i].tokens.known_starts())
            for i, first in zip(filled, first_part.tolist(), strict=False)
        ]
    )
    lengths = np.bincount(of_part, minlength=first_part[-1])
    best = np.ascontiguousarray(best_of_runs(similarities, lengths).T)  # (parts, q)
    under_heads = read_under_heads(
        [texts[i] for i in filled], [parts[i] for i in filled], best, weights, lengths
    )
    runs = _best_runs(*under_heads, weights, first_part)
    for i, own, run in zip(filled, np.split(lengths, first_part[1:-1]), runs, strict=True):
        if run is not None:
            first, end = _readable(texts[i], parts[i], own.tolist(), run)
            marks[i] = Span(parts[i][first].start, parts[i][end - 1].end)
    return marks


def _part_of_each(parts: Sequence[Span], starts: IntArray) -> NDArray[np.int64]:
    """Return the part that each token is in; tokens before the first part count to it."""
    found = np.searchsorted([part.start for part in parts], starts, side="right") - 1
    return np.maximum(found, 0)


def read_under_heads(
    texts: Sequence[str],
    parts: Sequence[Sequence[Span]],
    best: FloatArray,
    weights: FloatArray,
    lengths: NDArray[np.int64],
) -> _UnderHeads:
    """Add the head of each table to its rows, and the best row of a short table to its head.

    Args:
        texts: of passages.
        parts: of each, as :func:`qa.answering.quotes.quotable` cuts them.
        best: ``(parts of all, q)`` the best match of each question token.
        weights: ``(q,)`` of the question's tokens.
        lengths: ``(parts of all,)`` in tokens.

    Returns:
        ``best`` and ``lengths``, changed copies where there is a table.
    """
    first = 0
    for text, own in zip(texts, parts, strict=True):
        for head, end in _tables(text, own):
            rows = slice(first + head + 1, first + end)
            best, lengths = best.copy(), lengths.copy()
            best[rows] = np.maximum(best[rows], best[first + head])
            lengths[rows] += lengths[first + head]
            # A table that is short enough is quoted whole, from its head on; of a longer
            # one the best row is quoted.
            short = own[end - 1].end - own[head].start <= LONGEST
            if short and not _one_matches_clearly_better(best[rows] @ weights):
                best[first + head] = best[rows].max(axis=0)
        first += len(own)
    return _UnderHeads(best, lengths)


def _one_matches_clearly_better(matches: FloatArray) -> bool:
    """Return whether one row matches clearly better than all others."""
    second, most = np.sort(matches)[-2:].tolist()
    return bool(most >= second + _CLEARLY)


def _tables(text: str, parts: Sequence[Span]) -> Iterator[_Parts]:
    """Yield each run of table rows: a head and two rows at least."""
    start = 0
    for place in range(len(parts) + 1):
        if place < len(parts) and is_table_row(text[parts[place].start : parts[place].end]):
            continue
        if place - start > 2:
            yield _Parts(start, place)
        start = place + 1


def _best_runs(
    best: FloatArray,
    lengths: NDArray[np.int64],
    weights: FloatArray,
    first_part: NDArray[np.int64],
) -> list[_Parts | None]:
    """Return the run of parts of each text that matches best for its length.

    Args:
        best: ``(parts, q)`` the best match of each question token.
        lengths: ``(parts,)`` in tokens.
        weights: ``(q,)`` of the question's tokens.
        first_part: ``(texts + 1,)`` where each text begins, and where the last ends.

    Returns:
        Ranges of each text's own parts; None if nothing in it matches.
    """
    longest = np.maximum(np.add.reduceat(lengths, first_part[:-1]), _SHORT_PASSAGE)
    text = np.repeat(np.arange(len(longest)), np.diff(first_part))
    ends = np.cumsum([0, *lengths])
    scores = np.full((_MOST_SENTENCES, len(best)), -np.inf)  # by run length and first part
    run = best
    for row in range(min(_MOST_SENTENCES, len(best))):
        if row:
            run = np.maximum(run[:-1], best[row:])
        begins = text[: len(run)]
        penalty = _LENGTH_PENALTY * (ends[row + 1 :] - ends[: len(run)]) / longest[begins]
        scores[row, : len(run)] = np.where(begins == text[row:], run @ weights - penalty, -np.inf)
    matches = best @ weights
    runs: list[_Parts | None] = []
    for begin, end in pairwise(first_part.tolist()):
        row, first = divmod(int(scores[:, begin:end].argmax()), end - begin)
        found = matches[begin + first : begin + first + row + 1].any()
        runs.append(_Parts(first, first + row + 1) if found else None)
    return runs


def _readable(text: str, parts: Sequence[Span], lengths: Sequence[int], run: _Parts) -> _Parts:
    """Return a run of parts with the neighbours that it cannot be read without."""
    first, end = run
    room = max(_GLANCE, _READABLE_SHARE * sum(lengths))
    if first > 0:
        example = _EXAMPLE.match(text, parts[first].start) is not None
        refers = example or _REFERRING.match(text, parts[first].start) is not None
        most = max(room, _SHORT_PASSAGE) if example else room
        if refers and sum(lengths[first - 1 : end]) <= most:
            first -= 1
    row = is_table_row(text[parts[end - 1].start : parts[end - 1].end])
    while (
        not row  # a row is complete, however short
        and end < len(parts)
        and sum(lengths[first:end]) < _SHORT_RUN
        and sum(lengths[first : end + 1]) <= room
    ):
        end += 1
    return _Parts(first, end)
