"""Vectors in one array, which every search compares all: exact, and fast while they are few.

The codes are in the order of their ids, so the place of an id is found by bisection, and of
two equal scores the earlier place has the smaller id.
"""

from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import FloatArray

IdArray = NDArray[np.int64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Candidates beyond k that are fetched at first, to see whether the k-th is tied.
BEYOND = 16
# The largest difference between two orders of summing an inner product of unit vectors.
ROUNDING = 1e-5


class Located(NamedTuple):
    """The place of each of some ids ``(n,)``, and whether it is present; else any place."""

    places: Places
    present: Mask


class Selection:
    """The places to search among, as FAISS's parameters.

    Args:
        mask: ``(n,)`` whether a place may be found; None for all.
        count: the number of all places.
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

    The store has half precision too. It halves the memory, and the time of a scan, which
    is bound by the speed of memory.

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
        """Return an array of no vectors."""
        codes = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        return cls(np.empty(0, np.int64), codes)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors ``(n, dimension)`` under ids that are not there yet."""
        if len(ids) and len(self) and ids.min() < self.ids[-1]:  # they belong between others
            ids = np.concatenate((self.ids, ids))
            vectors = np.concatenate((self.vectors(np.arange(len(self))), vectors))
            self.codes.reset()
            self.ids = self.ids[:0]
        order = np.argsort(ids)
        self.codes.add(np.ascontiguousarray(vectors[order]))
        self.ids = np.concatenate((self.ids, ids[order]))

    def remove(self, places: Places) -> None:
        """Remove the vectors at some places; later ones move up."""
        self.codes.remove_ids(faiss.IDSelectorBatch(places))
        self.ids = np.delete(self.ids, places)

    def locate(self, ids: IdArray) -> Located:
        """Return the place of each id ``(n,)``."""
        return places_of(self.ids, ids)

    def mask(self, allowed: IdArray | None) -> Mask | None:
        """Return a mask of the places of some ids; None means all, of ids and of places."""
        if allowed is None:
            return None
        places, present = self.locate(allowed)
        return mask_of(len(self.ids), places[present])

    def vectors(self, places: Places) -> FloatArray:
        """Return the vectors ``(n, dimension)`` at some places."""
        found: FloatArray = self.codes.reconstruct_batch(places)
        return found

    def nearest(self, query: FloatArray, k: int, mask: Mask | None) -> Places:
        """Return the best ``k`` places and those that may tie with the last, in any order.

        Args:
            query: ``(dimension,)``.
            k: how many at least, if there are as many.
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
    """Return a mask ``(count,)`` of some places."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[places] = True
    return mask


def places_of(ids: IdArray, wanted: IdArray) -> Located:
    """Return the place of each wanted id ``(n,)`` among ascending ones."""
    places = np.searchsorted(ids, wanted)
    present = places < len(ids)
    present[present] = ids[places[present]] == wanted[present]
    return Located(places, present)
