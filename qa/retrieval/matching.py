"""Token matching: how well the words of a question find counterparts in passages.

Each token of the question is paired with the most similar token of the passage; the
pairs are weighted and averaged, in the best window of the passage. It refines the order of
the best candidates of a search.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import FloatArray, IntArray
from qa.retrieval.evidence import Comparison, Question, best_of_runs

_BLOCK = 10  # tokens; windows begin at multiples of it
_BLOCKS_PER_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Matches:
    """The matches of n passages with a question, all from 0 to 1.

    Attributes:
        window: ``(n,)`` in the best window of 30 tokens, together with the context.
        whole: ``(n,)`` anywhere in the text or the context.
        exact: ``(n,)`` the weight of the question's tokens that occur in the text.
        phrases: ``(n,)`` the weight of the question's pairs of neighbouring tokens that
            occur in the text as neighbours too.
    """

    window: FloatArray
    whole: FloatArray
    exact: FloatArray
    phrases: FloatArray


def match(compared: Comparison, context_weight: float) -> Matches:
    """Match each passage: in its best window, as a whole and word for word.

    Args:
        compared: the question and n passages.
        context_weight: how much a counterpart in the context counts, beside 1 in the text.
    """
    question, passages = compared.question, compared.passages
    window, whole, exact, phrases = np.zeros((4, len(passages)), dtype=np.float32)
    found = Matches(window, whole, exact, phrases)
    filled = [i for i, passage in enumerate(passages) if len(passage.ids)]
    if not filled or not len(question.ids):
        return found
    lengths = np.array([len(passages[i].ids) for i in filled])
    first_token = np.cumsum(lengths) - lengths
    headings = [len(passage.context) for passage in passages]
    above = best_of_runs(compared.context, headings)[:, filled]
    above *= context_weight
    window[filled] = _best_windows(question, compared.text, lengths, above)
    whole[filled] = question.weights @ np.maximum(compared.best[filled].T, above)
    ids = np.concatenate([passages[i].ids for i in filled])
    same = question.ids[:, np.newaxis] == ids
    exact[filled] = question.weights @ np.logical_or.reduceat(same, first_token, axis=1)
    phrases[filled] = _phrases(question, same, first_token)
    return found


def occurrences(compared: Comparison, context_weight: float) -> FloatArray:
    """Return the idf of the question's tokens that occur in each passage, ``(n,)``, of no scale.

    It replaces BM25 where passages are compared without a search.

    Args:
        compared: the question and n passages.
        context_weight: how much a token in the context counts, beside 1 in the text.
    """
    question, passages = compared.question, compared.passages
    distinct, first = np.unique(question.ids, return_index=True)
    idf = question.weights[first] / np.maximum(question.lengths[first], 1e-6)
    found = np.zeros(len(passages), dtype=np.float32)
    for part, weight in (("ids", 1.0), ("context", context_weight)):
        runs: list[IntArray] = [getattr(passage, part) for passage in passages]
        together = np.concatenate(runs) if runs else np.empty(0, np.int32)
        same = (distinct[:, np.newaxis] == together).astype(np.float32)
        found += weight * (idf @ best_of_runs(same, [*map(len, runs)]))
    return found


def _best_windows(
    question: Question, text: FloatArray, lengths: NDArray[np.int64], above: FloatArray
) -> FloatArray:
    """Return the match of each passage's best window, ``(passages,)``.

    Args:
        question: of q tokens.
        text: ``(q, t)`` the similarities of the passages' tokens, one after another.
        lengths: ``(passages,)`` the tokens of each passage, at least 1.
        above: ``(q, passages)`` what the context of each adds to every window.
    """
    blocks_of = -(-lengths // _BLOCK)
    owner = np.repeat(np.arange(len(lengths)), blocks_of)  # passage of each block
    first_block = np.cumsum(blocks_of) - blocks_of
    first_token = np.cumsum(lengths) - lengths
    starts = first_token[owner] + _BLOCK * (np.arange(len(owner)) - first_block[owner])
    blocks = np.maximum.reduceat(text, starts, axis=1)  # (q, blocks)
    windows = blocks.copy()
    for shift in range(1, min(_BLOCKS_PER_WINDOW, len(owner))):
        same = owner[shift:] == owner[:-shift]
        np.maximum(windows[:, :-shift], blocks[:, shift:], where=same, out=windows[:, :-shift])
    windows = np.maximum(windows, above[:, owner])
    best: FloatArray = np.maximum.reduceat(question.weights @ windows, first_block)
    return best


def _phrases(
    question: Question, same: NDArray[np.bool_], first_token: NDArray[np.int64]
) -> FloatArray:
    """Return the weight of the question's neighbours that are neighbours in each passage.

    Args:
        question: of q tokens.
        same: ``(q, t)`` where a question token occurs; changed in place.
        first_token: ``(passages,)`` where each passage begins.

    Returns:
        ``(passages,)``, from 0 to 1.
    """
    if len(question.ids) < 2:
        return np.zeros(len(first_token), dtype=np.float32)
    neighbours = same[:-1]
    neighbours[:, :-1] &= same[1:, 1:]
    neighbours[:, first_token - 1] = False  # the last token of a passage has no neighbour
    weights = question.weights[:-1] + question.weights[1:]
    pairs = np.logical_or.reduceat(neighbours, first_token, axis=1)
    phrases: FloatArray = weights @ pairs / max(float(weights.sum()), 1e-9)
    return phrases
