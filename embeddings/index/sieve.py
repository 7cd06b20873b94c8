"""Many vectors behind a sieve: short codes that select the few to compare exactly.

A product quantiser gives each pair of dimensions one of sixteen values: four bits, an
eighth of half precision. A query is compared with all of these codes, in the registers of
the processor ("fast scan": André, Kermarrec & Le Scouarnec 2015, "Cache locality is not
enough"), and exactly with the best few hundred, in half precision as in
:mod:`embeddings.index.flat`. So a vector that is found has its exact score. A near one may
be missed; ``benchmarks/sizes.py`` measures how often.

The codes never change: later vectors are in an array beside them
(:mod:`embeddings.index.vector_index`), removed ones are skipped, and from time to time all
vectors are put behind a new sieve.
"""

from collections.abc import Iterable
from typing import Any, Self

import faiss
import numpy as np

from embeddings.index.flat import (
    BEYOND,
    ROUNDING,
    FlatVectors,
    IdArray,
    Located,
    Mask,
    Places,
    mask_of,
)
from embeddings.protocols import FloatArray

# Vectors that pass the sieve: for each wanted one, at least, and as a share of all; chosen
# by the misses that `benchmarks/sizes.py` counts. Each is read from another page of a file.
_PASSED = 4
_PASSED_AT_LEAST = 500
_PASSED_OF_ALL = 1 / 1000
_BITS = 4  # a code; FAISS's fast scan knows no other
# Vectors that the sixteen values of each pair are trained on, and rounds of k-means: more
# gained nothing.
_TRAINED_ON = 4096
_ROUNDS = 10
_SEED = 8


class SievedVectors:
    """Unit vectors in half precision, behind a sieve.

    Args:
        ids: ``(n,)``, ascending; a vector has the place of its id.
        codes: FAISS's index of the sieve and of the exact vectors, by place.
    """

    def __init__(self, ids: IdArray, codes: faiss.IndexRefine) -> None:
        self.ids = ids
        self.codes: Any = codes  # faiss describes its C++ signatures, not those Python sees
        self.removed = np.zeros(len(ids), dtype=np.bool_)
        self._count = len(ids)
        self._exact = FlatVectors(ids, faiss.downcast_index(codes.refine_index))

    @classmethod
    def build(cls, ids: IdArray, sample: FloatArray, blocks: Iterable[FloatArray]) -> Self:
        """Return vectors behind a new sieve.

        Args:
            ids: ``(n,)``, ascending.
            sample: ``(m, dimension)`` vectors to train the sieve on, see :func:`sample_of`.
            blocks: all vectors in the order of the ids.
        """
        dimension = sample.shape[1]
        parts = dimension // 2 if dimension % 2 == 0 else dimension
        sieve: Any = faiss.IndexPQFastScan(dimension, parts, _BITS, faiss.METRIC_INNER_PRODUCT)
        sieve.pq.cp.niter = _ROUNDS
        sieve.pq.cp.seed = _SEED
        sieve.train(sample)
        exact = FlatVectors.empty(dimension).codes
        for block in blocks:
            sieve.add(block)
            exact.add(block)
        return cls(ids, faiss.IndexRefine(sieve, exact))

    def changed(self, ids: IdArray, blocks: Iterable[FloatArray], added: FloatArray) -> Self:
        """Return these vectors without the removed ones, and a few others, behind the same sieve.

        Args:
            ids: ``(n,)``, ascending.
            blocks: all vectors in the order of the ids.
            added: ``(m, dimension)`` the last of them, which are new.
        """
        sieve: Any = faiss.clone_index(faiss.downcast_index(self.codes.base_index))
        sieve.remove_ids(faiss.IDSelectorBatch(np.flatnonzero(self.removed)))
        sieve.add(added)
        exact = FlatVectors.empty(sieve.d).codes  # those of a mapped file cannot be changed
        for block in blocks:
            exact.add(block)
        return type(self)(ids, faiss.IndexRefine(sieve, exact))

    def __len__(self) -> int:
        return self._count

    def locate(self, ids: IdArray) -> Located:
        """Return the place of each id ``(n,)``."""
        places, present = self._exact.locate(ids)
        present[present] = ~self.removed[places[present]]
        return Located(places, present)

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Return a mask of the places of some ids; None means all, of ids and of places."""
        if allowed is None:
            return ~self.removed if self.removed.any() else None
        places, present = self.locate(allowed)
        return mask_of(len(self.ids), places[present])

    def remove(self, places: Places) -> None:
        """Skip the vectors at some places from now on."""
        self.removed[places] = True
        self._count = int(np.count_nonzero(~self.removed))

    def vectors(self, places: Places) -> FloatArray:
        """Return the vectors ``(n, dimension)`` at some places."""
        return self._exact.vectors(places)

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """Return the best ``k`` places that pass the sieve and those that may tie with the last.

        Args:
            query: ``(dimension,)``.
            k: how many at least, if there are as many.
            mask: ``(n,)`` whether a place may be found; None for all. Where it excludes any,
                the others are compared exactly, without the sieve.
        """
        if mask is None or np.count_nonzero(mask) == self._count:
            count = len(self.ids)
            fetched = min(k + BEYOND, count)
            parameters = faiss.IndexRefineSearchParameters(  # type: ignore[call-arg]
                k_factor=max(_PASSED, _PASSED_AT_LEAST / fetched, _PASSED_OF_ALL * count / fetched)
            )
            (scores,), (places,) = self.codes.search(query[np.newaxis], fetched, params=parameters)
            there = places >= 0
            there[there] = ~self.removed[places[there]]
            scores, places = scores[there], places[there]
            if len(places) > k and scores[k - 1] - scores[-1] > ROUNDING:
                return np.asarray(places, dtype=np.int64)
        # So many are equal that the sieve cannot separate them, or the mask excludes some.
        return self._exact.nearest(query, k, mask)


def sample_of(count: int) -> Places:
    """Return the places of the vectors, of ``count``, that the sieve is trained on."""
    wanted = min(count, _TRAINED_ON)
    chosen = np.random.default_rng(_SEED).choice(count, wanted, replace=False)
    return np.sort(chosen)
