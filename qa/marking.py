"""Which sentences of a passage answer a question: what highlights and answers quote."""

import re

import numpy as np

from corpus import Span, sentences
from embeddings import TokenEncoder
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


def mark(text: str, question: Question, encoder: TokenEncoder) -> Span | None:
    """The neighbouring sentences of ``text`` that match the question best.

    Args:
        text: of a passage.
        question: the question's tokens.
        encoder: the model that the question's tokens are of.

    Returns:
        A range of ``text``, from a sentence's first character to a sentence's last;
        None if no word of the question has a counterpart.
    """
    parts = sentences(text)
    tokens = encoder.tokens([text])[0]
    if not parts or not len(tokens.ids) or not len(question.weights):
        return None
    vectors, _ = encoder.token_vectors(tokens.ids)
    matched = similarity(question, vectors)
    starts = np.array([part.start for part in parts])
    of_sentence = np.maximum(np.searchsorted(starts, tokens.spans[:, 0], side="right") - 1, 0)
    best = match_segments(matched, of_sentence, len(parts))
    first, last = _best_run(best, question.weights, parts)
    if not float((best[first:last] @ question.weights).sum()) > 0:
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
