"""The connection to Milvus: a few verbs over its client, and its errors as ours."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import grpc
from pymilvus import CollectionSchema, MilvusClient, MilvusException
from pymilvus.milvus_client.index import IndexParams

from qa.errors import LibraryUnreachable, WenjuError
from qa.storage.milvus.address import Address

_NOT_LOADED = 101  # Milvus's code
_UNAVAILABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_LOST = ("fail connecting", "failed to connect", "unavailable", "deadline", "retry run out")
# The errors that it logs, with stack and request, reach the caller as errors of ours.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

_CONNECT_SECONDS = 10.0
_REQUEST_SECONDS = 60.0
# With a pool of its own each connection finds a restarted server at once, instead of
# waiting for the longest pause of all. Milvus Lite drops clients that ping between requests.
_OPTIONS = {"grpc.use_local_subchannel_pool": 1, "grpc.keepalive_permit_without_calls": 0}
# Of one request: far below the 64 MB that a proxy accepts.
_REQUEST_BYTES = 8_000_000
_PAGE = 1_000  # rows read together
MOST_FOUND = 16_384  # rows that Milvus returns for one search

T = TypeVar("T")
Row = dict[str, Any]


class FoundRow(NamedTuple):
    """A row that a search found, and its score by the metric of the index."""

    score: float
    row: Row


def failure(address: Address, what: str, error: MilvusException | grpc.RpcError) -> WenjuError:
    """Return our error for one of the client's.

    Args:
        address: of the library.
        what: the request, as a verb.
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
    """Return whether a collection exists and is not loaded, as after a restart of Milvus Lite."""
    return isinstance(error, MilvusException) and error.code == _NOT_LOADED


class Connection:
    """A client of one server. Threads may share it.

    All reads are strongly consistent: they see what any process wrote before.

    Args:
        address: of the library.

    Raises:
        LibraryUnreachable: no server answers there.
        WenjuError: Milvus refuses the credentials.
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
        """Return whether a collection exists."""
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
        """Delete a collection, if it exists."""
        drop = partial(self._client.drop_collection, collection, timeout=_REQUEST_SECONDS)
        self._asking("delete a collection", drop)

    def load(self, collection: str) -> None:
        """Load a collection for searches, unless it is loaded."""
        load = partial(self._client.load_collection, collection, timeout=_REQUEST_SECONDS)
        self._asking("load a collection", load)

    def get(self, collection: str, ids: Sequence[Any], fields: Sequence[str]) -> list[Row]:
        """Return the rows of those primary keys that exist, in no order."""
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
        """Return the rows that match a filter, in no order.

        Args:
            collection: to read.
            filter_: of hashes, numbers and our own words; never the text of a user.
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
        """Yield all rows of a collection, some at a time, by primary key."""
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
        """Return the number of rows of a collection."""
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
    ) -> list[FoundRow]:
        """Return the best rows by one index, best first."""
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
        return [
            FoundRow(float(hit["distance"]), {**hit["entity"], "row": hit["row"]}) for hit in hits
        ]

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows; each replaces the row with its primary key."""
        for part in _parts(rows):
            write = partial(self._client.upsert, collection, part, timeout=_REQUEST_SECONDS)
            self._asking("write", write)

    def delete(self, collection: str, ids: Sequence[Any]) -> None:
        """Delete the rows of some primary keys, if they exist."""
        for start in range(0, len(ids), _PAGE):
            some = list(ids[start : start + _PAGE])
            delete = partial(self._client.delete, collection, ids=some, timeout=_REQUEST_SECONDS)
            self._asking("delete", delete)

    def _reading(self, collection: str, request: Callable[[], T]) -> T:
        """Make a request that reads; load the collection if a restarted server has not."""
        try:
            return self._asking(f"read {collection}", request)
        except WenjuError as error:
            if not is_not_loaded(error.__cause__):
                raise
        self.load(collection)
        return self._asking(f"read {collection}", request)

    def _asking(self, what: str, request: Callable[[], T]) -> T:
        """Make a request; its errors are raised as ours, without the request."""
        try:
            return request()
        except (MilvusException, grpc.RpcError) as error:
            raise failure(self._address, what, error) from error


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield rows in order, as many at a time as fit into one request."""
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
    """Return the approximate size of a value in a request, in bytes."""
    if isinstance(value, str):
        return 4 * len(value)
    return 4 * len(value) if isinstance(value, Sequence) else 8


def one_of(field: str, hashes: Sequence[str]) -> str:
    """Return a filter for rows whose field is one of some hashes.

    Raises:
        ValueError: one of them is no hash; a filter never has the text of a user.
    """
    for value in hashes:
        if not value or value.strip("0123456789abcdef"):
            raise ValueError(f"{value[:80]!r} is no hash")
    listed = ", ".join(f'"{value}"' for value in hashes)
    return f"{field} in [{listed}]"
