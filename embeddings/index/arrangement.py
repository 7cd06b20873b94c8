"""How an index's vectors lie: in a row while they are few, behind a sieve when they are many."""

import os
from collections.abc import Iterator

import faiss
import numpy as np

from embeddings.index.flat import FlatVectors, IdArray
from embeddings.index.sieve import SievedVectors, sample_of
from embeddings.protocols import FloatArray

# A search of so many in a row takes a millisecond; beyond, a sieve lets so little stay
# behind that the time is worth more.
EXACT_UP_TO = 20_000

_BLOCK = 8192  # vectors at once
_FEW = 0.05  # of all vectors; a sieve serves so many that it was not made for
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def arranged(flat: FlatVectors, sieved: SievedVectors | None) -> FlatVectors | SievedVectors:
    """All vectors of two parts in one, of the kind that their number asks for.

    Neither part is changed; one that is well as it is comes back itself.

    Args:
        flat: vectors in a row.
        sieved: vectors behind a sieve, none of which is in the row.
    """
    count = len(flat) + (0 if sieved is None else len(sieved))
    if sieved is None and count <= EXACT_UP_TO:
        return flat
    if sieved is not None and count > EXACT_UP_TO and not len(flat) and not sieved.gone.any():
        return sieved
    faiss.omp_set_num_threads(_CORES)  # this thread's searches had set it to one
    both = _Both(flat, sieved)
    if count <= EXACT_UP_TO:
        row = FlatVectors.empty(flat.codes.d)
        for ids, vectors in both.blocks():
            row.add(ids, vectors)
        return row
    blocks = (vectors for _, vectors in both.blocks())
    few = len(flat) <= _FEW * count
    if sieved is not None and few and (not len(flat) or flat.ids[0] > sieved.ids[-1]):
        return sieved.changed(both.ids, blocks, flat.vectors(np.arange(len(flat))))
    return SievedVectors.build(both.ids, both.at(both.ids[sample_of(count)]), blocks)


class _Both:
    """The vectors of both parts, in the order of their ids."""

    def __init__(self, flat: FlatVectors, sieved: SievedVectors | None) -> None:
        self._flat = flat
        self._sieved = sieved
        kept = [flat.ids] if sieved is None else [flat.ids, sieved.ids[~sieved.gone]]
        self.ids = np.sort(np.concatenate(kept))

    def at(self, ids: IdArray) -> FloatArray:
        """The vectors of some ids."""
        places, present = self._flat.locate(ids)
        vectors = np.empty((len(ids), self._flat.codes.d), dtype=np.float32)
        vectors[present] = self._flat.vectors(places[present])
        if self._sieved is not None:
            there = self._sieved.locate(ids[~present])[0]
            vectors[~present] = self._sieved.vectors(there)
        return vectors

    def blocks(self) -> Iterator[tuple[IdArray, FloatArray]]:
        """Block by block, all ids with their vectors."""
        for start in range(0, len(self.ids), _BLOCK):
            ids = self.ids[start : start + _BLOCK]
            yield ids, self.at(ids)
