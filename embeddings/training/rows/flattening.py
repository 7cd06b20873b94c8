"""The last step: the lengths of the rows come closer to one another.

How long a row is says how much its word counts in a text. Where a text is a sentence
of a few words, one long row decides alone what it is near to.
"""

import numpy as np

from embeddings.training.arrays import Floats


def flattened(rows: Floats, power: float) -> Floats:
    """Return the rows with each length divided by a power of itself; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    usual = lengths[lengths > 0].mean()
    shares = (np.maximum(lengths, np.finfo(np.float32).tiny) / usual) ** -power
    return np.asarray(np.where(lengths > 0, rows * shares, 0), dtype=np.float32)
