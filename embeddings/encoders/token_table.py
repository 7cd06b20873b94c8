"""A static model's table: a vector for each token, and how alike tokens are.

The rows stay as they are stored, eight bits a number perhaps; what a question needs of
them is widened to float32 piece by piece.
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.spelling import word_vectors
from embeddings.protocols import FloatArray, IntArray
from embeddings.vectors import unit_rows

# Few enough that a piece stays in the processor's cache and in memory that the process
# has already: asking the system for new pages took three times as long as the products.
_ROWS_AT_ONCE = 64
_ROWS_ADDED_AT_ONCE = 4096  # of a long text, or of all


class TokenTable:
    """The vectors of tokens, those of words beyond the table among them.

    Threads may share it.

    Args:
        rows: ``(V, dimension)`` as they are stored.
        weights: ``(V,)`` float32, what each is multiplied by.
    """

    def __init__(self, rows: NDArray[Any], weights: FloatArray) -> None:
        self._rows = rows
        self._weights = weights
        # What makes each row's vector one of length one; NaN until it is asked for.
        self._scales = np.full(len(rows), np.nan, dtype=np.float32)

    def __len__(self) -> int:
        """How many tokens are in the table."""
        return len(self._rows)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def add_up(self, ids: IntArray, vector: FloatArray) -> None:
        """Add the vectors of tokens to one of zeros: of their mean, only the length differs."""
        for start in range(0, len(ids), _ROWS_ADDED_AT_ONCE):
            some = ids[start : start + _ROWS_ADDED_AT_ONCE]
            vector += self._weights[some] @ self._rows[some].astype(np.float32)

    def vectors(self, ids: IntArray) -> tuple[FloatArray, FloatArray]:
        """Unit vectors ``(n, dimension)`` and the lengths ``(n,)`` they had.

        A word beyond the table counts as much as the table's tokens do on average.
        """
        beyond = ids >= len(self._rows)
        if not beyond.any():
            return unit_rows(self._rows[ids] * self._weights[ids, np.newaxis])
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        lengths = np.full(len(ids), self._usual_length, dtype=np.float32)
        vectors[~beyond], lengths[~beyond] = self.vectors(ids[~beyond])
        vectors[beyond] = word_vectors(ids[beyond], self.dimension)
        return vectors, lengths

    def cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """The cosine of each of q unit vectors ``(q, dimension)`` with each token, ``(q, n)``."""
        found = np.empty((len(units), len(ids)), dtype=np.float32)
        beyond = ids >= len(self._rows)
        if beyond.any():
            found[:, ~beyond] = self.cosines(units, ids[~beyond])
            found[:, beyond] = units @ word_vectors(ids[beyond], self.dimension).T
            return found
        self._learn_scales(ids)
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            piece = ids[start : start + _ROWS_AT_ONCE]
            found[:, start : start + len(piece)] = units @ self._rows[piece].astype(np.float32).T
        found *= self._scales[ids]
        return found

    def _learn_scales(self, ids: IntArray) -> None:
        """See to it that the scales of tokens are known."""
        unknown = ids[np.isnan(self._scales[ids])]
        for start in range(0, len(unknown), _ROWS_AT_ONCE):
            piece = unknown[start : start + _ROWS_AT_ONCE]
            _, lengths = unit_rows(self._rows[piece].astype(np.float32))
            lengths[lengths == 0] = 1
            self._scales[piece] = np.sign(self._weights[piece]) / lengths

    @cached_property
    def _usual_length(self) -> float:
        """The mean length of the tokens' vectors."""
        ids = np.arange(len(self._rows), dtype=np.int32)
        pieces = np.array_split(ids, -(-len(ids) // _ROWS_ADDED_AT_ONCE))
        return float(np.concatenate([self.vectors(piece)[1] for piece in pieces]).mean())
