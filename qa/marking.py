"""Which sentences of a passage answer a question: what highlights and answers quote."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import Span
from embeddings import TokenEncoder, Tokens
from embeddings.encoder import FloatArray
from qa.matching import Question, match_segments, similarity
from qa.quotable import quotable

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


def mark(texts: Sequence[str], question: Question, encoder: TokenEncoder) -> list[Span | None]:
    """The neighbouring sentences of each text that match the question best.

    Args:
        texts: of passages.
        question: the question's tokens.
        encoder: the model that the question's tokens are of.

    Returns:
        For each text a range of it, from a sentence's first character to a sentence's
        last; None if no word of the question has a counterpart.
    """
    return [
        _mark(text, tokens, matched, question.weights)
        for text, (tokens, matched) in zip(
            texts, matched_tokens(texts, question, encoder), strict=True
        )
    ]


def matched_tokens(
    texts: Sequence[str], question: Question, encoder: TokenEncoder
) -> list[tuple[Tokens, FloatArray]]:
    """The tokens of each text, and ``(q, tokens)`` how like each is to the question's.

    See :func:`qa.matching.similarity`.
    """
    cut = encoder.tokens(texts)
    if not cut:
        return []
    ids, inverse = np.unique(np.concatenate([tokens.ids for tokens in cut]), return_inverse=True)
    ends = np.cumsum([len(tokens.ids) for tokens in cut])
    matched = np.split(similarity(question, encoder, ids)[:, inverse], ends[:-1], axis=1)
    return list(zip(cut, matched, strict=True))


def _mark(text: str, tokens: Tokens, matched: FloatArray, weights: FloatArray) -> Span | None:
    """The range of one text; ``matched`` is ``(q, tokens)``, see :func:`similarity`."""
    parts = quotable(text)
    if not parts or not matched.size:
        return None
    starts = np.array([part.start for part in parts])
    of_part = np.maximum(np.searchsorted(starts, tokens.spans[:, 0], side="right") - 1, 0)
    best = match_segments(matched, of_part, len(parts))
    lengths = np.bincount(of_part, minlength=len(parts))
    first, last = _best_run(best, weights, lengths)
    if not float((best[first:last] @ weights).sum()) > 0:
        return None
    room = max(_GLANCE, _READABLE_SHARE * lengths.sum())
    if first > 0:
        example = _EXAMPLE.match(text, parts[first].start) is not None
        leaning = example or _LEANING.match(text, parts[first].start) is not None
        most = max(room, _SHORT_PASSAGE) if example else room
        if leaning and lengths[first - 1 : last].sum() <= most:
            first -= 1
    while (
        last < len(parts)
        and lengths[first:last].sum() < _SHORT_RUN
        and lengths[first : last + 1].sum() <= room
    ):
        last += 1
    return Span(parts[first].start, parts[last - 1].end)


def _best_run(best: FloatArray, weights: FloatArray, lengths: NDArray[np.int64]) -> tuple[int, int]:
    """The run of sentences, as a half-open range, with the best match for its length.

    Args:
        best: ``(sentences, q)`` the best similarity of each question token.
        weights: ``(q,)`` of the question's tokens.
        lengths: ``(sentences,)`` in tokens.
    """
    longest = max(int(lengths.sum()), _SHORT_PASSAGE)
    ends = np.concatenate(([0], np.cumsum(lengths)))
    run, chosen, chosen_score = best, (0, 1), -np.inf
    for size in range(1, min(_MOST_SENTENCES, len(lengths)) + 1):
        if size > 1:
            run = np.maximum(run[:-1], best[size - 1 :])
        scores = run @ weights - _LENGTH_PENALTY * (ends[size:] - ends[:-size]) / longest
        first = int(scores.argmax())
        if scores[first] > chosen_score:
            chosen, chosen_score = (first, first + size), float(scores[first])
    return chosen
