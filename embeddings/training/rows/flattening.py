"""Flattening: the lengths of the rows are brought closer to one another.

The length of a row is the weight of its word in a text. In a sentence of a few words, one
long row alone would decide the vector.
"""

import numpy as np

from embeddings.training.arrays import Floats


def flattened(rows: Floats, power: float) -> Floats:
    """Return the rows with each length divided by a power of itself; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    usual = lengths[lengths > 0].mean()
    shares = (np.maximum(lengths, np.finfo(np.float32).tiny) / usual) ** -power
    return np.asarray(np.where(lengths > 0, rows * shares, 0), dtype=np.float32)
