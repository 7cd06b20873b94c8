"""One committed state of a library in a folder, as a search reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.encoder import FloatArray, IntArray
from embeddings.index import IdArray
from qa.catalogue import Catalogue
from qa.indexes import Indexes
from qa.models import Models
from qa.passage_tokens import PassageTokens


@dataclass(frozen=True, slots=True)
class LocalState:
    """The :class:`qa.backend.State` of a folder; the store's transaction around it is open."""

    models: Models
    indexes: Indexes
    catalogue: Catalogue
    allowed: IdArray | None  # rows to search among

    @property
    def passage_count(self) -> int:
        """How many passages the library holds, searched or not."""
        return len(self.indexes.vectors)

    def lexical(self, query: str, k: int, context_weight: float) -> tuple[FloatArray, IdArray]:
        """The best rows by BM25."""
        return self.indexes.lexical.search(query, k, context_weight, self.allowed)

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """The nearest rows, best first."""
        _, rows = self.indexes.vectors.search(vector[None], k, self.allowed)
        nearest: IdArray = rows[0]
        return nearest

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """The cosine of each row with a vector."""
        return self.indexes.vectors.similarities(vector, rows)

    def passage_ids(self, rows: Sequence[int]) -> dict[int, str]:
        """The passage ids of the rows that are there."""
        return self.catalogue.passage_ids(rows)

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """The tokens of each row's passage."""
        return self.catalogue.tokens(rows, self.models.fingerprint)

    def token_counts(self, tokens: IntArray) -> IntArray:
        """In how many passages each token stands."""
        return self.catalogue.token_counts(tokens)
