"""Where rows that come to finished ones start."""

import numpy as np
from scipy.sparse import diags, vstack  # type: ignore[import-untyped]
from sklearn.linear_model import Ridge

from embeddings.training.arrays import Floats
from embeddings.training.pairs.pairs import Kind, Source
from embeddings.training.rows import bags


def with_new_rows(finished: Floats, rows: int, sources: list[Source], ridge: float) -> Floats:
    """Return the finished rows and new ones, `rows` in all.

    A text of n words should have its English translation's unit vector when its words'
    rows are added up and divided by the root of n: the new rows are the ridge regression
    of the one on the other. Their usual length is made that of the finished rows; a word
    that stands in no translation starts at zero.
    """
    translations = [source for source in sources if source.kind is Kind.TRANSLATION]
    counts = vstack([source.left.bags(rows) for source in translations]).tocsr()
    lengths = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    shares = (diags(lengths**-0.5) @ counts)[:, len(finished) :].astype(np.float32)
    start = np.zeros((rows, finished.shape[1]), dtype=np.float32)
    start[: len(finished)] = finished
    # An English text may hold a new word too: it says nothing yet.
    targets = np.concatenate([bags.encode(s.right.bags(rows), start) for s in translations])
    regression = Ridge(alpha=ridge, fit_intercept=False, solver="cholesky").fit(shares, targets)
    new: Floats = regression.coef_.T.astype(np.float32)
    start[len(finished) :] = new * (_usual(finished) / _usual(new))
    return start


def _usual(rows: Floats) -> float:
    lengths = np.linalg.norm(rows, axis=1)
    return float(np.median(lengths[lengths > 0]))
