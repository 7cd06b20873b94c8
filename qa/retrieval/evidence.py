"""The similarity between the tokens of one question and those of one passage.

It is computed when a search matches its best candidates (:func:`compare`), and reused by the
ranking, the highlights, the citations, the confidence and the completion of follow-ups. Each
of these asks a different thing of the same numbers: how well the passage covers the question,
which sentence does, which word of the question has no counterpart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from embeddings import TokenEncoder
from embeddings.protocols import FloatArray, IntArray
from qa.storage.records import PassageTokens

# The products are too small to share among cores: on a busy machine, waking the other
# cores took ten times as long as the product itself.
_BLAS = ThreadpoolController().select(user_api="blas")

_IMPORTANT = 12.0  # the learnt length of a token that is as important as a token can be


@dataclass(frozen=True, slots=True)
class Question:
    """The tokens of a question.

    Attributes:
        ids: ``(q,)`` token ids.
        vectors: ``(q, dimension)`` their unit vectors.
        lengths: ``(q,)`` the lengths of the vectors before they were normalised, which is
            how important the model learnt that each token is.
        weights: ``(q,)`` the share of each token in a match; they sum to 1, or are all 0.
    """

    ids: IntArray
    vectors: FloatArray
    lengths: FloatArray
    weights: FloatArray


def question_of(encoder: TokenEncoder, ids: IntArray, idf: FloatArray) -> Question:
    """Return a question's tokens, weighted by idf times the learnt length of their vectors.

    Args:
        encoder: the model that the tokens are of.
        ids: ``(q,)`` token ids.
        idf: ``(q,)`` the inverse document frequency of each.
    """
    vectors, lengths = encoder.token_vectors(ids)
    weights = idf * lengths
    total = float(weights.sum())
    return Question(ids, vectors, lengths, weights / total if total > 0 else weights)


def inverse_document_frequency(counts: IntArray, passages: int) -> FloatArray:
    """Return BM25's idf, ``log(1 + (N - n + .5) / (n + .5))``, ``(t,)`` for ``(t,)`` counts.

    Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", with Lucene's
    1 inside the logarithm, which keeps it above 0.

    Args:
        counts: ``(t,)`` how many passages hold each token.
        passages: how many passages there are.
    """
    n = counts.astype(np.float32)
    idf: FloatArray = np.log1p((max(passages, 1) - np.minimum(n, passages) + 0.5) / (n + 0.5))
    return idf


def greatest_importance(question: Question, share: FloatArray) -> float:
    """Return the importance, 0 to 1, of the most important token of a question.

    Args:
        question: of q tokens.
        share: ``(q,)`` how much of each token's importance counts, 0 to 1.
    """
    return float(np.minimum(question.lengths * share / _IMPORTANT, 1.0).max(initial=0.0))


def similarity(question: Question, encoder: TokenEncoder, ids: IntArray) -> FloatArray:
    """Return the squared cosine of every question token with every other, negatives as 0.

    Args:
        question: of q tokens.
        encoder: the model that all tokens are of.
        ids: ``(t,)`` the other tokens.

    Returns:
        ``(q, t)``, from 0 to 1.
    """
    with _BLAS.limit(limits=1):
        cosines = encoder.token_cosines(question.vectors, ids)
    squared: FloatArray = np.square(np.maximum(cosines, 0.0))
    return squared


@dataclass(frozen=True, slots=True)
class Evidence:
    """The similarity between a question of q tokens and one passage.

    Attributes:
        question: the question.
        tokens: of the passage: n in its text, m in its context (title, author, headings).
        text: ``(q, n)`` the similarity of each question token with each token of the text,
            from 0 to 1.
        context: ``(q, m)`` likewise with each token of the context.
        best: ``(q,)`` the best match of each question token in the text.
    """

    question: Question
    tokens: PassageTokens
    text: FloatArray
    context: FloatArray
    best: FloatArray

    @property
    def coverage(self) -> float:
        """The share of the question that the text matches, 0 to 1."""
        return float(self.question.weights @ self.best)

    def best_window(self, length: int, step: int) -> float:
        """Return the share of the question that the best window of the text matches, 0 to 1.

        Args:
            length: of a window, in tokens.
            step: tokens from the start of one window to the start of the next.
        """
        starts = range(0, max(self.text.shape[1] - length + step, 1), step)
        weights = self.question.weights
        return max(
            float(weights @ best_of(self.text[:, start : start + length])) for start in starts
        )

    def best_between(self, start: int, end: int) -> FloatArray:
        """Return the best match of each question token in a part of the text, ``(q,)``.

        Args:
            start: where the part begins, in code points of the passage's text.
            end: where it ends.

        Raises:
            ValueError: the places of the passage's tokens are not known.
        """
        first, last = np.searchsorted(self.tokens.known_starts(), (start, end)).tolist()
        return best_of(self.text[:, first:last])

    def placed(self, tokens: PassageTokens) -> "Evidence | None":
        """Return the same evidence with the places of the tokens, if they are the same tokens.

        Args:
            tokens: of the passage, with their places.
        """
        if not np.array_equal(self.tokens.ids, tokens.ids):
            return None
        return Evidence(self.question, tokens, self.text, self.context, self.best)


def best_of(similarities: FloatArray) -> FloatArray:
    """Return the best of each question token, ``(q,)``, of ``(q, t)``; 0 if there are none."""
    best: FloatArray = similarities.max(axis=1, initial=0.0)
    return best


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question of q tokens and several passages, compared in one product of matrices.

    Attributes:
        question: the question.
        passages: the tokens of each passage.
        text: ``(q, t)`` the similarity with the text tokens of all passages, one passage
            after another.
        context: ``(q, c)`` likewise with their context tokens.
        best: ``(passages, q)`` the best match of each question token in each text.
    """

    question: Question
    passages: Sequence[PassageTokens]
    text: FloatArray
    context: FloatArray
    best: FloatArray

    def evidence(self) -> list[Evidence]:
        """Return the evidence of each passage: views of the arrays, nothing is copied."""
        found: list[Evidence] = []
        first = first_above = 0
        for passage, best in zip(self.passages, self.best, strict=True):
            end, end_above = first + len(passage.ids), first_above + len(passage.context)
            text, context = self.text[:, first:end], self.context[:, first_above:end_above]
            found.append(Evidence(self.question, passage, text, context, best))
            first, first_above = end, end_above
        return found


def compare(
    question: Question, encoder: TokenEncoder, passages: Sequence[PassageTokens]
) -> Comparison:
    """Compare a question with passages, each distinct token once.

    Args:
        question: of q tokens.
        encoder: the model that all tokens are of.
        passages: the tokens of each passage.
    """
    texts = [passage.ids for passage in passages]
    tokens = [*texts, *(passage.context for passage in passages)]
    together = np.concatenate(tokens) if tokens else np.empty(0, np.int32)
    distinct, inverse = np.unique(together, return_inverse=True)
    found = similarity(question, encoder, distinct)[:, inverse]
    text, context = np.split(found, [sum(map(len, texts))], axis=1)
    return Comparison(question, passages, text, context, best_of_runs(text, [*map(len, texts)]).T)


def compare_texts(
    question: Question, encoder: TokenEncoder, texts: Sequence[str]
) -> list[Evidence]:
    """Compare a question with texts that have no context.

    Args:
        question: of q tokens.
        encoder: the model that the question's tokens are of.
        texts: to be cut into tokens.
    """
    nothing = np.empty(0, np.int32)
    passages = [PassageTokens(tokens.ids, nothing) for tokens in encoder.tokens(texts)]
    return compare(question, encoder, passages).evidence()


def best_of_runs(
    similarities: FloatArray, lengths: Sequence[int] | NDArray[np.int64]
) -> FloatArray:
    """Return the best match of each question token in each run of tokens, ``(q, runs)``.

    Args:
        similarities: ``(q, t)`` with the tokens of the runs, one run after another.
        lengths: ``(runs,)`` the tokens of each run; an empty run matches nothing.
    """
    best = np.zeros((len(similarities), len(lengths)), dtype=np.float32)
    lengths = np.asarray(lengths, dtype=np.int64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        starts = (np.cumsum(lengths) - lengths)[filled]
        best[:, filled] = np.maximum.reduceat(similarities, starts, axis=1)
    return best
