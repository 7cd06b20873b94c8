"""The start of rows that are added to finished ones."""

import numpy as np
from scipy.sparse import diags, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import Ridge

from embeddings.training.arrays import Floats
from embeddings.training.pairs.pairs import Kind, Source
from embeddings.training.rows import bags


def with_new_rows(finished: Floats, rows: int, sources: list[Source], ridge: float) -> Floats:
    """Return the finished rows and new ones, `rows` in all.

    The sum of the rows of a text's n words, divided by the root of n, should be the unit
    vector of its English translation: the new rows are a ridge regression of that. They are
    scaled to the median length of the finished rows; a word without a translation starts at
    zero.
    """
    translations = [source for source in sources if source.kind is Kind.TRANSLATION]
    counts = vstack([source.left.bags(rows) for source in translations]).tocsr()
    lengths = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    shares = (diags(lengths**-0.5) @ counts)[:, len(finished) :].astype(np.float32)
    start = np.zeros((rows, finished.shape[1]), dtype=np.float32)
    start[: len(finished)] = finished
    # An English text may have a new word too, whose row is still zero.
    targets = np.concatenate([bags.encode(s.right.bags(rows), start) for s in translations])
    regression = Ridge(alpha=ridge, fit_intercept=False, solver="cholesky").fit(shares, targets)
    new: Floats = regression.coef_.T.astype(np.float32)
    start[len(finished) :] = new * (_median_length(finished) / _median_length(new))
    return start


def _median_length(rows: Floats) -> float:
    lengths = np.linalg.norm(rows, axis=1)
    return float(np.median(lengths[lengths > 0]))
