"""Which sentences of a passage answer a question: what highlights and answers quote."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus import Span
from corpus.list_markers import is_table_row
from embeddings import TokenEncoder
from embeddings.protocols import FloatArray, IntArray
from qa.answering.quotes import LONGEST, quotable
from qa.retrieval.matching import Question, match_segments, similarity
from qa.storage.records import PassageTokens

# A row that matches better than every other by this much, of 1, is the one that is asked for.
_CLEARLY = 0.05


def under_heads(
    texts: Sequence[str],
    parts: Sequence[Sequence[Span]],
    best: FloatArray,
    weights: FloatArray,
    lengths: NDArray[np.int64],
) -> tuple[FloatArray, NDArray[np.int64]]:
    """What the parts of some texts match and how long they are, where a row has its head.

    Args:
        texts: of passages.
        parts: of each, as :func:`qa.answering.quotes.quotable` cuts them.
        best: ``(parts of all, q)`` the best similarity of each question token.
        weights: ``(q,)`` of the question's tokens.
        lengths: ``(parts of all,)`` in tokens.

    Returns:
        ``best`` and ``lengths``, anew where there is a table.
    """
    first = 0
    for text, own in zip(texts, parts, strict=True):
        for head, end in _tables(text, own):
            rows = slice(first + head + 1, first + end)
            best, lengths = best.copy(), lengths.copy()
            best[rows] = np.maximum(best[rows], best[first + head])
            lengths[rows] += lengths[first + head]
            # Of a table too long to be quoted the best row stands for it.
            short = own[end - 1].end - own[head].start <= LONGEST
            if short and not _one_stands_out(best[rows] @ weights):
                best[first + head] = best[rows].max(axis=0)
        first += len(own)
    return best, lengths


def _one_stands_out(matches: FloatArray) -> bool:
    """Whether one row matches clearly better than the others."""
    second, most = np.sort(matches)[-2:].tolist()
    return bool(most >= second + _CLEARLY)


def _tables(text: str, parts: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Each run of rows, a head and two at least, as a half-open range of parts."""
    start = 0
    for place in range(len(parts) + 1):
        if place < len(parts) and is_table_row(text[parts[place].start : parts[place].end]):
            continue
        if place - start > 2:
            yield start, place
        start = place + 1


# Lengths count tokens of the model, which say as much in one script as in another.
# At most so many neighbouring sentences are marked, ...
_MOST_SENTENCES = 3
# ... and a longer run must match better by this much for each whole passage it adds, ...
_LENGTH_PENALTY = 0.15
# ... where a short passage counts as one of this length: it is read at a glance.
_SHORT_PASSAGE = 120
# A run below this length takes in what follows: the answer often stands after the
# sentence that repeats the question's words.
_SHORT_RUN = 12
# Neighbours that the words of the question do not ask for join only up to this length,
# or up to half of the passage.
_GLANCE = 60
_READABLE_SHARE = 0.5
# A sentence that opens like this leans on the one before it.
_LEANING = re.compile(
    r"\s*[“\"‘'(（]?(?:这|那|此|该|其|它|他|她|上述|前述|因此|所以|于是|但|不过|然而|而且|否则|"
    r"(?:it|its|this|that|these|those|they|their|he|his|she|her|such|so|but|thus|however|"
    r"therefore|otherwise)\b)",
    re.IGNORECASE,
)
# One that gives an example says nothing without the rule, which may be as long as a passage
# that is read at a glance.
_EXAMPLE = re.compile(
    r"\s*(?:例如|比如|譬如|举例|舉例|举个例|舉個例|换句话说|換句話說|也就是说|也就是說"
    r"|(?:for (?:example|instance)|in other words|that is)\b)",
    re.IGNORECASE,
)


def mark(
    texts: Sequence[str],
    kept: Sequence[PassageTokens | None],
    question: Question,
    encoder: TokenEncoder,
) -> list[Span | None]:
    """The neighbouring sentences of each text that match the question best.

    Args:
        texts: of passages.
        kept: the tokens of each, if they are known; a text is cut where their starts are not.
        question: the question's tokens.
        encoder: the model that the question's tokens are of.

    Returns:
        For each text a range of it, from a sentence's first character to a sentence's
        last; None if no word of the question has a counterpart.
    """
    marks: list[Span | None] = [None] * len(texts)
    cut = _cut(texts, kept, encoder)
    parts = [quotable(text) for text in texts]
    filled = [i for i in range(len(texts)) if parts[i] and len(cut[i][0])]
    if not filled or not len(question.ids):
        return marks
    # All texts at once: each by itself took four times as long.
    matched = matched_tokens([cut[i][0] for i in filled], question, encoder)
    first_part = np.cumsum([0, *(len(parts[i]) for i in filled)])
    of_part = np.concatenate(
        [
            first + _part_of_each(parts[i], cut[i][1])
            for i, first in zip(filled, first_part.tolist(), strict=False)
        ]
    )
    best = match_segments(matched, of_part, first_part[-1])
    lengths = np.bincount(of_part, minlength=first_part[-1])
    weights = question.weights
    best, read = under_heads(
        [texts[i] for i in filled], [parts[i] for i in filled], best, weights, lengths
    )
    runs = _best_runs(best, weights, read, first_part)
    for i, own, run in zip(filled, np.split(lengths, first_part[1:-1]), runs, strict=True):
        if run is not None:
            first, last = _readable(texts[i], parts[i], own.tolist(), *run)
            marks[i] = Span(parts[i][first].start, parts[i][last - 1].end)
    return marks


def _cut(
    texts: Sequence[str], kept: Sequence[PassageTokens | None], encoder: TokenEncoder
) -> list[tuple[IntArray, IntArray]]:
    """The ids of the tokens of each text, and where they begin."""
    known = [
        None if tokens is None or (starts := tokens.starts) is None else (tokens.ids, starts)
        for tokens in kept
    ]
    unknown = [text for text, found in zip(texts, known, strict=True) if found is None]
    anew = ((tokens.ids, tokens.spans[:, 0]) for tokens in encoder.tokens(unknown))
    return [next(anew) if found is None else found for found in known]


def matched_tokens(
    texts: Sequence[IntArray], question: Question, encoder: TokenEncoder
) -> FloatArray:
    """How like the tokens of some texts, one after another, are to the question's.

    Args:
        texts: ``(n,)`` token ids of each, of one text at least.
        question: the question's tokens.
        encoder: the model that all of them are of.

    Returns:
        ``(q, tokens of all)``, see :func:`qa.retrieval.matching.similarity`.
    """
    ids, inverse = np.unique(np.concatenate(texts), return_inverse=True)
    matched: FloatArray = similarity(question, encoder, ids)[:, inverse]
    return matched


def _part_of_each(parts: Sequence[Span], starts: IntArray) -> NDArray[np.int64]:
    """The part that each token stands in; what stands before the first counts to it."""
    found = np.searchsorted([part.start for part in parts], starts, side="right") - 1
    return np.maximum(found, 0)


def _best_runs(
    best: FloatArray,
    weights: FloatArray,
    lengths: NDArray[np.int64],
    first_part: NDArray[np.int64],
) -> list[tuple[int, int] | None]:
    """The run of parts of each text with the best match for its length.

    Args:
        best: ``(parts, q)`` the best similarity of each question token.
        weights: ``(q,)`` of the question's tokens.
        lengths: ``(parts,)`` in tokens.
        first_part: ``(texts + 1,)`` where each text begins, and where the last ends.

    Returns:
        Half-open ranges of a text's own parts; None if nothing in it matches.
    """
    longest = np.maximum(np.add.reduceat(lengths, first_part[:-1]), _SHORT_PASSAGE)
    text = np.repeat(np.arange(len(longest)), np.diff(first_part))
    ends = np.cumsum([0, *lengths])
    scores = np.full((_MOST_SENTENCES, len(best)), -np.inf)  # by sentences and the first of them
    run = best
    for row in range(min(_MOST_SENTENCES, len(best))):
        if row:
            run = np.maximum(run[:-1], best[row:])
        begins = text[: len(run)]
        penalty = _LENGTH_PENALTY * (ends[row + 1 :] - ends[: len(run)]) / longest[begins]
        scores[row, : len(run)] = np.where(begins == text[row:], run @ weights - penalty, -np.inf)
    matches = best @ weights
    runs: list[tuple[int, int] | None] = []
    for begin, end in pairwise(first_part.tolist()):
        row, first = divmod(int(scores[:, begin:end].argmax()), end - begin)
        found = matches[begin + first : begin + first + row + 1].any()
        runs.append((first, first + row + 1) if found else None)
    return runs


def _readable(
    text: str, parts: Sequence[Span], lengths: Sequence[int], first: int, last: int
) -> tuple[int, int]:
    """A run of parts with the neighbours that it cannot be read without, as a half-open range."""
    room = max(_GLANCE, _READABLE_SHARE * sum(lengths))
    if first > 0:
        example = _EXAMPLE.match(text, parts[first].start) is not None
        leaning = example or _LEANING.match(text, parts[first].start) is not None
        most = max(room, _SHORT_PASSAGE) if example else room
        if leaning and sum(lengths[first - 1 : last]) <= most:
            first -= 1
    row = is_table_row(text[parts[last - 1].start : parts[last - 1].end])
    while (
        not row  # which is complete, however short
        and last < len(parts)
        and sum(lengths[first:last]) < _SHORT_RUN
        and sum(lengths[first : last + 1]) <= room
    ):
        last += 1
    return first, last
