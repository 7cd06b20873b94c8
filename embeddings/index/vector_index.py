"""The FAISS index over passage vectors: add, remove, search; it grows with the library.

Few vectors are in one array, and a search compares all of them. Many are behind a sieve,
and a search compares those that pass it; later additions are in an array beside it.

FAISS finds the candidates; :mod:`embeddings.index.scoring` computes their scores again.
"""

import threading
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from embeddings.errors import IndexUnusable
from embeddings.index import file
from embeddings.index.arrangement import arranged
from embeddings.index.file import IndexStamp
from embeddings.index.flat import FlatVectors, IdArray, Mask
from embeddings.index.lock import SharedLock
from embeddings.index.scoring import MaskedPart, Nearest, Part, best, inner_products
from embeddings.index.sieve import SievedVectors
from embeddings.protocols import FloatArray

__all__ = ["IdArray", "VectorIndex"]


class VectorIndex:
    """Inner-product search over unit vectors with 64-bit ids.

    Exact up to 20,000 vectors. Beyond, it finds nearly all of the nearest, each with its
    exact score. Searches run side by side in threads; adding and removing wait for them.

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
        """Return a mask ``(n,)`` of the ids that are missing."""
        with self._lock.reading():
            return ~self._present(ids)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors.

        Args:
            ids: ``(n,)`` int64, not negative, each once, none present yet.
            vectors: ``(n, dimension)`` float32, rows of length one (or zero); kept to
                half precision.

        Raises:
            ValueError: the arguments are different; nothing was added.
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
        """Remove vectors, and return how many were present."""
        with self._changing, self._lock.writing():
            before = len(self)
            for part in self._parts:
                places, present = part.locate(np.unique(ids))
                part.remove(places[present])
            return before - len(self)

    def search(self, queries: FloatArray, k: int, allowed: IdArray | None = None) -> Nearest:
        """Return the best ``k`` ids of each query by inner product; ties by smaller id.

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
        # OpenMP keeps this setting for each thread; one query is not worth waking others.
        faiss.omp_set_num_threads(1)
        with self._lock.reading():
            masked = [MaskedPart(part, part.mask(allowed)) for part in self._parts]
            available = sum(len(part) if mask is None else mask.sum() for part, mask in masked)
            k = min(k, int(available))
            scores = np.zeros((len(queries), k), dtype=np.float32)
            ids = np.zeros((len(queries), k), dtype=np.int64)
            if scores.size:
                for row, query in enumerate(queries):
                    scores[row], ids[row] = best(query, k, masked)
        return Nearest(scores, ids)

    def vectors(self, ids: IdArray) -> FloatArray:
        """Return the stored vectors ``(n, dimension)`` of ids.

        Raises:
            KeyError: one of them is missing.
        """
        with self._lock.reading():
            return self._vectors(np.asarray(ids, dtype=np.int64))

    def similarities(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """Return the inner products of one query with stored vectors, as in :meth:`search`.

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
        """Write the index and its stamp with a checksum, in one atomic step.

        Many vectors are put behind a sieve first, which takes about ten seconds for a
        million. Searches continue meanwhile.
        """
        with self._changing:
            self._arrange()
            file.write(path, self._sieved or self._flat, stamp)

    @classmethod
    def load(cls, path: Path, fingerprint: str, dimension: int) -> "LoadedIndex":
        """Read an index.

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
        return LoadedIndex(index, stamp)

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
            present |= part.locate(ids).present
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
        """Put all vectors into one part, an array or a sieve by their number."""
        part = arranged(self._flat, self._sieved)
        if part is self._flat or part is self._sieved:
            return
        with self._lock.writing():
            self._take(part)

    def _take(self, part: FlatVectors | SievedVectors) -> None:
        """Make a part the only one."""
        if isinstance(part, SievedVectors):
            self._flat, self._sieved = FlatVectors.empty(self.dimension), part
        else:
            self._flat, self._sieved = part, None


class LoadedIndex(NamedTuple):
    """An index read from a file, and the stamp of the file."""

    vectors: VectorIndex
    stamp: IndexStamp
