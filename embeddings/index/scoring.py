"""Exact scores of the candidates that FAISS found, and the best of them.

Each inner product is computed one vector at a time in double precision. So a score does
not depend on how FAISS got there (its sums differ in the last bits with the selection and
a vector's place), equal vectors score equal, and ties can go to the smaller id.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from embeddings.index.flat import IdArray, Mask, Places
from embeddings.protocols import FloatArray

# Candidates whose vectors are held in double precision at once.
_BLOCK = 4096


class Part(Protocol):
    """Some of an index's vectors: in a row, or behind a sieve.

    Attributes:
        ids: ``(n,)``, ascending; a vector's place is its id's.
    """

    ids: IdArray

    def __len__(self) -> int:
        """How many there are, without those removed."""

    def locate(self, ids: IdArray) -> tuple[Places, Mask]:
        """The place of each id ``(n,)``, and whether it is there at all."""

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Which places hold one of some ids; None stands for all, in both."""

    def remove(self, places: Places) -> None:
        """Remove the vectors at some places."""

    def vectors(self, places: Places) -> FloatArray:
        """The vectors ``(n, dimension)`` at some places."""

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """The best ``k`` places, and all that may tie with the last of them, in any order."""


def best(
    query: FloatArray, k: int, masked: Sequence[tuple[Part, Mask | None]]
) -> tuple[FloatArray, IdArray]:
    """Scores and ids of a query's best ``k``, best first.

    Args:
        query: ``(dimension,)``.
        k: how many; at least so many are there.
        masked: the parts to search, and the places in each that may be found.
    """
    if not query.any():  # it is as near to one as to another
        chosen = [part.ids if mask is None else part.ids[mask] for part, mask in masked]
        return np.zeros(k, dtype=np.float32), np.sort(np.concatenate(chosen))[:k]
    found = [(part, part.nearest(query, k, mask)) for part, mask in masked]
    scores = np.concatenate([inner_products(query, part, places) for part, places in found])
    ids = np.concatenate([part.ids[places] for part, places in found])
    order = np.lexsort((ids, -scores))[:k]
    return scores[order], ids[order]


def inner_products(query: FloatArray, part: Part, places: Places) -> FloatArray:
    """Inner products ``(n,)`` of a query ``(dimension,)`` with the vectors at some places."""
    found = np.empty(len(places), dtype=np.float32)
    for start in range(0, len(places), _BLOCK):
        block = part.vectors(places[start : start + _BLOCK])
        found[start : start + _BLOCK] = (block.astype(np.float64) * query).sum(axis=1)
    return found
