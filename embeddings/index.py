"""The FAISS index over passage vectors: add, remove, search.

FAISS finds the candidates; their scores are computed again here, one vector at a
time in double precision. So a score does not depend on how FAISS got there (its
sums differ in the last bits with the number of questions, the selection and a
vector's place), equal vectors score equal, and ties can go to the smaller id.
"""

import os
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings import index_file
from embeddings.encoder import FloatArray
from embeddings.errors import IndexUnusable
from embeddings.index_file import IndexStamp
from embeddings.lock import SharedLock

IdArray = NDArray[np.int64]

# How many candidates beyond k are fetched at first, to see whether the k-th is tied.
_BEYOND = 16
# No two ways of adding up a unit inner product differ by more than this.
_ROUNDING = 1e-5
# Candidates whose vectors are held in double precision at once.
_BLOCK = 4096
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Selection:
    """The ids to search among, in our terms and in FAISS's.

    Args:
        present: ``(n,)``, the ids in the index.
        allowed: ids to search among, present or not; ``None`` for all.
    """

    def __init__(self, present: IdArray, allowed: IdArray | None) -> None:
        self.ids = present
        self.parameters: faiss.SearchParameters | None = None
        if allowed is not None:
            self.ids = present[np.isin(present, allowed)]
            self._selector = faiss.IDSelectorBatch(self.ids)  # FAISS does not keep it alive.
            self.parameters = faiss.SearchParameters()
            self.parameters.sel = self._selector

    def __len__(self) -> int:
        return len(self.ids)


class VectorIndex:
    """Exact inner-product search over unit vectors with 64-bit ids.

    Searches run side by side in threads; adding and removing wait for them.

    Args:
        dimension: length of a vector.
    """

    def __init__(self, dimension: int) -> None:
        # Any, because faiss describes its C++ signatures, not those Python sees.
        # Half precision: what the vectors are stored as anyway, half the memory, and a scan
        # that takes half the time, being bound by the memory's speed.
        flat = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._index: Any = faiss.IndexIDMap2(flat)
        self._lock = SharedLock()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

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
            present = ids[np.isin(ids, self._ids())]
            if len(present):
                raise ValueError(f"already in the index: {present[:5].tolist()}")
            self._index.add_with_ids(vectors, ids)

    def remove(self, ids: IdArray) -> int:
        """Remove vectors, and return how many there were."""
        with self._lock.writing():
            return int(self._index.remove_ids(np.asarray(ids, dtype=np.int64)))

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
        with self._lock.reading():
            selection = _Selection(self._ids(), allowed)
            k = min(k, len(selection))
            scores = np.zeros((len(queries), k), dtype=np.float32)
            ids = np.zeros((len(queries), k), dtype=np.int64)
            if scores.size:
                rough, near = self._fetch(queries, k + _BEYOND, selection)
                for row, query in enumerate(queries):
                    found = self._settle(query, k, rough[row], near[row], selection)
                    scores[row], ids[row] = found
        return scores, ids

    def vectors(self, ids: IdArray) -> FloatArray:
        """The stored vectors ``(n, dimension)`` of ids that are present.

        Raises:
            KeyError: one of them is not.
        """
        with self._lock.reading():
            return self._reconstruct(np.asarray(ids, dtype=np.int64))

    def similarities(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """Inner products of one query with stored vectors, as :meth:`search` computes them.

        Args:
            query: ``(dimension,)``, of length one.
            ids: ``(n,)``, present or not.

        Returns:
            ``(n,)``; NaN where an id is not in the index.
        """
        query = self._checked(query[np.newaxis])[0]
        ids = np.asarray(ids, dtype=np.int64)
        products = np.full(len(ids), np.nan, dtype=np.float32)
        with self._lock.reading():
            present = np.isin(ids, self._ids())
            products[present] = self._scores(query, ids[present])
        return products

    def save(self, path: Path, stamp: IndexStamp) -> None:
        """Write the index and its stamp with a checksum, swapped in atomically."""
        with self._lock.reading():
            index_file.write(path, self._index, stamp)

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
        index._index = loaded
        return index, stamp

    def _checked(self, vectors: FloatArray) -> FloatArray:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"expected vectors (n, {self.dimension}), got {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite")
        return vectors

    def _ids(self) -> IdArray:
        """A view of the ids ``(len(self),)``, to be used under the lock."""
        return faiss.rev_swig_ptr(self._index.id_map.data(), len(self))

    def _fetch(
        self, queries: FloatArray, k: int, selection: "_Selection"
    ) -> tuple[FloatArray, IdArray]:
        # OpenMP keeps this setting for each thread; one question is not worth waking others.
        faiss.omp_set_num_threads(min(len(queries), _CORES))
        k = min(k, len(selection))
        found: tuple[FloatArray, IdArray]
        found = self._index.search(queries, k, params=selection.parameters)
        return found

    def _settle(
        self, query: FloatArray, k: int, rough: FloatArray, near: IdArray, selection: "_Selection"
    ) -> tuple[FloatArray, IdArray]:
        """The best ``k`` of a query's candidates, after fetching all that may tie with them."""
        if not query.any():
            return np.zeros(k, dtype=np.float32), np.sort(selection.ids)[:k]
        while len(near) < len(selection) and rough[k - 1] - rough[-1] <= _ROUNDING:
            (rough,), (near,) = self._fetch(query[np.newaxis], 8 * len(near), selection)
        exact = self._scores(query, near)
        best = np.lexsort((near, -exact))[:k]
        return exact[best], near[best]

    def _scores(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """Exact inner products ``(n,)`` of a query ``(dimension,)``, whatever the order of ids."""
        scores = np.empty(len(ids), dtype=np.float32)
        for start in range(0, len(ids), _BLOCK):
            block = ids[start : start + _BLOCK]
            products = self._reconstruct(block).astype(np.float64) * query
            scores[start : start + _BLOCK] = products.sum(axis=1)
        return scores

    def _reconstruct(self, ids: IdArray) -> FloatArray:
        try:
            vectors: FloatArray = self._index.reconstruct_batch(ids)
        except RuntimeError as error:
            raise KeyError(f"not in the index: one of {ids[:5].tolist()}…") from error
        return vectors
