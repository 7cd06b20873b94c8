"""From a query to ranked passages.

Candidates come from two legs, BM25 over characters and the nearest vectors. Their
scores are put on one scale and mixed, and the best are refined by token matching.
Each step is a function over arrays; :class:`Searcher` only fetches what they need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from embeddings import TokenEncoder
from embeddings.encoder import FloatArray
from embeddings.index import IdArray
from qa.backend import Backend, State
from qa.matching import Question, inverse_document_frequency, match_passages, question_of

Legs = Literal["lexical", "dense", "fusion", "full"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The constants of the ranking, fitted by ``benchmarks/fit_ranking.py``.

    Attributes:
        lexical: weight of a passage's BM25, divided by the query's best.
        coverage: the share of the question that its lexically best passage must hold
            word for word for BM25 to have its full weight; below, the weight shrinks in
            proportion. A question in another language than the passages shares a figure
            or a name with some of them, which says little.
        dense: weight of its cosine.
        match: weight of its token match.
        context: weight in BM25 of title, author and headings, beside 1 for the text.
        context_match: the same in the token match.
        candidates: how many passages each leg proposes.
        matched: how many of the best are matched token by token.
    """

    lexical: float = 0.5
    coverage: float = 0.4
    dense: float = 0.5
    match: float = 0.7
    context: float = 0.5
    context_match: float = 0.7
    candidates: int = 100
    matched: int = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with the scores that ranked it.

    Attributes:
        row: of the passage in the indexes.
        id: of the passage.
        score: what the order is by.
        lexical: its BM25, 0 if that leg did not propose it.
        dense: its cosine with the query.
        match: its token match, 0 beyond the ones that were matched.
        exact: the weight of the question's tokens that stand in it as they are.
    """

    row: int
    id: str
    score: float
    lexical: float
    dense: float
    match: float
    exact: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a search found, best first.

    Attributes:
        ranked: the passages.
        question: as the matching sees it.
        encoder: whose tokens the question's are.
    """

    ranked: tuple[Candidate, ...]
    question: Question
    encoder: TokenEncoder


def fuse(lexical: FloatArray, dense: FloatArray, coverage: float, ranking: Ranking) -> FloatArray:
    """Max-normalised fusion: ``a * min(1, c / c0) * bm25 / max(bm25) + b * cosine``, ``(n,)``.

    Dividing by the query's own best puts BM25 on the cosine's scale without touching
    its proportions, which rank-based fusion (RRF) throws away; see Bruch et al. 2023,
    "An Analysis of Fusion Functions for Hybrid Retrieval".

    Args:
        lexical: ``(n,)`` BM25 of each passage, 0 where that leg did not propose it.
        dense: ``(n,)`` cosine of each passage.
        coverage: the share of the question in the lexically best passage, 0 to 1.
        ranking: the constants.
    """
    best = float(lexical.max(initial=0.0))
    share = lexical / best if best > 0 else lexical
    trust = min(1.0, coverage / ranking.coverage)
    return (ranking.lexical * trust * share + ranking.dense * dense).astype(np.float32)


def order_by_score(scores: FloatArray, ids: Sequence[str]) -> list[int]:
    """Positions from best to worst; equal scores by id, so that the order is stable."""
    order: list[int] = np.lexsort((np.array(ids, dtype=np.str_), -scores)).tolist()
    return order


class Searcher:
    """Searches one library. Threads may share it.

    Args:
        backend: keeps the library.
        ranking: the constants.
    """

    def __init__(self, backend: Backend, ranking: Ranking) -> None:
        self._backend = backend
        self._ranking = ranking

    def search(
        self,
        query: str,
        documents: Sequence[str] | None = None,
        legs: Legs = "full",
        depth: int = 0,
    ) -> Candidates:
        """The candidates for a query, best first.

        Args:
            query: the question as searched, not blank.
            documents: ids, id prefixes or sources to search among; None for all.
            legs: one leg alone or their fusion, for evaluation; ``full`` for the product.
            depth: let each leg propose at least so many.

        Raises:
            NoSuchDocument: one of ``documents`` is not there.
        """
        return self.search_many([query], documents, legs, depth)[0]

    def search_many(
        self,
        queries: Sequence[str],
        documents: Sequence[str] | None = None,
        legs: Legs = "full",
        depth: int = 0,
    ) -> list[Candidates]:
        """The candidates for each of many queries, all of one committed state.

        Their vectors are made in one go, which is what takes time with a transformer.
        """
        with self._backend.state(documents) as state:
            vectors = state.models.encoder.encode_queries(queries)
            return [
                self._search(state, query, vector, legs, depth)
                for query, vector in zip(queries, vectors, strict=True)
            ]

    def _search(
        self, state: State, query: str, vector: FloatArray, legs: Legs, depth: int
    ) -> Candidates:
        ranking = self._ranking
        depth = max(depth, ranking.candidates)
        proposed = self._propose(state, query, vector, depth, legs)
        ids_by_row = state.passage_ids(proposed[0].tolist())
        # A row that is no longer there was removed since it was proposed.
        present = np.array([row in ids_by_row for row in proposed[0].tolist()], dtype=bool)
        rows, lexical, dense = (values[present] for values in proposed)
        ids = [ids_by_row[row] for row in rows.tolist()]
        question = _question(state, query)
        if legs in ("lexical", "dense"):
            scores = lexical if legs == "lexical" else dense
        else:
            scores = fuse(lexical, dense, _coverage(state, question, rows, lexical), ranking)
        order = order_by_score(scores, ids)
        match, exact = np.zeros_like(scores), np.zeros_like(scores)
        if legs == "full":
            best = order[: ranking.matched]
            tokens = state.tokens(rows[best].tolist())
            match[best], exact[best] = match_passages(
                question, state.models.token_encoder, tokens, ranking.context_match
            )
            scores = scores + ranking.match * match
            order = order_by_score(scores, ids)
        columns = (scores[order], lexical[order], dense[order], match[order], exact[order])
        best_ids = [ids[i] for i in order]
        ranked = tuple(
            map(Candidate, rows[order].tolist(), best_ids, *(c.tolist() for c in columns))
        )
        return Candidates(ranked, question, state.models.token_encoder)

    def _propose(
        self, state: State, query: str, vector: FloatArray, depth: int, legs: Legs
    ) -> tuple[IdArray, FloatArray, FloatArray]:
        """Rows that a leg proposes, with the BM25 and the cosine of each, all ``(n,)``."""
        lexical_rows = dense_rows = np.empty(0, np.int64)
        bm25 = np.empty(0, np.float32)
        if legs != "dense":
            bm25, lexical_rows = state.lexical(query, depth, self._ranking.context)
        if legs != "lexical":
            dense_rows = state.dense(vector, depth)
        rows = np.union1d(lexical_rows, dense_rows)
        cosines = state.similarities(vector, rows)
        present = ~np.isnan(cosines)  # a row may have been removed since it was proposed
        lexical = np.zeros(len(rows), dtype=np.float32)
        lexical[np.searchsorted(rows, lexical_rows)] = bm25
        return rows[present], lexical[present], cosines[present]


def _coverage(state: State, question: Question, rows: IdArray, lexical: FloatArray) -> float:
    """The weight of the question's tokens that stand in the lexically best passage.

    All of it where no token has any weight: that tells nothing about the language.
    """
    if not question.weights.any():
        return 1.0
    if not lexical.any():
        return 0.0
    best = int(rows[lexical.argmax()])
    ((tokens, _),) = state.tokens([best])
    return float(question.weights[np.isin(question.ids, tokens)].sum())


def _question(state: State, query: str) -> Question:
    encoder = state.models.token_encoder
    tokens = encoder.tokens([query])[0]
    counts = state.token_counts(tokens.ids)
    idf = inverse_document_frequency(counts, state.passage_count)
    return question_of(encoder, tokens.ids, idf)
