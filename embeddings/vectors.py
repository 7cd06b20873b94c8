"""Unit length, which is what makes an inner product a similarity."""

import numpy as np

from embeddings.protocols import FloatArray


def unit_rows(vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows brought to unit length; zero rows stay zero.

    Args:
        vectors: ``(n, dimension)`` float32.

    Returns:
        the rows ``(n, dimension)`` and the lengths ``(n,)`` they had, float32.
    """
    norms: FloatArray = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    divisors: FloatArray = np.where(norms > 0, norms, 1).astype(np.float32)
    return vectors / divisors[:, np.newaxis], norms
