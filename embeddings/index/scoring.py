"""Exact scores of the candidates that FAISS found, and the best of them.

Each inner product is computed for one vector at a time in double precision. So a score
does not depend on FAISS's order of summing (which differs with the selection and the place
of a vector), equal vectors have equal scores, and ties go to the smaller id.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from embeddings.index.flat import IdArray, Located, Mask, Places
from embeddings.protocols import FloatArray

# Candidates whose vectors are in double precision at once.
_BLOCK = 4096


class Part(Protocol):
    """Some vectors of an index: in an array, or behind a sieve.

    Attributes:
        ids: ``(n,)``, ascending; a vector has the place of its id.
    """

    ids: IdArray

    def __len__(self) -> int:
        """Return the number of vectors, without removed ones."""

    def locate(self, ids: IdArray) -> Located:
        """Return the place of each id ``(n,)``."""

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Return a mask of the places of some ids; None means all, of ids and of places."""

    def remove(self, places: Places) -> None:
        """Remove the vectors at some places."""

    def vectors(self, places: Places) -> FloatArray:
        """Return the vectors ``(n, dimension)`` at some places."""

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """Return the best ``k`` places and those that may tie with the last, in any order."""


class Nearest(NamedTuple):
    """Scores and ids, best first, ties by id."""

    scores: FloatArray
    ids: IdArray


class MaskedPart(NamedTuple):
    """A part, and a mask of its places that may be found; None for all."""

    part: Part
    mask: Mask | None


def best(query: FloatArray, k: int, masked: Sequence[MaskedPart]) -> Nearest:
    """Return the best ``k`` of a query.

    Args:
        query: ``(dimension,)``.
        k: how many; the masks must admit as many.
        masked: the parts to search.
    """
    if not query.any():  # it is equally near to all
        chosen = [part.ids if mask is None else part.ids[mask] for part, mask in masked]
        return Nearest(np.zeros(k, dtype=np.float32), np.sort(np.concatenate(chosen))[:k])
    found = [(part, part.nearest(query, k, mask)) for part, mask in masked]
    scores = np.concatenate([inner_products(query, part, places) for part, places in found])
    ids = np.concatenate([part.ids[places] for part, places in found])
    order = np.lexsort((ids, -scores))[:k]
    return Nearest(scores[order], ids[order])


def inner_products(query: FloatArray, part: Part, places: Places) -> FloatArray:
    """Return the inner products ``(n,)`` of a query with the vectors at some places."""
    found = np.empty(len(places), dtype=np.float32)
    for start in range(0, len(places), _BLOCK):
        block = part.vectors(places[start : start + _BLOCK])
        found[start : start + _BLOCK] = (block.astype(np.float64) * query).sum(axis=1)
    return found
