"""Which sentences of a passage answer a question: what highlights and answers quote."""

import re
from collections.abc import Sequence

import numpy as np

from corpus import Span, sentences
from embeddings import TokenEncoder, Tokens
from embeddings.encoder import FloatArray
from qa.matching import Question, match_segments, similarity

# At most so many neighbouring sentences are marked, ...
_MOST_SENTENCES = 3
# ... and a longer run must match better by this much for each whole passage it adds.
_LENGTH_PENALTY = 0.15
# A sentence that opens like this leans on the one before it.
_LEANING = re.compile(
    r"\s*[“\"‘'(（]?(?:这|那|此|该|其|它|他|她|上述|前述|"
    r"(?:it|its|this|that|these|those|they|their|he|his|she|her|such)\b)",
    re.IGNORECASE,
)
_READABLE_SHARE = 0.5  # the sentence before joins only if the run stays under this share


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
    cut = encoder.tokens(texts)
    vectors, _ = encoder.token_vectors(np.concatenate([tokens.ids for tokens in cut]))
    matched = similarity(question, vectors)
    ends = np.cumsum([len(tokens.ids) for tokens in cut])
    return [
        _mark(text, tokens, part, question.weights)
        for text, tokens, part in zip(texts, cut, np.split(matched, ends[:-1], axis=1), strict=True)
    ]


def _mark(text: str, tokens: Tokens, matched: FloatArray, weights: FloatArray) -> Span | None:
    """The range of one text; ``matched`` is ``(q, tokens)``, see :func:`similarity`."""
    parts = sentences(text)
    if not parts or not matched.size:
        return None
    starts = np.array([part.start for part in parts])
    of_sentence = np.maximum(np.searchsorted(starts, tokens.spans[:, 0], side="right") - 1, 0)
    best = match_segments(matched, of_sentence, len(parts))
    first, last = _best_run(best, weights, parts)
    if not float((best[first:last] @ weights).sum()) > 0:
        return None
    if first > 0 and _LEANING.match(text, parts[first].start):
        length = parts[last - 1].end - parts[first - 1].start
        if length <= _READABLE_SHARE * len(text):
            first -= 1
    return Span(parts[first].start, parts[last - 1].end)


def _best_run(best: FloatArray, weights: FloatArray, parts: list[Span]) -> tuple[int, int]:
    """The run of sentences, as a half-open range, with the best match for its length.

    Args:
        best: ``(sentences, q)`` the best similarity of each question token.
        weights: ``(q,)`` of the question's tokens.
        parts: the sentences.
    """
    total = sum(part.end - part.start for part in parts)
    chosen, chosen_score = (0, 1), -np.inf
    for first in range(len(parts)):
        for last in range(first + 1, min(first + _MOST_SENTENCES, len(parts)) + 1):
            match = float(best[first:last].max(axis=0) @ weights)
            length = parts[last - 1].end - parts[first].start
            score = match - _LENGTH_PENALTY * length / total
            if score > chosen_score:
                chosen, chosen_score = (first, last), score
    return chosen
