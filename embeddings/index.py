"""The FAISS index over passage vectors: add, remove, search, save, load."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import FloatArray

IdArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IndexStamp:
    """What an index file was built from; saved beside it and checked on load.

    Attributes:
        fingerprint: of the model whose vectors it holds.
        dimension: of a vector.
        sequence: the store's sequence number that the index reflects.
    """

    fingerprint: str
    dimension: int
    sequence: int


class VectorIndex:
    """Exact inner-product search over unit vectors with 64-bit ids."""

    def __init__(self, dimension: int) -> None: ...

    def __len__(self) -> int:
        raise NotImplementedError

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors ``(n, dimension)`` under ``ids`` ``(n,)``, not yet present."""

    def remove(self, ids: IdArray) -> int:
        """Remove vectors, and return how many there were."""
        raise NotImplementedError

    def search(
        self, queries: FloatArray, k: int, allowed: IdArray | None = None
    ) -> tuple[FloatArray, IdArray]:
        """The best ``k`` ids of each query, by inner product.

        Args:
            queries: ``(q, dimension)``, unit rows.
            k: how many at most.
            allowed: ids to search among; ``None`` for all.

        Returns:
            scores and ids, each ``(q, min(k, available))``, best first.
        """
        raise NotImplementedError

    def vectors(self, ids: IdArray) -> FloatArray:
        """The stored vectors ``(n, dimension)`` of ids that are present."""
        raise NotImplementedError

    def save(self, path: Path, stamp: IndexStamp) -> None:
        """Write the index and its stamp with a checksum, swapped in atomically."""

    @classmethod
    def load(cls, path: Path, fingerprint: str, dimension: int) -> tuple["VectorIndex", IndexStamp]:
        """Read an index back.

        Raises:
            IndexUnusable: missing, damaged (checksum), or built for another model;
                the message says which, and names ``wenju reindex``.
        """
        raise NotImplementedError
