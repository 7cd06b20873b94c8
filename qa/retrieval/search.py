"""From a query to ranked passages.

Candidates come from two legs: BM25 over words, or over characters and their pairs in scripts
without spaces, and the nearest vectors. Their scores are put on one scale and added, and the
order of the best is refined by token matching. The steps are functions over arrays, in
:mod:`qa.retrieval.ranking`; a :class:`Session` reads what they need.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from embeddings import TokenEncoder
from embeddings.index.flat import Mask
from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray
from qa.language.scripts import in_other_script, script_balances
from qa.results import PassageId
from qa.retrieval.evidence import (
    Comparison,
    Evidence,
    Question,
    compare,
    inverse_document_frequency,
    question_of,
)
from qa.retrieval.matching import Matches, match, occurrences
from qa.retrieval.ranking import CONTEXTUAL, STATIC, Ranking, bridge, combine, fuse, order_by_score
from qa.storage.protocols import Backend, State
from qa.storage.records import PassageTokens

Legs = Literal["lexical", "dense", "fusion", "full"]

# A search goes by words and static vectors alone unless so many of the passages that these
# find first have been read by the contextual model.
_MUST_BE_READ = 10

# The dense leg runs beside the lexical one: both spend their time outside the interpreter.
_BESIDE = ThreadPoolExecutor(max_workers=32, thread_name_prefix="dense-leg")


class Candidate(NamedTuple):
    """A passage with the scores that ranked it.

    A tuple, because a question makes two hundred of them.

    Attributes:
        row: of the passage in the indexes.
        id: of the passage.
        score: by which the candidates are ordered.
        lexical: its BM25, 0 if that leg did not propose it.
        dense: its cosine with the query by the static model.
        contextual: its cosine by the contextual model; 0 without one.
        sentence: the cosine of its best sentence by that model; 0 beyond the candidates that
            were matched.
        match: its token match in the best window; this and the next three are 0 beyond the
            candidates that were matched, see :class:`qa.retrieval.matching.Matches`.
        whole: its token match anywhere.
        exact: the weight of the question's tokens that occur in it.
        phrases: the weight of the question's pairs of neighbours that do.
        evidence: the similarity of its tokens with the question's; None beyond the
            candidates that were matched.
    """

    row: int
    id: PassageId
    score: float
    lexical: float
    dense: float
    contextual: float
    sentence: float
    match: float
    whole: float
    exact: float
    phrases: float
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that a search found, best first.

    Attributes:
        query: as searched.
        ranked: the passages.
        question: the tokens of the query.
        encoder: the model that the tokens are of.
        fingerprint: of the models that the search used, which the confidence depends on.
    """

    query: str
    ranked: tuple[Candidate, ...]
    question: Question
    encoder: TokenEncoder
    fingerprint: str

    def counterparts(self, candidate: Candidate) -> FloatArray:
        """Return the best match of each question token in a candidate, ``(q,)``.

        Zeros beyond the candidates that were matched.
        """
        if candidate.evidence is None:
            return np.zeros_like(self.question.weights)
        return candidate.evidence.best


class Searcher:
    """Searches one library. Threads may share it.

    Args:
        backend: keeps the library.
        ranking: the constants; by default those for its models.
    """

    def __init__(self, backend: Backend, ranking: Ranking | None = None) -> None:
        self._backend = backend
        self._ranking = ranking

    @contextmanager
    def session(self, documents: Sequence[str] | None = None) -> Iterator["Session"]:
        """Open a session, in which all searches are of one committed state.

        Args:
            documents: ids, id prefixes or sources to search among; None for all.

        Raises:
            NoSuchDocument: one of ``documents`` is not there.
        """
        with self._backend.state(documents) as state:
            yield Session(state, self._ranking)


class Session:
    """Searches of one committed state; see :meth:`Searcher.session`.

    Args:
        state: of the library.
        ranking: the constants; by default those for the vectors that there are.
    """

    def __init__(self, state: State, ranking: Ranking | None = None) -> None:
        self._state = state
        self._ranking = ranking

    def search(
        self, queries: Sequence[str], legs: Legs = "full", depth: int = 0
    ) -> Iterator[Candidates]:
        """Yield the candidates for each of some queries, best first.

        The vectors of all queries are made in one go, which is what takes time with a
        transformer. Candidates hold a megabyte each, so that the caller should not keep many.

        Args:
            queries: questions as searched, not blank.
            legs: one leg alone or their fusion, for evaluation; ``full`` for the product.
            depth: let each leg propose at least so many.
        """
        for query in self._encoded(queries):
            yield self._search(query, legs, depth)

    def weigh(self, queries: Sequence[str], known: Sequence[Candidate]) -> Iterator[Candidates]:
        """Yield, for each of some queries, passages that are known already, best first.

        Nothing is searched: passages that no earlier search found are not among them. BM25,
        which only a search computes, is replaced by
        :func:`qa.retrieval.matching.occurrences`.

        Args:
            queries: other questions than those that the passages were found for.
            known: different passages that other searches found; those that they did not
                match are not matched here either.
        """
        known = sorted(known, key=lambda each: each.id)
        for query in self._encoded(queries):
            yield self._weigh(query, known)

    def _encoded(self, queries: Sequence[str]) -> Iterator["_Query"]:
        """Yield queries with their vectors."""
        models = self._state.models
        static = models.encode_queries(queries)
        has_contextual = self._state.has_contextual
        contextual = models.encode_query_meanings(queries) if has_contextual else static
        for query, *vectors in zip(queries, static, contextual, strict=True):
            yield _Query(query, *vectors)

    def _weigh(self, query: "_Query", known: Sequence[Candidate]) -> Candidates:
        """Rank known passages, in the order of their ids, by another query."""
        state, encoder = self._state, self._state.models.token_encoder
        rows = np.array([each.row for each in known], dtype=np.int64)
        # A row that is no longer there was removed since it was found.
        dense = np.nan_to_num(state.similarities(query.static, rows), nan=0.0)
        contextual = self._contextual(query, rows)
        mode = self._mode(is_read=not np.isnan(contextual).any())
        tokens = {
            place: each.evidence.tokens
            for place, each in enumerate(known)
            if each.evidence is not None
        }
        question = question_of_query(state, query.text)
        compared = compare(question, encoder, [*tokens.values()])
        matches = match(compared, mode.ranking.context_match)
        lexical = _spread(occurrences(compared, mode.ranking.context), [*tokens], len(known))
        coverage = float(matches.exact.max(initial=0.0))
        contextual = mode.contextual(contextual)
        scores = fuse(lexical, dense, contextual, coverage, mode.ranking)
        sentence = self._sentences(query, mode, rows, contextual, [*tokens])
        scores[[*tokens]] += combine(matches, sentence[[*tokens]], mode.ranking)
        ids = [each.id for each in known]
        legs = _Scores(scores, lexical, dense, contextual, sentence)
        ranked = _ranked(rows, ids, legs, [*tokens], matches, compared)
        return Candidates(query.text, ranked, question, encoder, mode.fingerprint)

    def _search(self, query: "_Query", legs: Legs, depth: int) -> Candidates:
        state = self._state
        proposed = self._propose(query, depth, legs)
        rows, lexical, dense = proposed.rows, proposed.lexical, proposed.dense
        question = question_of_query(state, query.text)
        encoder = state.models.token_encoder
        coverage = _exact_coverage(state, question, rows, lexical) if legs != "dense" else 1.0
        first = order_by_score(fuse(lexical, dense, np.zeros_like(dense), coverage, STATIC))
        mode = self._mode(is_read=not np.isnan(proposed.contextual[first[:_MUST_BE_READ]]).any())
        contextual = mode.contextual(proposed.contextual)
        nearness = contextual if mode.is_contextual else dense
        tokens_by_place: dict[int, PassageTokens] = {}
        ranking = mode.ranking
        if legs in ("lexical", "dense"):
            scores = lexical if legs == "lexical" else nearness
        else:
            scores = fuse(lexical, dense, contextual, coverage, ranking)
            # Those that may be among the best, whichever of them are in another script.
            near = order_by_score(scores)[: ranking.matched]
            near += order_by_score(nearness)[: ranking.bridged]
            read = sorted(set(near))
            tokens_by_place = dict(zip(read, state.tokens(rows[read].tolist()), strict=True))
            foreign = _foreign(encoder, question, tokens_by_place, len(rows))
            if foreign.any():
                raised = bridge(lexical, nearness, foreign)
                scores = fuse(raised, dense, contextual, coverage, ranking)
        matched = order_by_score(scores)[: ranking.matched] if legs == "full" else []
        compared = compare(question, encoder, [tokens_by_place[place] for place in matched])
        matches = match(compared, ranking.context_match)
        sentence = self._sentences(query, mode, rows, contextual, matched)
        scores[matched] += combine(matches, sentence[matched], ranking)
        by_leg = _Scores(scores, lexical, dense, contextual, sentence)
        ranked = _ranked(rows, proposed.ids, by_leg, matched, matches, compared)
        return Candidates(query.text, ranked, question, encoder, mode.fingerprint)

    def _mode(self, *, is_read: bool) -> "_Mode":
        """Return the constants to rank by.

        Args:
            is_read: whether the passages that matter have contextual vectors.
        """
        models = self._state.models
        if self._state.has_contextual and is_read:
            return _Mode(self._ranking or CONTEXTUAL, models.fingerprint, is_contextual=True)
        static = models.token_encoder.fingerprint
        return _Mode(self._ranking or STATIC, static, is_contextual=False)

    def _sentences(
        self,
        query: "_Query",
        mode: "_Mode",
        rows: IdArray,
        contextual: FloatArray,
        matched: Sequence[int],
    ) -> FloatArray:
        """Return the cosine of the best sentence of the matched passages, ``(n,)``, else 0.

        Args:
            query: as searched.
            mode: of the search.
            rows: ``(n,)`` of the passages.
            contextual: ``(n,)`` their own cosines, which count for one that is not read yet.
            matched: the places of those that are matched.
        """
        if not mode.is_contextual:
            return np.zeros(len(rows), dtype=np.float32)
        found = self._state.sentence_similarities(query.contextual, rows[matched])
        known = np.where(np.isnan(found), contextual[matched], found)
        return _spread(known, matched, len(rows))

    def _propose(self, query: "_Query", depth: int, legs: Legs) -> "_Proposed":
        """Return the passages that any leg proposes, in the order of their ids.

        Equal scores keep that order.
        """
        state, constants = self._state, self._ranking or STATIC
        depth = max(depth, constants.candidates)
        lexical_rows = dense_rows = np.empty(0, np.int64)
        bm25 = np.empty(0, np.float32)
        nearest = _BESIDE.submit(self._nearest, query, depth) if legs != "lexical" else None
        if legs != "dense":
            bm25, lexical_rows = state.lexical(query.text, depth, constants.context)
        if nearest is not None:
            dense_rows = nearest.result()
        rows = np.union1d(lexical_rows, dense_rows)
        # A passage whose vector is still to be made counts as no nearer than any other.
        cosines = state.similarities(query.static, rows)
        known = cosines[~np.isnan(cosines)]
        cosines = np.nan_to_num(cosines, nan=float(known.min()) if len(known) else 0.0)
        contextual = self._contextual(query, rows)
        lexical = np.zeros(len(rows), dtype=np.float32)
        lexical[np.searchsorted(rows, lexical_rows)] = bm25
        # A row that is no longer there was removed since it was proposed.
        ids_by_row = state.passage_ids(rows.tolist())
        places = enumerate(rows.tolist())
        present = sorted((ids_by_row[row], place) for place, row in places if row in ids_by_row)
        kept = [place for _, place in present]
        ids = [passage for passage, _ in present]
        return _Proposed(rows[kept], ids, lexical[kept], cosines[kept], contextual[kept])

    def _contextual(self, query: "_Query", rows: IdArray) -> FloatArray:
        """Return the contextual cosine of each row ``(n,)``; NaN if it has none."""
        if not self._state.has_contextual:
            return np.full(len(rows), np.nan, dtype=np.float32)
        return self._state.contextual_similarities(query.contextual, rows)

    def _nearest(self, query: "_Query", depth: int) -> IdArray:
        """Return the rows nearest to a query by each model."""
        near = self._state.dense(query.static, depth)
        if not self._state.has_contextual:
            return near
        return np.union1d(near, self._state.contextual(query.contextual, depth))


@dataclass(frozen=True, slots=True)
class _Mode:
    """The constants of one search, by the vectors that the passages have.

    Attributes:
        ranking: the constants.
        fingerprint: of the models that the search uses, for the confidence.
        is_contextual: whether contextual vectors count.
    """

    ranking: Ranking
    fingerprint: str
    is_contextual: bool

    def contextual(self, cosines: FloatArray) -> FloatArray:
        """Return the cosines of n passages as they count, ``(n,)``.

        One that is still to be read counts as near as the others are on average.
        """
        known = cosines[~np.isnan(cosines)]
        if not self.is_contextual or not len(known):
            return np.zeros(len(cosines), dtype=np.float32)
        return np.nan_to_num(cosines, nan=float(known.mean()))


class _Query(NamedTuple):
    """A query and its unit vectors ``(dimension,)`` by the static and the contextual model.

    They are one and the same where no passage has contextual vectors.
    """

    text: str
    static: FloatArray
    contextual: FloatArray


class _Scores(NamedTuple):
    """The scores of n passages, all ``(n,)``: the sum, and those of each leg."""

    total: FloatArray
    lexical: FloatArray
    dense: FloatArray
    contextual: FloatArray
    sentence: FloatArray


class _Proposed(NamedTuple):
    """The passages that the legs of a search propose, all ``(n,)``.

    Attributes:
        rows: of the passages in the indexes.
        ids: of the passages.
        lexical: their BM25, 0 where that leg did not propose them.
        dense: their cosines with the query by the static model.
        contextual: likewise by the contextual model; NaN where it has not read them.
    """

    rows: IdArray
    ids: list[PassageId]
    lexical: FloatArray
    dense: FloatArray
    contextual: FloatArray


def _ranked(
    rows: IdArray,
    ids: Sequence[PassageId],
    scores: "_Scores",
    matched: Sequence[int],
    matches: Matches,
    compared: Comparison,
) -> tuple[Candidate, ...]:
    """Return n passages as candidates, best first.

    Args:
        rows: ``(n,)`` of the passages.
        ids: of the passages.
        scores: of the passages.
        matched: the places of those that were matched.
        matches: of these.
        compared: these with the question.
    """
    order = order_by_score(scores.total)
    figures = (matches.window, matches.whole, matches.exact, matches.phrases)
    columns = (*scores, *(_spread(f, matched, len(rows)) for f in figures))
    ranked = map(
        Candidate,
        rows[order].tolist(),
        [ids[place] for place in order],
        *(column[order].tolist() for column in columns),
        map(dict(zip(matched, compared.evidence(), strict=True)).get, order),
    )
    return tuple(ranked)


def _spread(values: FloatArray, places: Sequence[int], count: int) -> FloatArray:
    """Return ``count`` values: the given ones in their places, zeros elsewhere."""
    spread = np.zeros(count, dtype=np.float32)
    spread[places] = values
    return spread


def _foreign(
    encoder: TokenEncoder,
    question: Question,
    tokens_by_place: Mapping[int, PassageTokens],
    count: int,
) -> Mask:
    """Return which of ``count`` passages are known to be in another script than the question.

    Args:
        encoder: the model that all tokens are of.
        question: the question.
        tokens_by_place: of those passages that were read.
        count: of all passages.

    Returns:
        ``(count,)``.
    """
    asked, *passages = script_balances(
        encoder, [question.ids, *(tokens.ids for tokens in tokens_by_place.values())]
    )
    foreign = np.zeros(count, dtype=bool)
    foreign[list(tokens_by_place)] = in_other_script(asked, np.array(passages))
    return foreign


def _exact_coverage(state: State, question: Question, rows: IdArray, lexical: FloatArray) -> float:
    """Return the weight of the question's tokens that occur in the lexically best passage.

    It is 1 if no token has any weight, which says nothing about the language.
    """
    if not question.weights.any():
        return 1.0
    if not lexical.any():
        return 0.0
    best = int(rows[lexical.argmax()])
    (tokens,) = state.tokens([best])
    return float(question.weights[np.isin(question.ids, tokens.ids)].sum())


def question_of_query(state: State, query: str) -> Question:
    """Return the tokens of a query, weighted by how rare they are in a library."""
    encoder = state.models.token_encoder
    tokens = encoder.tokens([query])[0]
    counts = state.token_counts(tokens.ids)
    idf = inverse_document_frequency(counts, state.passage_count)
    return question_of(encoder, tokens.ids, idf)
