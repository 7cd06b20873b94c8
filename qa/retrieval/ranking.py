"""The formula of the ranking: its constants, and its steps as functions over arrays.

:mod:`qa.retrieval.search` reads what they need.
"""

from dataclasses import dataclass

import numpy as np

from embeddings.index.flat import Mask
from embeddings.protocols import FloatArray
from qa.retrieval.matching import Matches


@dataclass(frozen=True, slots=True)
class Ranking:
    """The constants of the ranking.

    ``coverage``, ``dense``, ``match``, ``whole`` and ``phrases`` were fitted by
    ``benchmarks/fit_ranking.py``, for the mean nDCG@10 over eight sets: on every fourth
    question of xquad-zh, xquad-en (each also with the passages of the other), cmrc2018-dev,
    drcd-dev and stard, and on all questions of lawbench-consult. The figures that
    ``benchmarks/quality.py`` reports for these sets include the questions fitted on. The
    other constants are not among those that it tries.

    Attributes:
        lexical: weight of a passage's BM25, divided by the query's best.
        coverage: the share of the question that its lexically best passage must hold
            word for word for BM25 to have its full weight; if it holds less, the weight
            shrinks in proportion. A question in another language than the passages shares a
            figure or a name with some of them, which says little.
        dense: weight of its cosine by the static model.
        contextual: weight of its cosine by the contextual model.
        sentence: weight of the cosine of its best sentence by that model.
        match: weight of its token match in the best window.
        whole: weight of its token match anywhere.
        phrases: weight of the question's pairs of neighbouring tokens that occur in it.
        context: weight in BM25 of title, author and headings, beside 1 for the text.
        context_match: the same in the token match.
        candidates: how many passages each leg proposes.
        matched: how many of the best are matched token by token.
        bridged: how many of the best by cosine are examined for being in another script than
            the question, beside those that would be matched.
    """

    lexical: float = 0.5
    coverage: float = 0.3
    dense: float = 0.6
    contextual: float = 0.0
    sentence: float = 0.0
    match: float = 0.9
    whole: float = 0.2
    phrases: float = 0.8
    context: float = 0.5
    context_match: float = 0.7
    candidates: int = 100
    matched: int = 50
    bridged: int = 20


#: For a library with a static model alone.
STATIC = Ranking()
#: For a library whose passages have contextual vectors beside the static ones.
CONTEXTUAL = Ranking(
    lexical=0.25, dense=0.25, contextual=1.5, sentence=1.0, match=0.8, whole=0.2, phrases=0.25
)


def fuse(
    lexical: FloatArray,
    dense: FloatArray,
    contextual: FloatArray,
    coverage: float,
    ranking: Ranking,
) -> FloatArray:
    """Return max-normalised scores, ``a * min(1, c / c0) * bm25 / max(bm25) + b * cosine``.

    Dividing by the best of the query puts BM25 on the scale of the cosine and keeps its
    proportions, which rank-based fusion (RRF) discards; see Bruch et al. 2023,
    "An Analysis of Fusion Functions for Hybrid Retrieval".

    Args:
        lexical: ``(n,)`` BM25 of each passage, 0 where that leg did not propose it.
        dense: ``(n,)`` static cosine of each passage.
        contextual: ``(n,)`` contextual cosine of each.
        coverage: the share of the question in the lexically best passage, 0 to 1.
        ranking: the constants.

    Returns:
        ``(n,)``.
    """
    best = float(lexical.max(initial=0.0))
    share = lexical / best if best > 0 else lexical
    trust = min(1.0, coverage / ranking.coverage)
    cosines = ranking.dense * dense + ranking.contextual * contextual
    return (ranking.lexical * trust * share + cosines).astype(np.float32)


def bridge(lexical: FloatArray, dense: FloatArray, foreign: Mask) -> FloatArray:
    """Return BM25, raised for passages in another script than the question, ``(n,)``.

    These share no word with the question whatever they say, while all in its own script
    share its commonest words. So BM25 of a foreign passage is at least
    ``max(bm25) * (cosine / max(cosine))²``; the square leaves little to mediocre cosines.

    Args:
        lexical: ``(n,)`` BM25 of each passage.
        dense: ``(n,)`` cosine of each passage.
        foreign: ``(n,)`` which passages are in another script, see :mod:`qa.language.scripts`.
    """
    best = float(dense.max(initial=0.0))
    if best <= 0:
        return lexical
    least = lexical.max() * np.square(np.maximum(dense, 0.0) / best)
    return np.where(foreign, np.maximum(lexical, least), lexical).astype(np.float32)


def combine(matches: Matches, sentence: FloatArray, ranking: Ranking) -> FloatArray:
    """Return what the token matching and the best sentence add to the scores, ``(n,)``.

    An answer would be in the best window, the whole passage shows what it is about, and
    words in the question's own order are hardly there by chance.
    """
    added: FloatArray = (
        ranking.match * matches.window
        + ranking.whole * matches.whole
        + ranking.phrases * matches.phrases
        + ranking.sentence * sentence
    )
    return added


def order_by_score(scores: FloatArray) -> list[int]:
    """Return places from best to worst; equal scores keep their order, which should be by id."""
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return order
