"""Document frequencies of tokens, from which the token matching weighs words.

Milvus counts no tokens. The writers do, over the first passages by primary key (a hash, so
that they are a fair sample), and store the counts beside the settings: all servers use the
same weights, and none counts during a question. A library of up to 50,000 passages is
counted whole.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

import numpy as np

from embeddings.protocols import IntArray
from qa.storage.milvus.collections import STATISTICS, TEXT_BYTES, Collections, record
from qa.storage.milvus.connection import Connection
from qa.storage.milvus.packing import unpacked

SAMPLE = 50_000  # passages
_ALWAYS_COUNTED_BELOW = 2_000  # passages: it takes a moment
_KIND = "counts"
_NEVER = '{"stamp": "", "passages": 0, "parts": 0}'


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts at one moment.

    Attributes:
        stamp: identifies the count; empty before the first.
        passages: the number of passages.
        tokens: ``(t,)`` the tokens of all passages, ascending. Ids are far apart: that of a
            word that the model can only spell is a hash.
        counts: ``(t,)`` the number of passages that have each.
    """

    stamp: str
    passages: int
    tokens: IntArray
    counts: IntArray

    def counts_of(self, tokens: IntArray) -> IntArray:
        """Return the number of passages that have each token ``(n,)``."""
        if not len(self.tokens):
            return np.zeros(len(tokens), dtype=np.int32)
        places = np.minimum(np.searchsorted(self.tokens, tokens), len(self.tokens) - 1)
        found: IntArray = np.where(self.tokens[places] == tokens, self.counts[places], 0)
        return found


NONE = Statistics("", 0, np.empty(0, np.int32), np.empty(0, np.int32))


def read(
    connection: Connection, collections: Collections, described: str, known: Statistics
) -> Statistics:
    """Return the statistics that a row describes; ``known`` itself if it describes these.

    Args:
        connection: to the server.
        collections: of the library.
        described: the content of the row; empty before the first count.
        known: those read before.
    """
    if not described:
        return known
    value = json.loads(described)
    if value["stamp"] == known.stamp:
        return known
    ids = [f"{_KIND}:{value['stamp']}:{part}" for part in range(value["parts"])]
    held = {row["id"]: row["value"] for row in connection.get(collections.records, ids, ["value"])}
    if len(held) < len(ids):  # counted again just now; the next question sees it
        return known
    packed = zlib.decompress(base64.b64decode("".join(held[id_] for id_ in ids)))
    tokens, counts = np.frombuffer(packed, dtype="<i4").astype(np.int32).reshape(2, -1)
    return Statistics(value["stamp"], value["passages"], tokens, counts)


def keep(
    connection: Connection, collections: Collections, passages: str, *, at_change: float = 0.1
) -> None:
    """Count if the library is small, or has changed much since the last count.

    Args:
        connection: to the server.
        collections: of the library.
        passages: the collection in use, or about to be.
        at_change: the share of all passages that is much; an idf changes by less than twice it.
    """
    present = connection.count(passages)
    found = connection.get(collections.records, [STATISTICS], ["value"])
    before = json.loads(found[0]["value"] if found else _NEVER)
    change = abs(present - before["passages"])
    if present > _ALWAYS_COUNTED_BELOW and change < at_change * present:
        return
    stamp = uuid4().hex
    parts = _parts(_counted(connection, passages, present))
    connection.put(
        collections.records,
        [record(f"{_KIND}:{stamp}:{n}", _KIND, value=part) for n, part in enumerate(parts)],
    )
    described = {"stamp": stamp, "passages": present, "parts": len(parts)}
    connection.put(
        collections.records, [record(STATISTICS, STATISTICS, value=json.dumps(described))]
    )
    connection.delete(
        collections.records,
        [f"{_KIND}:{before['stamp']}:{part}" for part in range(before["parts"])],
    )


class _Counts(NamedTuple):
    """Tokens ``(t,)``, ascending, and the number of passages that have each."""

    tokens: IntArray
    counts: IntArray


def _counted(connection: Connection, passages: str, present: int) -> _Counts:
    """Count the tokens, in a sample where there are many passages."""
    distinct = [np.empty(0, np.int32)]
    sampled = 0
    for page in connection.everything(passages, ["tokens"]):
        distinct.extend(np.unique(unpacked(row["tokens"])) for row in page)
        sampled += len(page)
        if sampled >= SAMPLE:
            break
    tokens, counts = np.unique(np.concatenate(distinct), return_counts=True)
    if sampled < present:
        counts = counts * present // max(sampled, 1)
    return _Counts(tokens, counts.astype(np.int32))


def _parts(counted: _Counts) -> list[str]:
    """Return counts as texts that fit into fields of Milvus."""
    packed = zlib.compress(np.concatenate(counted).astype("<i4").tobytes())
    text = base64.b64encode(packed).decode("ascii")
    return [text[start : start + TEXT_BYTES] for start in range(0, len(text), TEXT_BYTES)]
