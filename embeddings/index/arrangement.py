"""The arrangement of an index: an array of few vectors, or a sieve before many."""

import os
from collections.abc import Iterator
from typing import NamedTuple

import faiss
import numpy as np

from embeddings.index.flat import FlatVectors, IdArray
from embeddings.index.sieve import SievedVectors, sample_of
from embeddings.protocols import FloatArray

# A search of an array of this size takes a millisecond. Beyond, the time that a sieve saves
# is worth more than the little that it misses.
EXACT_UP_TO = 20_000

_BLOCK = 8192  # vectors at once
_FEW = 0.05  # of all vectors: a sieve still serves when it was not trained for these
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def arranged(flat: FlatVectors, sieved: SievedVectors | None) -> FlatVectors | SievedVectors:
    """Return all vectors of two parts in one, an array or a sieve by their number.

    Neither part is changed; one that needs no change is returned itself.

    Args:
        flat: vectors in an array.
        sieved: other vectors, behind a sieve.
    """
    count = len(flat) + (0 if sieved is None else len(sieved))
    if sieved is None and count <= EXACT_UP_TO:
        return flat
    if sieved is not None and count > EXACT_UP_TO and not len(flat) and not sieved.removed.any():
        return sieved
    faiss.omp_set_num_threads(_CORES)  # searches of this thread set it to one
    both = _Both(flat, sieved)
    if count <= EXACT_UP_TO:
        array = FlatVectors.empty(flat.codes.d)
        for ids, vectors in both.blocks():
            array.add(ids, vectors)
        return array
    blocks = (vectors for _, vectors in both.blocks())
    few = len(flat) <= _FEW * count
    if sieved is not None and few and (not len(flat) or flat.ids[0] > sieved.ids[-1]):
        return sieved.changed(both.ids, blocks, flat.vectors(np.arange(len(flat))))
    return SievedVectors.build(both.ids, both.at(both.ids[sample_of(count)]), blocks)


class _Block(NamedTuple):
    """Ids ``(n,)`` and their vectors ``(n, dimension)``."""

    ids: IdArray
    vectors: FloatArray


class _Both:
    """The vectors of both parts, in the order of their ids."""

    def __init__(self, flat: FlatVectors, sieved: SievedVectors | None) -> None:
        self._flat = flat
        self._sieved = sieved
        kept = [flat.ids] if sieved is None else [flat.ids, sieved.ids[~sieved.removed]]
        self.ids = np.sort(np.concatenate(kept))

    def at(self, ids: IdArray) -> FloatArray:
        """Return the vectors of some ids."""
        places, present = self._flat.locate(ids)
        vectors = np.empty((len(ids), self._flat.codes.d), dtype=np.float32)
        vectors[present] = self._flat.vectors(places[present])
        if self._sieved is not None:
            others = self._sieved.locate(ids[~present]).places
            vectors[~present] = self._sieved.vectors(others)
        return vectors

    def blocks(self) -> Iterator[_Block]:
        """Yield all ids with their vectors, a block at a time."""
        for start in range(0, len(self.ids), _BLOCK):
            ids = self.ids[start : start + _BLOCK]
            yield _Block(ids, self.at(ids))
