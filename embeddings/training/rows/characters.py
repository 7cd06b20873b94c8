"""Words share the vectors of their characters."""

import numpy as np
from scipy.sparse import csr_matrix, identity  # type: ignore[import-untyped]

from embeddings.training.arrays import Floats
from embeddings.training.words import cedict


def composition(words: list[str], share: float) -> csr_matrix:
    """Return the matrix from own vectors to word vectors: own plus a share of each character.

    So rare words and names, which are seldom trained, learn from their characters.
    """
    row_of = {word: row for row, word in enumerate(words)}
    parts = [
        (row, row_of[character])
        for row, word in enumerate(words)
        if len(word) > 1 and cedict.is_han(word)
        for character in word
        if character in row_of
    ]
    rows, columns = np.array(parts, dtype=np.int64).reshape(-1, 2).T
    shares = np.full(len(parts), share, dtype=np.float32)
    shape = (len(words), len(words))
    own = identity(len(words), dtype=np.float32, format="csr")
    return (own + csr_matrix((shares, (rows, columns)), shape=shape)).tocsr()


def own_vectors(words: Floats, matrix: csr_matrix) -> Floats:
    """Return the own vectors from which `matrix` makes these word vectors.

    A character is made of itself alone, so taking the shares away once is exact.
    """
    return np.asarray(2 * words - matrix @ words, dtype=np.float32)
