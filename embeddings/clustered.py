"""Many vectors in clusters, of which a search looks at the nearest only.

An inverted file: k-means places centroids among the vectors, each vector lies in the list
of its nearest centroid, and a question reads the lists of the centroids nearest to it.
What it reads are the same half-precision codes as :mod:`embeddings.flat` keeps, so a
vector that is found has its exact score; only that a near one lies in a list that was not
read can happen. How many lists are made and read follows from the number of vectors;
``benchmarks/sizes.py`` measures what is missed.

The lists never change: what is added later lies beside them (:mod:`embeddings.index`),
what is removed is passed over, and at times all is put into new lists.
"""

import math
from collections.abc import Iterable
from typing import Any, Self

import faiss
import numpy as np

from embeddings.encoder import FloatArray
from embeddings.flat import BEYOND, ROUNDING, IdArray, Mask, Places, Selection, mask_of, places_of

# Lists for n vectors: this times the square root of n, which keeps finding the nearest
# centroids about as much work as reading their lists.
_LISTS = 2.0
# The share of the lists that a search reads, by measured recall.
_READ = 0.16
# Vectors to train each centroid on, and the rounds of k-means: more gained nothing.
_TRAINED_ON = 64
_ROUNDS = 10
_SEED = 8
# New centroids are found once the vectors ask for so many times as many lists.
_OUTGROWN = 1.9


def lists_for(count: int) -> int:
    """Into how many lists so many vectors are put."""
    return max(1, round(_LISTS * math.sqrt(count)))


class ClusteredVectors:
    """Unit vectors in half precision, in the lists of their nearest centroids.

    Args:
        ids: ``(n,)``, ascending; a vector's place is its id's.
        codes: FAISS's inverted file of their vectors, by place.
    """

    def __init__(self, ids: IdArray, codes: faiss.Index) -> None:
        self.ids = ids
        self.codes: Any = codes  # faiss describes its C++ signatures, not those Python sees
        self.gone = np.zeros(len(ids), dtype=np.bool_)
        self._left = len(ids)
        self._fetch_nothing_ahead()

    @classmethod
    def build(cls, ids: IdArray, sample: FloatArray, blocks: Iterable[FloatArray]) -> Self:
        """Put vectors into lists around centroids of their own.

        Args:
            ids: ``(n,)``, ascending.
            sample: ``(m, dimension)`` vectors to find the centroids with, see
                :func:`sample_of`.
            blocks: all vectors in the order of the ids.
        """
        dimension = sample.shape[1]
        codes = _empty(faiss.IndexFlatIP(dimension), lists_for(len(ids)))
        codes.cp.niter = _ROUNDS
        codes.cp.max_points_per_centroid = _TRAINED_ON
        codes.train(sample)
        for block in blocks:
            codes.add(block)
        return cls(ids, codes)

    def rebuilt(self, ids: IdArray, blocks: Iterable[tuple[FloatArray, Places]]) -> Self:
        """Other vectors in lists around the same centroids.

        Args:
            ids: ``(n,)``, ascending.
            blocks: all vectors in the order of the ids, each block with the places that
                they have here, or -1 for those that are new.
        """
        centroids: Any = faiss.clone_index(self.codes.quantizer)
        codes = _empty(centroids, self.codes.nlist)
        codes.is_trained = True  # half precision needs no training
        # FAISS keeps the list of each place in the upper half of a number.
        of_place: Places = faiss.vector_to_array(self.codes.direct_map.array) >> 32
        for vectors, places in blocks:
            lists = of_place[places]
            new = np.flatnonzero(places < 0)
            if len(new):
                lists[new] = centroids.search(vectors[new], 1)[1][:, 0]
            codes.add_core(len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(lists))
        return type(self)(ids, codes)

    def __len__(self) -> int:
        return self._left

    def fits(self, count: int) -> bool:
        """Whether the centroids serve so many vectors: not from nearly four times theirs on."""
        lists: int = self.codes.nlist
        return lists_for(count) < _OUTGROWN * lists

    def locate(self, ids: IdArray) -> tuple[Places, Mask]:
        """The place of each id ``(n,)``, and whether it is there at all."""
        places, present = places_of(self.ids, ids)
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
        found: FloatArray = self.codes.reconstruct_batch(places)
        return found

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """The best ``k`` places of the lists read, and all that may tie with the last.

        Args:
            query: ``(dimension,)``.
            k: how many at least, if there are so many.
            mask: ``(n,)`` whether a place may be found; None for all. The fewer may, the
                more lists are read, so that as many are looked at.
        """
        parameters = faiss.SearchParametersIVF()
        selection = Selection(mask, len(self.ids), parameters)
        lists = self.codes.nlist
        share = _READ * len(self.ids) / max(1, selection.count)
        parameters.nprobe = min(lists, round(share * lists) + 1)
        fetched = min(k + BEYOND, selection.count)
        while fetched:
            (scores,), (places,) = self.codes.search(query[np.newaxis], fetched, params=parameters)
            found = places >= 0
            if not found.all() and parameters.nprobe < lists:  # too few in these lists
                parameters.nprobe = min(lists, 4 * parameters.nprobe)
            elif fetched == selection.count or scores[k - 1] - scores[-1] > ROUNDING:
                return np.asarray(places[found], dtype=np.int64)
            else:
                fetched = min(8 * fetched, selection.count)
        return np.empty(0, np.int64)

    def _fetch_nothing_ahead(self) -> None:
        """Keep FAISS from starting 32 threads a question to read a mapped file's lists.

        They took five times as long as the question.
        """
        lists = faiss.downcast_InvertedLists(self.codes.invlists)
        if hasattr(lists, "prefetch_nthread"):
            lists.prefetch_nthread = 0


def sample_of(count: int) -> Places:
    """The places of the vectors, of so many, that the centroids are found with."""
    wanted = min(count, _TRAINED_ON * lists_for(count))
    chosen = np.random.default_rng(_SEED).choice(count, wanted, replace=False)
    return np.sort(chosen)


def _empty(centroids: faiss.Index, lists: int) -> faiss.IndexIVFScalarQuantizer:
    codes = faiss.IndexIVFScalarQuantizer(
        centroids,
        centroids.d,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # codes of the vectors themselves, not of what they differ by from a centroid
    )
    codes.set_direct_map_type(faiss.DirectMap.Array)  # type: ignore[attr-defined]
    return codes
