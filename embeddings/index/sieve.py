"""Many vectors behind a sieve: short codes that say which few are worth an exact look.

A product quantiser gives each pair of dimensions one of sixteen values, four bits, an
eighth of what half precision takes. A question runs over all of these codes, in the
processor's registers ("fast scan": André, Kermarrec & Le Scouarnec 2015, "Cache locality
is not enough"), and the best few hundred are looked at exactly, by the same half-precision
codes as :mod:`embeddings.index.flat` keeps. So a vector that is found has its exact score; only
that a near one stays in the sieve can happen, and ``benchmarks/sizes.py`` measures how often.

The codes never change: what is added later lies beside them (:mod:`embeddings.index.vector_index`),
what is removed is passed over, and at times all is put behind a new sieve.
"""

from collections.abc import Iterable
from typing import Any, Self

import faiss
import numpy as np

from embeddings.index.flat import BEYOND, ROUNDING, FlatVectors, IdArray, Mask, Places, mask_of
from embeddings.protocols import FloatArray

# Vectors that pass the sieve: for each that is wanted, at least, and of all; by what
# `benchmarks/sizes.py` says is missed. Each is read from another place of a file.
_PASSED = 4
_PASSED_AT_LEAST = 500
_PASSED_OF_ALL = 1 / 1000
_BITS = 4  # a code; FAISS's fast scan knows no other
# Vectors to train the sixteen values of each pair on, and the rounds of k-means: more
# gained nothing.
_TRAINED_ON = 4096
_ROUNDS = 10
_SEED = 8


class SievedVectors:
    """Unit vectors in half precision, behind a sieve.

    Args:
        ids: ``(n,)``, ascending; a vector's place is its id's.
        codes: FAISS's index of a sieve and what it is the sieve of, by place.
    """

    def __init__(self, ids: IdArray, codes: faiss.IndexRefine) -> None:
        self.ids = ids
        self.codes: Any = codes  # faiss describes its C++ signatures, not those Python sees
        self.gone = np.zeros(len(ids), dtype=np.bool_)
        self._left = len(ids)
        self._row = FlatVectors(ids, faiss.downcast_index(codes.refine_index))

    @classmethod
    def build(cls, ids: IdArray, sample: FloatArray, blocks: Iterable[FloatArray]) -> Self:
        """Put vectors behind a sieve of their own.

        Args:
            ids: ``(n,)``, ascending.
            sample: ``(m, dimension)`` vectors to find the sixteen values of each pair of
                dimensions with, see :func:`sample_of`.
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
        """What is left of these vectors, and a few others, behind the same sieve.

        Args:
            ids: ``(n,)``, ascending.
            blocks: all vectors in the order of the ids.
            added: ``(m, dimension)`` the last of them, which are not here yet.
        """
        sieve: Any = faiss.clone_index(faiss.downcast_index(self.codes.base_index))
        sieve.remove_ids(faiss.IDSelectorBatch(np.flatnonzero(self.gone)))
        sieve.add(added)
        exact = FlatVectors.empty(sieve.d).codes  # these may lie in a file, to be read only
        for block in blocks:
            exact.add(block)
        return type(self)(ids, faiss.IndexRefine(sieve, exact))

    def __len__(self) -> int:
        return self._left

    def locate(self, ids: IdArray) -> tuple[Places, Mask]:
        """The place of each id ``(n,)``, and whether it is there at all."""
        places, present = self._row.locate(ids)
        present[present] = ~self.gone[places[present]]
        return places, present

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Which places hold one of some ids; None stands for all, in both."""
        if allowed is None:
            return ~self.gone if self.gone.any() else None
        places, present = self.locate(allowed)
        return mask_of(len(self.ids), places[present])

    def remove(self, places: Places) -> None:
        """Pass over the vectors at some places from now on."""
        self.gone[places] = True
        self._left = int(np.count_nonzero(~self.gone))

    def vectors(self, places: Places) -> FloatArray:
        """The vectors ``(n, dimension)`` at some places."""
        return self._row.vectors(places)

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """The best ``k`` places that pass the sieve, and all that may tie with the last.

        Args:
            query: ``(dimension,)``.
            k: how many at least, if there are so many.
            mask: ``(n,)`` whether a place may be found; None for all. If only some of those
                left may, each of them is looked at, without the sieve.
        """
        if mask is None or np.count_nonzero(mask) == self._left:
            count = len(self.ids)
            fetched = min(k + BEYOND, count)
            parameters = faiss.IndexRefineSearchParameters(  # type: ignore[call-arg]
                k_factor=max(_PASSED, _PASSED_AT_LEAST / fetched, _PASSED_OF_ALL * count / fetched)
            )
            (scores,), (places,) = self.codes.search(query[np.newaxis], fetched, params=parameters)
            there = places >= 0
            there[there] = ~self.gone[places[there]]
            scores, places = scores[there], places[there]
            if len(places) > k and scores[k - 1] - scores[-1] > ROUNDING:
                return np.asarray(places, dtype=np.int64)
        # So many are alike that the sieve cannot tell them apart, or few are wanted.
        return self._row.nearest(query, k, mask)


def sample_of(count: int) -> Places:
    """The places of the vectors, of so many, that the sieve is made with."""
    wanted = min(count, _TRAINED_ON)
    chosen = np.random.default_rng(_SEED).choice(count, wanted, replace=False)
    return np.sort(chosen)
