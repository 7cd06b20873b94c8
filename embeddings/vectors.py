"""Unit vectors, whose inner product is their similarity."""

from typing import NamedTuple

import numpy as np

from embeddings.protocols import FloatArray


class UnitRows(NamedTuple):
    """Rows ``(n, dimension)`` of length one, and the lengths ``(n,)`` that they had, float32."""

    rows: FloatArray
    lengths: FloatArray


def unit_rows(vectors: FloatArray) -> UnitRows:
    """Return the rows at unit length; zero rows stay zero.

    Args:
        vectors: ``(n, dimension)`` float32.
    """
    lengths: FloatArray = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    divisors: FloatArray = np.where(lengths > 0, lengths, 1).astype(np.float32)
    return UnitRows(vectors / divisors[:, np.newaxis], lengths)
