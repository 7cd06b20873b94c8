"""The state of a library in Milvus, as one search reads it.

Milvus has no snapshot over several requests. Each request is strongly consistent, so a
search sees nothing older than its question; a document removed meanwhile is missing.
"""

from collections.abc import Sequence

import numpy as np

from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.results import PassageId
from qa.storage.milvus.connection import MOST_FOUND, Connection, FoundRow, Row, one_of
from qa.storage.milvus.packing import encoded_terms, unpacked
from qa.storage.milvus.reading import Reader
from qa.storage.milvus.statistics import Statistics
from qa.storage.models import Models
from qa.storage.records import NO_TOKENS, PassageTokens, RankedRows

_FIELDS = ("row", "document_id", "number", "vector", "tokens", "context_tokens")
# A passage that matches by its title alone may rank low among those under the same title.
_CONTEXT_DEPTH = 4
_WIDER = 4  # times as many, where too many of the found passages have no source

_Found = list[FoundRow]


class MilvusState:
    """The library as one search reads it. Its two legs alone may run side by side.

    Args:
        connection: to the server.
        reader: of the library.
        passages: the collection in use.
        models: that it is of.
        statistics: of its tokens.
        documents: ids to search among; None for all.
    """

    def __init__(
        self,
        connection: Connection,
        reader: Reader,
        passages: str,
        models: Models,
        statistics: Statistics,
        documents: Sequence[str] | None,
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._passages = passages
        self._statistics = statistics
        self._filter = "" if documents is None else one_of("document_id", documents)
        self._nothing = documents is not None and not documents
        self._there: dict[str, bool] = {}  # by document id: whether a source leads to it
        self._rows: dict[int, Row] = {}
        self.models = models

    @property
    def passage_count(self) -> int:
        """The number of passages of the library, searched or not."""
        return self._statistics.passages

    def lexical(self, query: str, k: int, context_weight: float) -> RankedRows:
        """Return the best ``k`` rows by BM25 over both fields."""
        words = encoded_terms(query)
        if not words:
            return RankedRows(np.empty(0, np.float32), np.empty(0, np.int64))
        texts, contexts = self._search("terms_bm25", words, k), []
        if context_weight > 0:
            contexts = self._search("context_terms_bm25", words, _CONTEXT_DEPTH * k)
        scores: dict[int, float] = {}
        for weight, found in ((1.0, texts), (context_weight, contexts)):
            for score, row in found:
                # Milvus returns BM25 itself, Milvus Lite a negative distance.
                scores[row["row"]] = scores.get(row["row"], 0.0) + weight * abs(score)
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]
        return RankedRows(
            np.array([score for _, score in best], dtype=np.float32),
            np.array([row for row, _ in best], dtype=np.int64),
        )

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """Return the ``k`` rows nearest to a unit vector, best first."""
        found = self._search("vector", vector.tolist(), k)
        return np.array([row["row"] for _, row in found], dtype=np.int64)

    def _search(self, field: str, wanted: str | list[float], k: int) -> _Found:
        """Return the best ``k`` passages by one index whose documents exist."""
        if self._nothing:
            return []
        depth = k
        while True:
            found = self._connection.search(
                self._passages, field, wanted, depth, self._filter, ["document_id"]
            )
            self._look_for([row["document_id"] for _, row in found])
            there = [one for one in found if self._there[one.row["document_id"]]]
            if len(there) >= k or len(found) < depth or depth == MOST_FOUND:
                return there[:k]
            depth = min(_WIDER * depth, MOST_FOUND)

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row with a unit vector; NaN for a row that is gone."""
        self._fetch(rows.tolist())
        cosines = np.full(len(rows), np.nan, dtype=np.float32)
        there = [i for i, row in enumerate(rows.tolist()) if row in self._rows]
        if there:
            vectors = np.array([self._rows[int(rows[i])]["vector"] for i in there], np.float32)
            cosines[there] = vectors @ vector
        return cosines

    @property
    def has_contextual(self) -> bool:
        """False: contextual vectors are not kept in Milvus yet."""
        return False

    def contextual(self, vector: FloatArray, k: int) -> IdArray:  # noqa: ARG002
        """Return nothing: contextual vectors are not kept in Milvus yet."""
        return np.empty(0, np.int64)

    def contextual_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:  # noqa: ARG002
        """Return NaN for each row; see :meth:`contextual`."""
        return np.full(len(rows), np.nan, dtype=np.float32)

    def sentence_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return NaN for each row; see :meth:`contextual`."""
        return self.contextual_similarities(vector, rows)

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """Return the passage ids of the rows that exist, by row."""
        self._fetch(rows)
        return {
            row: PassageId.of(self._rows[row]["document_id"], self._rows[row]["number"])
            for row in rows
            if row in self._rows
        }

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """Return the tokens of each row's passage, none for a row that is gone."""
        self._fetch(rows)
        held = [self._rows.get(row) for row in rows]
        long = [row["row"] for row in held if row is not None and not row["tokens"]]
        cut = dict(zip(long, self._tokenized(long), strict=True)) if long else {}
        return [
            NO_TOKENS
            if row is None
            else PassageTokens(
                cut.get(row["row"], unpacked(row["tokens"])), unpacked(row["context_tokens"])
            )
            for row in held
        ]

    def token_counts(self, tokens: IntArray) -> IntArray:
        """Return the number of the library's passages that have each token."""
        return self._statistics.counts_of(tokens)

    def _tokenized(self, rows: Sequence[int]) -> list[IntArray]:
        """Return the tokens of passages that have too many for a field, or none at all."""
        passages = self._reader.passages(self._passages, rows)
        texts = [passages[row].text if row in passages else "" for row in rows]
        return [found.ids for found in self.models.token_encoder.tokens(texts)]

    def _look_for(self, documents: Sequence[str]) -> None:
        """Look up which of some documents exist."""
        if unknown := {document for document in documents if document not in self._there}:
            held = self._reader.sources_of(unknown)
            self._there.update({document: document in held for document in unknown})

    def _fetch(self, rows: Sequence[int]) -> None:
        """Read the rows that are not known yet and whose documents exist."""
        if unknown := [row for row in rows if row not in self._rows]:
            found = self._connection.get(self._passages, unknown, _FIELDS)
            self._look_for([row["document_id"] for row in found])
            self._rows.update({row["row"]: row for row in found if self._there[row["document_id"]]})
