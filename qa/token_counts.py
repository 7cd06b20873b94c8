"""In how many passages a token stands: counted with every change, and held against the tokens."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from embeddings.encoder import IntArray
from qa.database import Database


def count_tokens(database: Database, model_id: int, tokens: Iterable[IntArray], sign: int) -> None:
    """Count the tokens of some passages in, or out again; within a transaction.

    Args:
        database: the library's.
        model_id: of the model whose tokens they are.
        tokens: of each passage, ``(n,)`` int32.
        sign: 1 for passages that came, -1 for passages that went.
    """
    distinct = [np.unique(ids) for ids in tokens]
    if not distinct:
        return
    ids, counts = np.unique(np.concatenate(distinct), return_counts=True)
    execute_many = database.connection.executemany
    execute_many(
        "INSERT INTO token_counts VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET passages = passages + excluded.passages",
        (
            (model_id, token, sign * count)
            for token, count in zip(ids.tolist(), counts.tolist(), strict=True)
        ),
    )
    if sign < 0:  # a token that stands nowhere any more is forgotten
        execute_many(
            "DELETE FROM token_counts WHERE model = ? AND token = ? AND passages = 0",
            ((model_id, token) for token in ids.tolist()),
        )


def miscounted_tokens(database: Database) -> int:
    """How many tokens of the model in use are not in as many passages as was counted."""
    counts: Counter[int] = Counter()
    for (tokens,) in database.execute(
        "SELECT tokens FROM vectors v JOIN models m ON m.id = v.model"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
    ):
        counts.update(set(np.frombuffer(tokens, dtype="<i4").tolist()))
    stored = dict(
        database.execute(
            "SELECT token, passages FROM token_counts t JOIN models m ON m.id = t.model"
            " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        )
    )
    return sum(counts[token] != stored.get(token, 0) for token in counts.keys() | stored)
