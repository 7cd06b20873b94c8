"""The FAISS index over passage vectors: add, remove, search; it grows with the library.

Few vectors lie in one row, and a search looks at all of them. Many lie behind a sieve,
and a search looks at what passes it; what was added since it was made lies in a row
beside them.

FAISS finds the candidates; :mod:`embeddings.index.scoring` computes their scores again.
"""

import threading
from pathlib import Path
from typing import Self

import faiss
import numpy as np

from embeddings.errors import IndexUnusable
from embeddings.index import file
from embeddings.index.arrangement import arranged
from embeddings.index.file import IndexStamp
from embeddings.index.flat import FlatVectors, IdArray, Mask
from embeddings.index.lock import SharedLock
from embeddings.index.scoring import Part, best, inner_products
from embeddings.index.sieve import SievedVectors
from embeddings.protocols import FloatArray

__all__ = ["IdArray", "VectorIndex"]


class VectorIndex:
    """Inner-product search over unit vectors with 64-bit ids.

    Exact up to 20,000 vectors; beyond, it finds nearly all of the nearest, and
    what it finds has its exact score. Searches run side by side in threads; adding and
    removing wait for them.

    Args:
        dimension: length of a vector.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._flat = FlatVectors.empty(dimension)
        self._sieved: SievedVectors | None = None
        self._lock = SharedLock()
        self._changing = threading.Lock()  # one change at a time, while searches go on

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def lacks(self, ids: IdArray) -> Mask:
        """Whether each of some ids ``(n,)`` is missing."""
        with self._lock.reading():
            return ~self._present(ids)

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
        with self._changing, self._lock.writing():
            present = self._present(ids)
            if present.any():
                raise ValueError(f"already in the index: {ids[present][:5].tolist()}")
            self._flat.add(ids, vectors)

    def remove(self, ids: IdArray) -> int:
        """Remove vectors, and return how many there were."""
        with self._changing, self._lock.writing():
            before = len(self)
            for part in self._parts:
                places, present = part.locate(np.unique(ids))
                part.remove(places[present])
            return before - len(self)

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
        if allowed is not None:
            allowed = np.asarray(allowed, dtype=np.int64)
        # OpenMP keeps this for each thread; one question is not worth waking others.
        faiss.omp_set_num_threads(1)
        with self._lock.reading():
            masked = [(part, part.mask(allowed)) for part in self._parts]
            available = sum(len(part) if mask is None else mask.sum() for part, mask in masked)
            k = min(k, int(available))
            scores = np.zeros((len(queries), k), dtype=np.float32)
            ids = np.zeros((len(queries), k), dtype=np.int64)
            if scores.size:
                for row, query in enumerate(queries):
                    scores[row], ids[row] = best(query, k, masked)
        return scores, ids

    def vectors(self, ids: IdArray) -> FloatArray:
        """The stored vectors ``(n, dimension)`` of ids that are present.

        Raises:
            KeyError: one of them is not.
        """
        with self._lock.reading():
            return self._vectors(np.asarray(ids, dtype=np.int64))

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
            for part in self._parts:
                places, present = part.locate(np.asarray(ids, dtype=np.int64))
                products[present] = inner_products(query, part, places[present])
        return products

    def save(self, path: Path, stamp: IndexStamp) -> None:
        """Write the index and its stamp with a checksum, swapped in atomically.

        Many vectors are put behind a sieve first, which takes some ten seconds for a
        million. Searches go on meanwhile.
        """
        with self._changing:
            self._arrange()
            file.write(path, self._sieved or self._flat, stamp)

    @classmethod
    def load(cls, path: Path, fingerprint: str, dimension: int) -> tuple[Self, IndexStamp]:
        """Read an index back.

        Raises:
            IndexUnusable: missing, damaged (checksum), or built for another model;
                the message says which, and names ``wenju reindex``.
        """
        loaded, stamp = file.read(path)
        if (stamp.fingerprint, stamp.dimension) != (fingerprint, dimension):
            raise IndexUnusable(
                f"{path} was built with model {stamp.fingerprint} ({stamp.dimension}-d);"
                f" the library asks for {fingerprint} ({dimension}-d): {file.REMEDY}"
            )
        index = cls(dimension)
        index._take(loaded)
        return index, stamp

    @property
    def _parts(self) -> list[Part]:
        return [self._flat] if self._sieved is None else [self._sieved, self._flat]

    def _checked(self, vectors: FloatArray) -> FloatArray:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"expected vectors (n, {self.dimension}), got {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite")
        return vectors

    def _present(self, ids: IdArray) -> Mask:
        present = np.zeros(len(ids), dtype=np.bool_)
        for part in self._parts:
            present |= part.locate(ids)[1]
        return present

    def _vectors(self, ids: IdArray) -> FloatArray:
        found = np.empty((len(ids), self.dimension), dtype=np.float32)
        missing = np.ones(len(ids), dtype=np.bool_)
        for part in self._parts:
            places, present = part.locate(ids)
            found[present] = part.vectors(places[present])
            missing &= ~present
        if missing.any():
            raise KeyError(f"not in the index: {ids[missing][:5].tolist()}")
        return found

    def _arrange(self) -> None:
        """Put all vectors into one part, of the kind that their number asks for."""
        part = arranged(self._flat, self._sieved)
        if part is self._flat or part is self._sieved:
            return
        with self._lock.writing():
            self._take(part)

    def _take(self, part: FlatVectors | SievedVectors) -> None:
        """Hold the vectors of one part, and no others."""
        if isinstance(part, SievedVectors):
            self._flat, self._sieved = FlatVectors.empty(self.dimension), part
        else:
            self._flat, self._sieved = part, None
