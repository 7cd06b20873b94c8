"""Token matching: how well the words of a question find a counterpart in a passage.

Each question token is matched to the passage token most similar to it; the matches
are weighted and averaged, in the best window of a passage. It refines the order of
the best candidates, chooses the answering sentences, and what matched is what the
highlights show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from embeddings import TokenEncoder
from embeddings.protocols import FloatArray, IntArray
from qa.storage.records import PassageTokens

# The products are too small to share among cores: waking them took ten times as long
# as the product itself on a busy machine.
_BLAS = ThreadpoolController().select(user_api="blas")

_BLOCK = 10  # tokens; windows begin at multiples of it
_BLOCKS_PER_WINDOW = 3
_HEAVY = 12.0  # the learnt length of a word that says as much as a word can


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the matching sees it.

    Attributes:
        ids: ``(q,)`` its tokens.
        vectors: ``(q, dimension)`` their unit vectors.
        lengths: ``(q,)`` what these had, which is how much the model learnt that each matters.
        weights: ``(q,)`` what each token counts, summing to 1 (or no tokens at all).
    """

    ids: IntArray
    vectors: FloatArray
    lengths: FloatArray
    weights: FloatArray


def inverse_document_frequency(counts: IntArray, passages: int) -> FloatArray:
    """BM25's idf, ``log(1 + (N - n + .5) / (n + .5))``, ``(t,)`` for ``(t,)`` counts.

    Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", with Lucene's
    1 inside the logarithm, which keeps it above 0.
    """
    n = counts.astype(np.float32)
    idf: FloatArray = np.log1p((max(passages, 1) - np.minimum(n, passages) + 0.5) / (n + 0.5))
    return idf


def question_of(encoder: TokenEncoder, ids: IntArray, idf: FloatArray) -> Question:
    """A question's tokens with their weights: idf times the token vector's learnt norm."""
    vectors, lengths = encoder.token_vectors(ids)
    weights = idf * lengths
    total = float(weights.sum())
    return Question(ids, vectors, lengths, weights / total if total > 0 else weights)


def says_most(question: Question, counted: FloatArray) -> float:
    """What the one of a question's words says, 0 to 1, that says most.

    Args:
        question: of q tokens.
        counted: ``(q,)`` the share of each that counts, 0 to 1.
    """
    return float(np.minimum(question.lengths * counted / _HEAVY, 1.0).max(initial=0.0))


def similarity(question: Question, encoder: TokenEncoder, ids: IntArray) -> FloatArray:
    """Squared cosine of every question token with every other, negatives as 0.

    Args:
        question: of q tokens.
        encoder: whose tokens they are.
        ids: ``(t,)`` the other tokens.

    Returns:
        ``(q, t)``, from 0 to 1.
    """
    with _BLAS.limit(limits=1):
        cosines = encoder.token_cosines(question.vectors, ids)
    squared: FloatArray = np.square(np.maximum(cosines, 0.0))
    return squared


@dataclass(frozen=True, slots=True)
class Matches:
    """How well each of n passages matches a question of q tokens, all from 0 to 1.

    Attributes:
        window: ``(n,)`` in the best window of 30 tokens, together with the context.
        whole: ``(n,)`` anywhere in the text or the context.
        exact: ``(n,)`` the weight of the question's tokens that stand in the text as they
            are.
        phrases: ``(n,)`` the weight of the question's pairs of neighbouring tokens that
            stand in the text as neighbours too.
        counterparts: ``(n, q)`` the best counterpart of each question token in the text.
    """

    window: FloatArray
    whole: FloatArray
    exact: FloatArray
    phrases: FloatArray
    counterparts: FloatArray


def match_passages(
    question: Question,
    encoder: TokenEncoder,
    passages: Sequence[PassageTokens],
    context_weight: float,
) -> Matches:
    """How well each passage matches, in its best window, as a whole and word for word.

    Args:
        question: the question's tokens.
        encoder: gives the token vectors.
        passages: the tokens of each.
        context_weight: how much a counterpart in the context counts, beside 1.
    """
    n, q = len(passages), len(question.weights)
    window, whole, exact, phrases = np.zeros((4, n), dtype=np.float32)
    counterparts = np.zeros((n, q), dtype=np.float32)
    found = Matches(window, whole, exact, phrases, counterparts)
    filled = [i for i, passage in enumerate(passages) if len(passage.ids)]
    if not filled or not q:
        return found
    texts = [passages[i].ids for i in filled]
    contexts = [passages[i].context for i in filled]
    ids = np.concatenate(texts)
    distinct, inverse = np.unique(np.concatenate((ids, *contexts)), return_inverse=True)
    alike = similarity(question, encoder, distinct)
    matched = alike[:, inverse]  # (q, all tokens of texts, contexts)

    lengths = np.array([len(text) for text in texts])
    first_token = np.cumsum(lengths) - lengths
    under = _best_of_each(matched[:, len(ids) :], [len(context) for context in contexts])
    under *= context_weight
    window[filled] = _best_window(question, matched[:, : len(ids)], lengths, under)
    best = np.maximum.reduceat(matched[:, : len(ids)], first_token, axis=1)  # (q, passages)
    counterparts[filled] = best.T
    whole[filled] = question.weights @ np.maximum(best, under)

    same = question.ids[:, np.newaxis] == ids
    exact[filled] = question.weights @ np.logical_or.reduceat(same, first_token, axis=1)
    if q > 1:
        neighbours = same[:-1]
        neighbours[:, :-1] &= same[1:, 1:]
        neighbours[:, first_token - 1] = False  # the last of a passage has no neighbour
        weights = question.weights[:-1] + question.weights[1:]
        pairs = np.logical_or.reduceat(neighbours, first_token, axis=1)
        phrases[filled] = weights @ pairs / max(float(weights.sum()), 1e-9)
    return found


def _best_window(
    question: Question, matched: FloatArray, lengths: NDArray[np.int64], under: FloatArray
) -> FloatArray:
    """The match of each passage's best window, ``(passages,)``.

    Args:
        question: the question's tokens.
        matched: ``(q, t)`` the similarities of the passages' tokens, one after another.
        lengths: ``(passages,)`` how many tokens each passage has, at least 1.
        under: ``(q, passages)`` what the context of each gives to every window.
    """
    blocks_of = -(-lengths // _BLOCK)
    owner = np.repeat(np.arange(len(lengths)), blocks_of)  # passage of each block
    first_block = np.cumsum(blocks_of) - blocks_of
    first_token = np.cumsum(lengths) - lengths
    starts = first_token[owner] + _BLOCK * (np.arange(len(owner)) - first_block[owner])
    blocks = np.maximum.reduceat(matched, starts, axis=1)  # (q, blocks)
    windows = blocks.copy()
    for shift in range(1, min(_BLOCKS_PER_WINDOW, len(owner))):
        same = owner[shift:] == owner[:-shift]
        np.maximum(windows[:, :-shift], blocks[:, shift:], where=same, out=windows[:, :-shift])
    windows = np.maximum(windows, under[:, owner])
    best: FloatArray = np.maximum.reduceat(question.weights @ windows, first_block)
    return best


def _best_of_each(matched: FloatArray, lengths: Sequence[int]) -> FloatArray:
    """The best of each run of columns ``(q, len(lengths))``; 0 for an empty run."""
    best = np.zeros((len(matched), len(lengths)), dtype=np.float32)
    counts = np.array(lengths)
    filled = np.flatnonzero(counts)
    if len(filled):
        starts = (np.cumsum(counts) - counts)[filled]
        best[:, filled] = np.maximum.reduceat(matched, starts, axis=1)
    return best


def match_texts(question: Question, encoder: TokenEncoder, texts: Sequence[str]) -> FloatArray:
    """How well each of some short texts matches a question as a whole, ``(n,)``, 0 to 1."""
    kept = encoder.tokens(texts)
    if not texts or not len(question.ids):
        return np.zeros(len(texts), dtype=np.float32)
    alike = similarity(question, encoder, np.concatenate([tokens.ids for tokens in kept]))
    matched: FloatArray = question.weights @ _best_of_each(alike, [len(t.ids) for t in kept])
    return matched


def match_segments(matched: FloatArray, of_segment: NDArray[np.int64], count: int) -> FloatArray:
    """The best match of each question token within each segment of a passage.

    Args:
        matched: ``(q, t)``, see :func:`similarity`.
        of_segment: ``(t,)`` the segment (a sentence, say) of each passage token, ascending.
        count: how many segments there are.

    Returns:
        ``(count, q)``, from 0 to 1.
    """
    best = np.zeros((count, matched.shape[0]), dtype=np.float32)
    if matched.size:
        filled, first = np.unique(of_segment, return_index=True)
        best[filled] = np.maximum.reduceat(matched, first, axis=1).T
    return best
