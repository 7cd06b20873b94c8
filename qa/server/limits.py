"""Limits on what one client may ask for: size, time, rate, and requests at once.

A body is read whole before its request counts as under way, so that a slow client holds
no place that another could use. Only an upload is passed on as it arrives.
"""

import asyncio
import math
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.problems import Refused
from qa.sharing.access import network_of

_COSTLY = ("/api/", "/v1/", "/mcp", "/gradio_api/", "/config", "/openapi.json")
# Answers of Gradio's that go on as long as the client likes.
_STREAMS = re.compile(
    r"/gradio_api/(heartbeat/.*|queue/data/?|upload_progress|startup-events|call/[^/]+/.+)"
)
_UPLOADS = ("/api/documents", "/gradio_api/upload")
_PATIENCE = 0.5  # seconds that a request waits for a place before it is refused
_CLIENTS = 10_000  # remembered at most; the one not seen for longest is forgotten
_DRAINED_BYTES, _DRAINED_SECONDS = 8_000_000, 2.0  # of a refused body; see _drain


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Bounds on requests.

    Attributes:
        url_bytes: length of the path with its query.
        body_bytes: size of a body that is not an upload.
        upload_bytes: size of an upload.
        body_seconds: time in which a body that is not an upload must arrive.
        upload_seconds: time in which an upload must arrive.
        rate: costly requests per second and client; 0 sets no limit.
        burst: costly requests that a client may send at once before the rate counts.
        concurrency: costly requests under way at once, of all clients.
        uploads: uploads under way at once; each may wait on the disk for its turn.
        streams: streams open at once, of all clients; an open page has one, and one more while
            it waits for an answer.
        streams_of_one: streams of one client open at once.
    """

    url_bytes: int = 8_192
    body_bytes: int = 1_000_000
    upload_bytes: int = 100_000_000
    body_seconds: float = 30.0
    upload_seconds: float = 600.0
    rate: float = 10.0
    burst: int = 50
    concurrency: int = 64
    uploads: int = 8
    streams: int = 1_000
    streams_of_one: int = 64


class LimitExceeded(Refused):
    """A request goes beyond a limit.

    Args:
        status: of the answer.
        code: the limit.
        reason: one sentence in English.
        values: what the Chinese sentence names.
        retry_after: seconds after which the client may try again.
    """

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        values: Mapping[str, str | int],
        retry_after: int | None = None,
    ) -> None:
        retry = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(status, code, reason, values, headers={**retry, "Connection": "close"})


class LimitsMiddleware:
    """Refuses requests that exceed a limit: 408, 413, 414, 429, 503.

    Args:
        app: the guarded application.
        limits: the bounds.
    """

    def __init__(self, app: ASGIApp, limits: ServerLimits) -> None:
        self.app = app
        self.limits = limits
        self._rate = RateLimiter(limits.rate, limits.burst)
        self._uploading = 0
        self._streams: Counter[str] = Counter()
        self._places = asyncio.Semaphore(limits.concurrency)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer with the limit that it exceeds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._limited(scope, receive, send)
        except LimitExceeded as refused:
            if refused.status == 413:
                await _drain(receive)
            await refused.response(scope["path"])(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._check_address(scope)
        costly = scope["path"].startswith(_COSTLY)
        if costly:
            self._rate.count(_client_of(scope))
        if scope["path"].startswith(_UPLOADS) and scope["method"] != "GET":
            await self._pass_upload(scope, receive, send)
            return
        whole = await self._received(scope, receive)
        if _STREAMS.fullmatch(scope["path"]):
            await self._pass_stream(scope, whole, send)
        elif costly:
            await self._pass_costly(scope, whole, receive, send)
        else:
            await self.app(scope, whole, send)

    def _check_address(self, scope: Scope) -> None:
        limit = self.limits.url_bytes
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limit:
            reason = f"The address is longer than {limit:,} bytes."
            raise LimitExceeded(414, "address_too_long", reason, {"limit": limit})

    async def _received(self, scope: Scope, receive: Receive) -> Receive:
        """Wait for the whole body; return a ``receive`` that replays it.

        Raises:
            LimitExceeded: the body is too large or too slow.
        """
        body = LimitedBody(scope, receive, self.limits.body_bytes, self.limits.body_seconds)
        messages = [await body()]
        while messages[-1].get("more_body"):
            messages.append(await body())
        messages.reverse()

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        return replay

    async def _pass_stream(self, scope: Scope, whole: Receive, send: Send) -> None:
        """Pass on a request whose answer stays open; it takes none of the places.

        Raises:
            LimitExceeded: too many streams are open.
        """
        client, limits = _client_of(scope), self.limits
        if self._streams[client] >= limits.streams_of_one:
            limit = limits.streams_of_one
            reason = f"{limit} streams of yours are open."
            raise LimitExceeded(429, "too_many_streams", reason, {"limit": limit}, 5)
        if self._streams.total() >= limits.streams:
            limit = limits.streams
            reason = f"{limit} streams are open."
            raise LimitExceeded(503, "too_many_at_once", reason, {"limit": limit}, 5)
        self._streams[client] += 1
        try:
            await self.app(scope, whole, send)
        finally:
            self._streams[client] -= 1
            self._streams += Counter()  # drop the clients that have none

    async def _pass_costly(
        self, scope: Scope, whole: Receive, receive: Receive, send: Send
    ) -> None:
        """Pass a costly request on when there is a place for it.

        Raises:
            LimitExceeded: too many are under way.
        """
        limit = self.limits.concurrency
        try:
            # Clients that left a moment ago free their places within this time.
            async with asyncio.timeout(_PATIENCE):
                await self._places.acquire()
        except TimeoutError:
            reason = f"{limit} requests are under way."
            raise LimitExceeded(503, "too_many_at_once", reason, {"limit": limit}, 1) from None
        try:
            await self._answer_unless_client_leaves(scope, whole, receive, send)
        finally:
            self._places.release()

    async def _answer_unless_client_leaves(
        self, scope: Scope, whole: Receive, receive: Receive, send: Send
    ) -> None:
        """Run the application, and cancel it if the client leaves before an answer begins.

        Work that waits for its turn is dropped; work that runs in a thread finishes.
        """
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        async def cancel_when_client_leaves() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            if not begun:
                answering.cancel()

        answering = asyncio.ensure_future(self.app(scope, whole, send_and_note))
        watching = asyncio.ensure_future(cancel_when_client_leaves())
        try:
            await asyncio.wait([answering])
            if not answering.cancelled():
                answering.result()
        finally:
            watching.cancel()
            answering.cancel()

    async def _pass_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on as it arrives; a refusal replaces the application's own answer.

        Raises:
            LimitExceeded: too many are under way, or this one is too large or too slow.
        """
        limits = self.limits
        if self._uploading >= limits.uploads:
            reason = f"{limits.uploads} uploads are under way."
            raise LimitExceeded(503, "too_many_uploads", reason, {"limit": limits.uploads}, 5)
        self._uploading += 1
        try:
            body = LimitedBody(scope, receive, limits.upload_bytes, limits.upload_seconds)
            started = False

            async def send_unless_refused(message: Message) -> None:
                nonlocal started
                if body.refusal is None or started:
                    started = True
                    await send(message)

            with suppress(LimitExceeded):  # raised below, unless the answer has begun
                await self.app(scope, body, send_unless_refused)
            if body.refusal is not None and not started:
                raise body.refusal
        finally:
            self._uploading -= 1


class _Bucket(NamedTuple):
    """The requests that a client may still send, as of a time in seconds."""

    left: float
    at: float


class RateLimiter:
    """Counts the requests of each client in a bucket that refills with time (token bucket).

    Args:
        rate: requests per second by which a bucket refills; 0 sets no limit.
        burst: requests that a full bucket holds.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def count(self, client: str) -> None:
        """Count a request.

        Raises:
            LimitExceeded: the client's bucket is empty.
        """
        if not self._rate:
            return
        now = time.monotonic()
        bucket = self._buckets.pop(client, _Bucket(self._burst, now))
        left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        self._buckets[client] = _Bucket(left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if left < 1:
            wait = max(1, math.ceil((1 - left) / self._rate))
            reason = f"More than {self._rate:g} requests a second; wait."
            named = {"limit": f"{self._rate:g}"}
            raise LimitExceeded(429, "too_many_requests", reason, named, wait)


def _client_of(scope: Scope) -> str:
    """Return the token that a request came with, else the network it came from."""
    token: str | None = scope.get("state", {}).get("token")
    return token or network_of(scope)


class LimitedBody:
    """A ``receive`` that limits the size of the body and the time until it has arrived.

    Attributes:
        refusal: the limit that the body exceeded, if it did.

    Args:
        scope: of the request.
        receive: of the request.
        size: bytes allowed.
        seconds: time allowed.

    Raises:
        LimitExceeded: the declared length is too large.
    """

    def __init__(self, scope: Scope, receive: Receive, size: int, seconds: float) -> None:
        self.refusal: LimitExceeded | None = None
        self._receive, self._size, self._seconds = receive, size, seconds
        self._deadline = time.monotonic() + seconds
        self._received, self._complete = 0, False
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > size:
            raise self._too_large()

    async def __call__(self) -> Message:
        """Return the next part of the body.

        Raises:
            LimitExceeded: the body is too large or too slow.
        """
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            reason = f"The body had not arrived after {self._seconds:g} s."
            named = {"seconds": f"{self._seconds:g}"}
            self.refusal = LimitExceeded(408, "body_too_slow", reason, named)
            raise self.refusal from None
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._received > self._size:
            self.refusal = self._too_large()
            raise self.refusal
        return message

    def _too_large(self) -> LimitExceeded:
        reason = f"The body is larger than {self._size:,} bytes."
        return LimitExceeded(413, "body_too_large", reason, {"limit": self._size})


async def _drain(receive: Receive) -> None:
    """Read on for a moment, so that a client that is still sending gets the answer.

    Closing a connection with unread bytes resets it, and loses what was sent back.
    """
    left = _DRAINED_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINED_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return
