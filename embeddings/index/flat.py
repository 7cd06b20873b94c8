"""Vectors in one row, all of which every search looks at: exact, and fast while they are few.

The codes lie in the order of their ids, so an id's place is found by bisection, and of
two equal scores the earlier place has the smaller id.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import FloatArray

IdArray = NDArray[np.int64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]

# How many candidates beyond k are fetched at first, to see whether the k-th is tied.
BEYOND = 16
# No two ways of adding up a unit inner product differ by more than this.
ROUNDING = 1e-5


class Selection:
    """The places to search among, in FAISS's terms.

    Args:
        mask: ``(n,)`` whether a place may be found; None for all.
        count: how many places there are.
        parameters: FAISS's parameters of a search, for the kind of index.
    """

    def __init__(self, mask: Mask | None, count: int, parameters: faiss.SearchParameters) -> None:
        self.count = count
        self.parameters = parameters
        if mask is not None:
            self.count = int(mask.sum())
            # Kept here, because FAISS keeps neither alive.
            self._bits = np.packbits(mask, bitorder="little")
            # faiss describes its C++ signature: a length and a pointer.
            self._selector = faiss.IDSelectorBitmap(self._bits)  # type: ignore[arg-type,call-arg]
            self.parameters.sel = self._selector


class FlatVectors:
    """Unit vectors in half precision, in the order of their ids.

    Half precision is what the vectors are stored as anyway: half the memory, and a scan
    that takes half the time, being bound by the memory's speed.

    Args:
        ids: ``(n,)``, ascending.
        codes: FAISS's index of their vectors, in the same order.
    """

    def __init__(self, ids: IdArray, codes: faiss.Index) -> None:
        # Any, because faiss describes its C++ signatures, not those Python sees.
        self.codes: Any = codes
        self.ids = ids

    @classmethod
    def empty(cls, dimension: int) -> "FlatVectors":
        """No vectors yet."""
        codes = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        return cls(np.empty(0, np.int64), codes)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors ``(n, dimension)`` under ids that are not there yet."""
        if len(ids) and len(self) and ids.min() < self.ids[-1]:  # they belong in between
            ids = np.concatenate((self.ids, ids))
            vectors = np.concatenate((self.vectors(np.arange(len(self))), vectors))
            self.codes.reset()
            self.ids = self.ids[:0]
        order = np.argsort(ids)
        self.codes.add(np.ascontiguousarray(vectors[order]))
        self.ids = np.concatenate((self.ids, ids[order]))

    def remove(self, places: Places) -> None:
        """Remove the vectors at some places; those behind move up."""
        self.codes.remove_ids(faiss.IDSelectorBatch(places))
        self.ids = np.delete(self.ids, places)

    def locate(self, ids: IdArray) -> tuple[Places, Mask]:
        """The place of each id ``(n,)``, and whether it is there at all."""
        return places_of(self.ids, ids)

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Which places hold one of some ids; None stands for all, in both."""
        if allowed is None:
            return None
        places, present = self.locate(allowed)
        return mask_of(len(self.ids), places[present])

    def vectors(self, places: Places) -> FloatArray:
        """The vectors ``(n, dimension)`` at some places."""
        found: FloatArray = self.codes.reconstruct_batch(places)
        return found

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """The best ``k`` places, and all that may tie with the last of them, in any order.

        Args:
            query: ``(dimension,)``.
            k: how many at least, if there are so many.
            mask: ``(n,)`` whether a place may be found; None for all.
        """
        selection = Selection(mask, len(self), faiss.SearchParameters())
        fetched = min(k + BEYOND, selection.count)
        while fetched:
            (scores,), (places,) = self.codes.search(
                query[np.newaxis], fetched, params=selection.parameters
            )
            if fetched == selection.count or scores[k - 1] - scores[-1] > ROUNDING:
                return np.asarray(places, dtype=np.int64)
            fetched = min(8 * fetched, selection.count)
        return np.empty(0, np.int64)


def mask_of(count: int, places: Places) -> Mask:
    """Which of so many places are among some."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[places] = True
    return mask


def places_of(ids: IdArray, wanted: IdArray) -> tuple[Places, Mask]:
    """Where each wanted id stands among ascending ones, and whether it does, ``(n,)``."""
    places = np.searchsorted(ids, wanted)
    present = places < len(ids)
    present[present] = ids[places[present]] == wanted[present]
    return places, present
