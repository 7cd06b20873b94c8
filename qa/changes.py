"""The vectors that a library gained since a sequence number, for an index to catch up with."""

from collections.abc import Iterator

import numpy as np

from embeddings.encoder import FloatArray
from embeddings.index import IdArray
from qa.database import Database

_ROWS = 8192  # read at once: a whole library's would not fit into memory twice


def vectors_since(database: Database, sequence: int) -> Iterator[tuple[IdArray, FloatArray]]:
    """The vectors of passages that later transactions added and that are still there.

    Args:
        database: the library's; the vectors are those of the model in use.
        sequence: transactions after this one.

    Yields:
        rows ``(n,)``, ascending from block to block, and vectors ``(n, dimension)`` float32.
    """
    # CROSS JOIN keeps SQLite to this order, which reads what is new and nothing else; rows
    # rise with the sequence number.
    cursor = database.execute(
        "SELECT p.row, v.vector FROM models m"
        " CROSS JOIN passages p CROSS JOIN vectors v ON v.model = m.id AND v.row = p.row"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        " AND p.sequence > ? ORDER BY p.sequence, p.row",
        (sequence,),
    )
    while found := cursor.fetchmany(_ROWS):
        rows, vectors = zip(*found, strict=True)
        codes = np.frombuffer(b"".join(vectors), dtype="<f2")
        yield np.array(rows, dtype=np.int64), codes.reshape(len(rows), -1).astype(np.float32)
