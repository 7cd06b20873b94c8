"""A text's vector: the sum of its tokens' rows, normalised."""

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from embeddings.training.arrays import Floats


def unit(vectors: Floats) -> Floats:
    """Return each row at length one; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def encode(bags: csr_matrix, rows: Floats) -> Floats:
    """Return the unit vector of each bag of tokens."""
    return unit(np.asarray(bags @ rows, dtype=np.float32))
