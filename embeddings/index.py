"""The FAISS index over passage vectors: add, remove, search.

FAISS finds the candidates; their scores are computed again here, one vector at a
time in double precision. So a score does not depend on how FAISS got there (its
sums differ in the last bits with the number of questions, the selection and a
vector's place), equal vectors score equal, and ties can go to the smaller id.
"""

from pathlib import Path
from typing import Self

import faiss
import numpy as np

from embeddings import index_file
from embeddings.encoder import FloatArray
from embeddings.errors import IndexUnusable
from embeddings.flat import FlatVectors, IdArray, Mask, Places, places_of
from embeddings.index_file import IndexStamp
from embeddings.lock import SharedLock

__all__ = ["IdArray", "VectorIndex"]

# Candidates whose vectors are held in double precision at once.
_BLOCK = 4096


class VectorIndex:
    """Exact inner-product search over unit vectors with 64-bit ids.

    Searches run side by side in threads; adding and removing wait for them.

    Args:
        dimension: length of a vector.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._flat = FlatVectors.empty(dimension)
        self._lock = SharedLock()

    def __len__(self) -> int:
        return len(self._flat)

    def lacks(self, ids: IdArray) -> Mask:
        """Whether each of some ids ``(n,)`` is missing."""
        with self._lock.reading():
            return ~places_of(self._flat.ids, ids)[1]

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors.

        Args:
            ids: ``(n,)`` int64, not negative, each once, none present yet.
            vectors: ``(n, dimension)`` float32, rows of length one (or zero); kept to
                half precision.

        Raises:
            ValueError: the arguments are not like that; nothing was added.
        """
        ids = np.asarray(ids, dtype=np.int64)
        vectors = self._checked(vectors)
        if ids.shape != vectors.shape[:1]:
            raise ValueError(f"{ids.shape} ids for {len(vectors)} vectors")
        if (ids < 0).any() or len(np.unique(ids)) != len(ids):
            raise ValueError("ids must not be negative or repeated")
        with self._lock.writing():
            _, present = places_of(self._flat.ids, ids)
            if present.any():
                raise ValueError(f"already in the index: {ids[present][:5].tolist()}")
            self._flat.add(ids, vectors)

    def remove(self, ids: IdArray) -> int:
        """Remove vectors, and return how many there were."""
        with self._lock.writing():
            places, present = places_of(self._flat.ids, np.unique(ids))
            self._flat.remove(places[present])
            return int(present.sum())

    def search(
        self, queries: FloatArray, k: int, allowed: IdArray | None = None
    ) -> tuple[FloatArray, IdArray]:
        """The best ``k`` ids of each query, by inner product; ties by smaller id.

        Args:
            queries: ``(q, dimension)``, unit rows.
            k: how many at most.
            allowed: ids to search among; ``None`` for all.

        Returns:
            scores and ids, each ``(q, min(k, available))``, best first.

        Raises:
            ValueError: k is not positive or the queries are of another shape.
        """
        queries = self._checked(queries)
        if k < 1:
            raise ValueError(f"k must be positive, not {k}")
        # OpenMP keeps this for each thread; one question is not worth waking others.
        faiss.omp_set_num_threads(1)
        with self._lock.reading():
            mask = None if allowed is None else self._mask(allowed)
            k = min(k, len(self) if mask is None else int(mask.sum()))
            scores = np.zeros((len(queries), k), dtype=np.float32)
            ids = np.zeros((len(queries), k), dtype=np.int64)
            if scores.size:
                for row, query in enumerate(queries):
                    scores[row], ids[row] = self._best(query, k, mask)
        return scores, ids

    def vectors(self, ids: IdArray) -> FloatArray:
        """The stored vectors ``(n, dimension)`` of ids that are present.

        Raises:
            KeyError: one of them is not.
        """
        with self._lock.reading():
            places, present = places_of(self._flat.ids, np.asarray(ids, dtype=np.int64))
            if not present.all():
                raise KeyError(f"not in the index: {ids[~present][:5].tolist()}")
            return self._flat.vectors(places)

    def similarities(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """Inner products of one query with stored vectors, as :meth:`search` computes them.

        Args:
            query: ``(dimension,)``, of length one.
            ids: ``(n,)``, present or not.

        Returns:
            ``(n,)``; NaN where an id is not in the index.
        """
        query = self._checked(query[np.newaxis])[0]
        products = np.full(len(ids), np.nan, dtype=np.float32)
        with self._lock.reading():
            places, present = places_of(self._flat.ids, np.asarray(ids, dtype=np.int64))
            products[present] = self._scores(query, places[present])
        return products

    def save(self, path: Path, stamp: IndexStamp) -> None:
        """Write the index and its stamp with a checksum, swapped in atomically."""
        with self._lock.reading():
            index_file.write(path, self._flat, stamp)

    @classmethod
    def load(cls, path: Path, fingerprint: str, dimension: int) -> tuple[Self, IndexStamp]:
        """Read an index back.

        Raises:
            IndexUnusable: missing, damaged (checksum), or built for another model;
                the message says which, and names ``wenju reindex``.
        """
        loaded, stamp = index_file.read(path)
        if (stamp.fingerprint, stamp.dimension) != (fingerprint, dimension):
            raise IndexUnusable(
                f"{path} was built with model {stamp.fingerprint} ({stamp.dimension}-d);"
                f" the library asks for {fingerprint} ({dimension}-d): {index_file.REMEDY}"
            )
        index = cls(dimension)
        index._flat = loaded
        return index, stamp

    def _checked(self, vectors: FloatArray) -> FloatArray:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"expected vectors (n, {self.dimension}), got {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite")
        return vectors

    def _mask(self, allowed: IdArray) -> Mask:
        """Whether each place ``(len(self),)`` may be found."""
        places, present = places_of(self._flat.ids, np.asarray(allowed, dtype=np.int64))
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[places[present]] = True
        return mask

    def _best(self, query: FloatArray, k: int, mask: Mask | None) -> tuple[FloatArray, IdArray]:
        """Scores and ids of a query's best ``k``."""
        if not query.any():
            ids = self._flat.ids if mask is None else self._flat.ids[mask]
            return np.zeros(k, dtype=np.float32), ids[:k]
        places = self._flat.nearest(query, k, mask)
        scores = self._scores(query, places)
        best = np.lexsort((places, -scores))[:k]
        return scores[best], self._flat.ids[places[best]]

    def _scores(self, query: FloatArray, places: Places) -> FloatArray:
        """Exact inner products ``(n,)`` of a query ``(dimension,)``, whatever the order."""
        scores = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), _BLOCK):
            block = self._flat.vectors(places[start : start + _BLOCK])
            scores[start : start + _BLOCK] = (block.astype(np.float64) * query).sum(axis=1)
        return scores
