"""How an index's vectors lie: in a row while they are few, in clusters when they are many."""

import os
from collections.abc import Iterator

import faiss
import numpy as np

from embeddings.clustered import ClusteredVectors, sample_of
from embeddings.encoder import FloatArray
from embeddings.flat import FlatVectors, IdArray, Places

# A search of so many in a row takes 4 ms; beyond, a search of clusters misses so little
# that the time is worth more.
EXACT_UP_TO = 100_000

_BLOCK = 8192  # vectors at once
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def arranged(
    flat: FlatVectors, clustered: ClusteredVectors | None
) -> FlatVectors | ClusteredVectors:
    """All vectors of two parts in one, of the kind that their number asks for.

    Neither part is changed; one that is well as it is comes back itself.

    Args:
        flat: vectors in a row.
        clustered: vectors in clusters, none of which is in the row.
    """
    count = len(flat) + (0 if clustered is None else len(clustered))
    if clustered is None and count <= EXACT_UP_TO:
        return flat
    fitting = clustered is not None and count > EXACT_UP_TO and clustered.fits(count)
    if clustered is not None and fitting and not len(flat) and not clustered.gone.any():
        return clustered
    faiss.omp_set_num_threads(_CORES)  # this thread's searches had set it to one
    both = _Both(flat, clustered)
    if count <= EXACT_UP_TO:
        row = FlatVectors.empty(flat.codes.d)
        for ids, vectors, _ in both.blocks():
            row.add(ids, vectors)
        return row
    if clustered is None or not fitting:
        sample = both.at(both.ids[sample_of(count)])[0]
        return ClusteredVectors.build(
            both.ids, sample, (vectors for _, vectors, _ in both.blocks())
        )
    return clustered.rebuilt(both.ids, ((vectors, places) for _, vectors, places in both.blocks()))


class _Both:
    """The vectors of both parts, in the order of their ids."""

    def __init__(self, flat: FlatVectors, clustered: ClusteredVectors | None) -> None:
        self._flat = flat
        self._clustered = clustered
        kept = [flat.ids] if clustered is None else [flat.ids, clustered.ids[~clustered.gone]]
        self.ids = np.sort(np.concatenate(kept))

    def at(self, ids: IdArray) -> tuple[FloatArray, Places]:
        """The vectors of some ids, and their places among the clusters, or -1."""
        places, present = self._flat.locate(ids)
        vectors = np.empty((len(ids), self._flat.codes.d), dtype=np.float32)
        vectors[present] = self._flat.vectors(places[present])
        there = np.full(len(ids), -1, dtype=np.int64)
        if self._clustered is not None:
            there[~present] = self._clustered.locate(ids[~present])[0]
            vectors[~present] = self._clustered.vectors(there[~present])
        return vectors, there

    def blocks(self) -> Iterator[tuple[IdArray, FloatArray, Places]]:
        """Block by block, all ids with what :meth:`at` gives for them."""
        for start in range(0, len(self.ids), _BLOCK):
            ids = self.ids[start : start + _BLOCK]
            yield ids, *self.at(ids)
