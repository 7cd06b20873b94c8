"""The table of a static model: a vector for each token, and cosines of tokens.

The rows stay in memory as they are stored, perhaps in eight bits a number. The rows that a
question needs are converted to float32 piece by piece.
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.spelling import word_vectors
from embeddings.protocols import FloatArray, IntArray, TokenVectors
from embeddings.vectors import unit_rows

# A piece fits into the processor's cache and reuses memory of the process: requesting new
# pages from the system took three times as long as the products.
_ROWS_AT_ONCE = 64
_ROWS_ADDED_AT_ONCE = 4096  # of a long text, or of the whole table


class TokenTable:
    """The vectors of tokens, and of words beyond the table.

    Threads may share it.

    Args:
        rows: ``(V, dimension)`` as they are stored.
        weights: ``(V,)`` float32, the factor of each row.
    """

    def __init__(self, rows: NDArray[Any], weights: FloatArray) -> None:
        self._rows = rows
        self._weights = weights
        # The factor that brings each row to unit length; NaN until it is needed.
        self._scales = np.full(len(rows), np.nan, dtype=np.float32)

    def __len__(self) -> int:
        """Return the number of tokens in the table."""
        return len(self._rows)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def add_up(self, ids: IntArray, vector: FloatArray) -> None:
        """Add the vectors of tokens to a zero vector; it differs from their mean in length only."""
        for start in range(0, len(ids), _ROWS_ADDED_AT_ONCE):
            some = ids[start : start + _ROWS_ADDED_AT_ONCE]
            vector += self._weights[some] @ self._rows[some].astype(np.float32)

    def vectors(self, ids: IntArray) -> TokenVectors:
        """Return the vectors of tokens; a word beyond the table has the mean length."""
        beyond = ids >= len(self._rows)
        if not beyond.any():
            return TokenVectors(*unit_rows(self._rows[ids] * self._weights[ids, np.newaxis]))
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        lengths = np.full(len(ids), self._mean_length, dtype=np.float32)
        vectors[~beyond], lengths[~beyond] = self.vectors(ids[~beyond])
        vectors[beyond] = word_vectors(ids[beyond], self.dimension)
        return TokenVectors(vectors, lengths)

    def cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """Return the cosine of each unit vector ``(q, dimension)`` with each token, ``(q, n)``."""
        found = np.empty((len(units), len(ids)), dtype=np.float32)
        beyond = ids >= len(self._rows)
        if beyond.any():
            found[:, ~beyond] = self.cosines(units, ids[~beyond])
            found[:, beyond] = units @ word_vectors(ids[beyond], self.dimension).T
            return found
        self._compute_scales(ids)
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            piece = ids[start : start + _ROWS_AT_ONCE]
            found[:, start : start + len(piece)] = units @ self._rows[piece].astype(np.float32).T
        found *= self._scales[ids]
        return found

    def _compute_scales(self, ids: IntArray) -> None:
        """Compute the scales of tokens that are not known yet."""
        unknown = ids[np.isnan(self._scales[ids])]
        for start in range(0, len(unknown), _ROWS_AT_ONCE):
            piece = unknown[start : start + _ROWS_AT_ONCE]
            lengths = unit_rows(self._rows[piece].astype(np.float32)).lengths
            lengths[lengths == 0] = 1
            self._scales[piece] = np.sign(self._weights[piece]) / lengths

    @cached_property
    def _mean_length(self) -> float:
        """The mean length of the tokens' vectors."""
        ids = np.arange(len(self._rows), dtype=np.int32)
        pieces = np.array_split(ids, -(-len(ids) // _ROWS_ADDED_AT_ONCE))
        return float(np.concatenate([self.vectors(piece).lengths for piece in pieces]).mean())
