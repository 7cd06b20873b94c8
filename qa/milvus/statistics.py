"""In how many passages each token stands: what the token matching weighs words by.

Milvus counts no tokens. The writers do, over the first passages by primary key (a hash, so
that they are a fair sample of all), and leave the counts beside the settings: every server
in front of Milvus weighs the same way, and none counts on a question's time. A library of
up to 50,000 passages is counted whole.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import IntArray
from qa.milvus.collections import TEXT_BYTES, Collections, record
from qa.milvus.connection import Connection
from qa.milvus.packing import unpacked

SAMPLE = 50_000  # passages
_COUNTED_ALWAYS_BELOW = 2_000  # passages: it takes a moment
_ROW = "statistics"
_KIND = "counts"
_NEVER = '{"stamp": "", "passages": 0, "parts": 0}'


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts at one moment.

    Attributes:
        stamp: tells them from those of another moment; empty before the first.
        passages: how many there were.
        counts: ``(t,)`` in how many of them each token stands, by token id.
    """

    stamp: str
    passages: int
    counts: NDArray[np.int64]

    def counts_of(self, tokens: IntArray) -> IntArray:
        """Of some tokens, ``(n,)``."""
        found = np.zeros(len(tokens), dtype=np.int32)
        known = tokens < len(self.counts)
        found[known] = self.counts[tokens[known]]
        return found


NONE = Statistics("", 0, np.zeros(0, np.int64))


def read(connection: Connection, collections: Collections, known: Statistics) -> Statistics:
    """The present statistics; ``known`` itself if they are still those."""
    found = connection.get(collections.records, [_ROW], ["value"])
    return known if not found else read_as(connection, collections, found[0]["value"], known)


def read_as(
    connection: Connection, collections: Collections, value: str, known: Statistics
) -> Statistics:
    """The statistics that their row's value describes."""
    described = json.loads(value)
    if described["stamp"] == known.stamp:
        return known
    ids = [f"{_KIND}:{described['stamp']}:{part}" for part in range(described["parts"])]
    held = {row["id"]: row["value"] for row in connection.get(collections.records, ids, ["value"])}
    if len(held) < len(ids):  # counted anew this moment; the next question sees that
        return known
    packed = base64.b64decode("".join(held[id_] for id_ in ids))
    counts = np.frombuffer(zlib.decompress(packed), dtype="<u4").astype(np.int64)
    return Statistics(described["stamp"], described["passages"], counts)


def keep(
    connection: Connection, collections: Collections, passages: str, *, at_change: float = 0.1
) -> None:
    """Count if the library is small, or has changed by much since it was counted.

    Args:
        connection: to the server.
        collections: of the library.
        passages: the collection in use, or about to be.
        at_change: by which share of all passages; an idf moves by less than twice that.
    """
    present = connection.count(passages)
    found = connection.get(collections.records, [_ROW], ["value"])
    before = json.loads(found[0]["value"] if found else _NEVER)
    change = abs(present - before["passages"])
    if present > _COUNTED_ALWAYS_BELOW and change < at_change * present:
        return
    stamp = uuid4().hex
    parts = list(_parts(_counted(connection, passages, present)))
    connection.put(
        collections.records,
        [record(f"{_KIND}:{stamp}:{n}", _KIND, value=part) for n, part in enumerate(parts)],
    )
    described = {"stamp": stamp, "passages": present, "parts": len(parts)}
    connection.put(collections.records, [record(_ROW, _ROW, value=json.dumps(described))])
    connection.delete(
        collections.records,
        [f"{_KIND}:{before['stamp']}:{part}" for part in range(before["parts"])],
    )


def _counted(connection: Connection, passages: str, present: int) -> NDArray[np.int64]:
    """In how many passages each token stands, projected from a sample where there are many."""
    counts = np.zeros(0, np.int64)
    sampled = 0
    for page in connection.everything(passages, ["tokens"]):
        distinct = [np.unique(unpacked(row["tokens"])) for row in page]
        counted = np.bincount(np.concatenate(distinct))
        longer = np.zeros(max(len(counts), len(counted)), np.int64)
        longer[: len(counts)] += counts
        longer[: len(counted)] += counted
        counts, sampled = longer, sampled + len(page)
        if sampled >= SAMPLE:
            break
    return counts if sampled >= present else counts * present // max(sampled, 1)


def _parts(counts: NDArray[np.int64]) -> Iterator[str]:
    packed = base64.b64encode(zlib.compress(counts.astype("<u4").tobytes())).decode("ascii")
    for start in range(0, max(len(packed), 1), TEXT_BYTES):
        yield packed[start : start + TEXT_BYTES]
