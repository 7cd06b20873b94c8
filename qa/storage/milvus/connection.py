"""Talking to Milvus: a few verbs over its client, and its errors as ours."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import grpc
from pymilvus import CollectionSchema, MilvusClient, MilvusException
from pymilvus.milvus_client.index import IndexParams

from qa.errors import LibraryUnreachable, WenjuError
from qa.storage.milvus.address import Address

_NOT_LOADED = 101  # Milvus's code
_UNAVAILABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_LOST = ("fail connecting", "failed to connect", "unavailable", "deadline", "retry run out")


def failure(address: Address, what: str, error: MilvusException | grpc.RpcError) -> WenjuError:
    """The error to raise for one of the client's.

    Args:
        address: of the library.
        what: was asked of Milvus.
        error: the client's.
    """
    if isinstance(error, grpc.RpcError):
        reason, gone = error.details(), error.code() in _UNAVAILABLE
    else:
        reason = error.message
        gone = any(words in str(reason).lower() for words in _LOST)
    said = f"Wenju asked Milvus at {address} to {what}; "
    if gone:
        return LibraryUnreachable(
            f"{said}nobody answered there ({reason}). Start the server, or name another; "
            "on one machine: milvus-lite server --data-dir DIR --host 127.0.0.1 "
            f"--port {address.port} --max-workers 1"
        )
    return WenjuError(f"{said}it answered: {reason}")


def is_not_loaded(error: BaseException | None) -> bool:
    """Whether a collection is there but not loaded, as after a restart of Milvus Lite."""
    return isinstance(error, MilvusException) and error.code == _NOT_LOADED


Row = dict[str, Any]
T = TypeVar("T")

# What it logs, with its stack and the request, reaches the caller as an error of ours.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

_CONNECT_SECONDS = 10.0
_REQUEST_SECONDS = 60.0
# A server that comes back is found at once; sharing what connections know of it would have
# each wait for the longest of their pauses.
# Milvus Lite hangs up on who pings while nothing is asked.
_OPTIONS = {"grpc.use_local_subchannel_pool": 1, "grpc.keepalive_permit_without_calls": 0}
# Of one request: far below the 64 MB that a proxy takes, and what a reader keeps at once.
_REQUEST_BYTES = 8_000_000
_PAGE = 1_000  # rows read together
MOST_FOUND = 16_384  # rows that Milvus gives for one search


class Connection:
    """A client of one server. Threads may share it.

    Everything read is strongly consistent: what any process wrote before is seen.

    Args:
        address: of the library.

    Raises:
        LibraryUnreachable: nobody answers there.
        WenjuError: Milvus does not let us in.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        connect = partial(
            MilvusClient,
            address.endpoint,
            token=address.token,
            db_name=address.database,
            timeout=_CONNECT_SECONDS,
            dedicated=True,
            grpc_options=_OPTIONS,
        )
        self._client: MilvusClient = self._asking("connect", connect)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def has(self, collection: str) -> bool:
        """Whether a collection is there."""
        has = partial(self._client.has_collection, collection, timeout=_REQUEST_SECONDS)
        return bool(self._asking("look for collections", has))

    def create(self, collection: str, schema: CollectionSchema, indexes: IndexParams) -> None:
        """Make a collection, unless another process has made it meanwhile."""
        create = partial(
            self._client.create_collection,
            collection,
            schema=schema,
            index_params=indexes,
            consistency_level="Strong",
            timeout=_REQUEST_SECONDS,
        )
        try:
            self._asking("make a collection", create)
        except WenjuError:
            if not self.has(collection):
                raise

    def drop(self, collection: str) -> None:
        """Delete a collection, if it is there."""
        drop = partial(self._client.drop_collection, collection, timeout=_REQUEST_SECONDS)
        self._asking("delete a collection", drop)

    def load(self, collection: str) -> None:
        """Let a collection be searched; one that is already stays so."""
        load = partial(self._client.load_collection, collection, timeout=_REQUEST_SECONDS)
        self._asking("load a collection", load)

    def get(self, collection: str, ids: Sequence[Any], fields: Sequence[str]) -> list[Row]:
        """The rows of some primary keys that are there, in no order; no keys are no request."""
        found: list[Row] = []
        for start in range(0, len(ids), _PAGE):
            get = partial(
                self._client.get,
                collection,
                ids=list(ids[start : start + _PAGE]),
                output_fields=list(fields),
                timeout=_REQUEST_SECONDS,
            )
            found.extend(self._reading(collection, get))
        return found

    def find(self, collection: str, filter_: str, fields: Sequence[str]) -> list[Row]:
        """The rows that a filter lets through, in no order.

        Args:
            collection: to read.
            filter_: holds hashes, numbers and words of ours only, never anyone's text.
            fields: to read.
        """
        find = partial(
            self._client.query,
            collection,
            filter=filter_,
            output_fields=list(fields),
            timeout=_REQUEST_SECONDS,
        )
        return list(self._reading(collection, find))

    def everything(self, collection: str, fields: Sequence[str]) -> Iterator[list[Row]]:
        """All rows of a collection, some at a time, by primary key."""
        start = partial(
            self._client.query_iterator,
            collection,
            batch_size=_PAGE,
            output_fields=list(fields),
            timeout=_REQUEST_SECONDS,
        )
        iterator = self._reading(collection, start)
        try:
            while page := self._reading(collection, iterator.next):
                yield list(page)
        finally:
            iterator.close()

    def count(self, collection: str) -> int:
        """How many rows a collection holds."""
        count = partial(
            self._client.query,
            collection,
            filter="",
            output_fields=["count(*)"],
            timeout=_REQUEST_SECONDS,
        )
        return int(self._reading(collection, count)[0]["count(*)"])

    def search(
        self,
        collection: str,
        field: str,
        wanted: str | Sequence[float],
        limit: int,
        filter_: str,
        fields: Sequence[str],
    ) -> list[tuple[float, Row]]:
        """The best rows by one index: what its metric says of each, and the fields."""
        search = partial(
            self._client.search,
            collection,
            data=[wanted],
            anns_field=field,
            limit=limit,
            filter=filter_,
            output_fields=list(fields),
            timeout=_REQUEST_SECONDS,
        )
        (hits,) = self._reading(collection, search)
        return [(float(hit["distance"]), {**hit["entity"], "row": hit["row"]}) for hit in hits]

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows; one that has the primary key of another takes its place."""
        for part in _parts(rows):
            write = partial(self._client.upsert, collection, part, timeout=_REQUEST_SECONDS)
            self._asking("write", write)

    def delete(self, collection: str, ids: Sequence[Any]) -> None:
        """Delete the rows of some primary keys; those that are not there do no harm."""
        for start in range(0, len(ids), _PAGE):
            some = list(ids[start : start + _PAGE])
            delete = partial(self._client.delete, collection, ids=some, timeout=_REQUEST_SECONDS)
            self._asking("delete", delete)

    def _reading(self, collection: str, request: Callable[[], T]) -> T:
        """Make a request that reads, of a collection that a restarted server has to load."""
        try:
            return self._asking(f"read {collection}", request)
        except WenjuError as error:
            if not is_not_loaded(error.__cause__):
                raise
        self.load(collection)
        return self._asking(f"read {collection}", request)

    def _asking(self, what: str, request: Callable[[], T]) -> T:
        """Make a request; what goes wrong is said in our words, without the request."""
        try:
            return request()
        except (MilvusException, grpc.RpcError) as error:
            raise failure(self._address, what, error) from error


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows in order, as many at a time as one request should hold."""
    part: list[Row] = []
    size = 0
    for row in rows:
        own = sum(map(_size, row.values()))
        if part and size + own > _REQUEST_BYTES:
            yield part
            part, size = [], 0
        part.append(row)
        size += own
    if part:
        yield part


def _size(value: object) -> int:
    """About how many bytes a value takes in a request."""
    if isinstance(value, str):
        return 4 * len(value)
    return 4 * len(value) if isinstance(value, Sequence) else 8


def one_of(field: str, hashes: Sequence[str]) -> str:
    """A filter: a field is one of some hashes.

    Raises:
        ValueError: one of them is no hash; nobody's text comes into a filter.
    """
    for value in hashes:
        if not value or value.strip("0123456789abcdef"):
            raise ValueError(f"{value[:80]!r} is no hash")
    listed = ", ".join(f'"{value}"' for value in hashes)
    return f"{field} in [{listed}]"
