"""The writer's connection, with limits.

It connects to the given address and nowhere else: no proxy, no redirect, no header that the
client library or the environment adds. The whole response is limited in time and size,
because the client's own timeouts limit single waits only.
"""

import time
from collections.abc import Iterator

import httpx2

_MOST_BYTES = 4_000_000
_SENT = ("accept", "connection", "content-length", "content-type", "host", "user-agent")


class BoundedTransport(httpx2.HTTPTransport):
    """Sends the headers that are needed, and limits the time and size of the response.

    Args:
        key: the bearer token; empty for none.
        deadline: seconds that a request may take to its last byte.
    """

    def __init__(self, key: str, deadline: float) -> None:
        super().__init__(trust_env=False)
        self._key = key
        self._deadline = deadline

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; see :class:`httpx2.BaseTransport`."""
        ends = time.monotonic() + self._deadline
        sent = {name: request.headers[name] for name in _SENT if name in request.headers}
        if self._key:
            sent["authorization"] = f"Bearer {self._key}"
        request.headers = httpx2.Headers({**sent, "accept-encoding": "identity"})
        response = super().handle_request(request)
        coding = response.headers.get("content-encoding", "identity")
        if coding != "identity":  # a small body could unpack to a large one
            response.close()
            raise httpx2.RemoteProtocolError("the response is compressed, unasked")
        if not isinstance(response.stream, httpx2.SyncByteStream):
            raise TypeError("a synchronous transport gives a synchronous stream")
        response.stream = _BoundedStream(response.stream, ends)
        return response


class _BoundedStream(httpx2.SyncByteStream):
    """A body that raises an error past its time or size."""

    def __init__(self, stream: httpx2.SyncByteStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        left = _MOST_BYTES
        for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise httpx2.ReadError(f"the response is longer than {_MOST_BYTES:,} bytes")
            if time.monotonic() > self._ends:
                raise httpx2.ReadTimeout("the response took too long as a whole")
            yield piece

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()
