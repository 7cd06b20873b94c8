"""Decorrelation: directions that all passages share are made weaker.

Contrastive training leaves the vectors of texts long in a few directions and short in
most. Dividing each principal direction of the passages by a power of
its spread is a linear map of every word's vector, so it costs nothing later.
"""

import numpy as np

from embeddings.training.arrays import Floats
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows.bags import encode

_SAMPLE = 4_000


def _sampled(texts: Ragged) -> Ragged:
    return texts.take(np.arange(0, len(texts), max(1, len(texts) // _SAMPLE)))


def decorrelated(rows: Floats, groups: list[Ragged], power: float) -> Floats:
    """Return the decorrelated rows; power 0 only rotates them, 1 makes all directions equal.

    The spread is the mean of the spreads within each group of passages, so that the
    differences between groups do not count.
    """
    samples = [encode(_sampled(texts).bags(len(rows)), rows) for texts in groups]
    spread = np.mean([np.cov(vectors.T) for vectors in samples], axis=0)
    variances, directions = np.linalg.eigh(spread)
    return np.asarray((rows @ directions) * variances ** (-power / 2), dtype=np.float32)
