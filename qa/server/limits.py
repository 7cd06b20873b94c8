"""How much one client may ask for: size, time, rate, and how many at once.

A body is read whole before the request counts as under way, so that a slow client holds
no place that another could use; only an upload is passed on as it comes.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.problems import problem

_DRAINED_BYTES, _DRAINED_SECONDS = 8_000_000, 2.0  # of a refused body, to deliver the refusal


class LimitExceeded(Exception):
    """A request goes beyond a limit."""

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        values: Mapping[str, str | int],
        retry_after: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason, self.values = status, code, reason, values
        self.retry_after = retry_after

    def response(self, path: str) -> Response:
        """What is answered at a path."""
        retry = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        headers = {**retry, "Connection": "close"}
        return problem(
            path, self.status, self.code, self.reason, values=self.values, headers=headers
        )


async def drain(receive: Receive) -> None:
    """Read on for a moment: a client that is still sending would lose the answer.

    Closing a connection with unread bytes resets it, and what was sent back with it.
    """
    left = _DRAINED_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINED_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


class Body:
    """``receive`` that counts the bytes and looks at the clock until the body has come."""

    def __init__(self, scope: Scope, receive: Receive, most: int, seconds: float) -> None:
        self.refused: LimitExceeded | None = None
        self._receive, self._most, self._seconds = receive, most, seconds
        self._end = time.monotonic() + seconds
        self._got, self._complete = 0, False
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > most:
            raise self._too_large()

    async def __call__(self) -> Message:
        """The next part of the body.

        Raises:
            LimitExceeded: it is larger or slower than may be.
        """
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._end - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            said = f"The body had not come after {self._seconds:g} s."
            named = {"seconds": f"{self._seconds:g}"}
            self.refused = LimitExceeded(408, "body_too_slow", said, named)
            raise self.refused from None
        self._got += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._got > self._most:
            self.refused = self._too_large()
            raise self.refused
        return message

    def _too_large(self) -> LimitExceeded:
        said = f"The body is larger than {self._most:,} bytes."
        return LimitExceeded(413, "body_too_large", said, {"limit": self._most})


_COSTLY = ("/api/", "/v1/", "/gradio_api/call", "/gradio_api/queue/join", "/gradio_api/run", "/mcp")
_UPLOADS = ("/api/documents", "/gradio_api/upload")
_PATIENCE = 0.5  # seconds that a request waits for a place before it is refused
_CLIENTS = 10_000  # remembered at most; the one not seen for longest is forgotten


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Bounds on requests.

    Attributes:
        url_bytes: length of the path with its query.
        body_bytes: of a body that is no upload.
        upload_bytes: of an upload.
        body_seconds: in which such a body must have come.
        upload_seconds: in which an upload must have come.
        rate: questions and the like per second and client; 0 sets no limit.
        burst: so many at once before the rate counts.
        concurrency: requests that cost work, under way at once.
        uploads: uploads under way at once; each may lie on the disk until its turn.
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


class LimitsMiddleware:
    """Refuses what goes beyond the limits: 408, 413, 414, 429, 503.

    Args:
        app: what is guarded.
        limits: the bounds.
    """

    def __init__(self, app: ASGIApp, limits: ServerLimits) -> None:
        self.app = app
        self.limits = limits
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._uploading = 0
        self._places = asyncio.Semaphore(limits.concurrency)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say which limit it exceeds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._guarded(scope, receive, send)
        except LimitExceeded as refused:
            if refused.status == 413:
                await drain(receive)
            await refused.response(scope["path"])(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        limits = self.limits
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.url_bytes:
            said = f"The address is longer than {limits.url_bytes:,} bytes."
            raise LimitExceeded(414, "address_too_long", said, {"limit": limits.url_bytes})
        costly = scope["path"].startswith(_COSTLY)
        if costly:
            self._count(scope)
        if scope["path"].startswith(_UPLOADS) and scope["method"] != "GET":
            if self._uploading >= limits.uploads:
                said = f"{limits.uploads} uploads are under way."
                raise LimitExceeded(503, "too_many_uploads", said, {"limit": limits.uploads}, 5)
            self._uploading += 1
            try:
                await self._upload(scope, receive, send)
            finally:
                self._uploading -= 1
            return
        body = Body(scope, receive, limits.body_bytes, limits.body_seconds)
        messages = [await body()]
        while messages[-1].get("more_body"):
            messages.append(await body())
        messages.reverse()

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        if not costly:
            await self.app(scope, replay, send)
            return
        try:
            # Clients that went a moment ago give their places back within this time.
            async with asyncio.timeout(_PATIENCE):
                await self._places.acquire()
        except TimeoutError:
            said = f"{limits.concurrency} requests are under way."
            named = {"limit": limits.concurrency}
            raise LimitExceeded(503, "too_many_at_once", said, named, 1) from None
        try:
            await self._answer(scope, replay, receive, send)
        finally:
            self._places.release()

    async def _answer(self, scope: Scope, replay: Receive, receive: Receive, send: Send) -> None:
        """Run the app, unless the client goes before an answer begins: its place is free then.

        Work that waits for its turn is dropped; work that runs in a thread comes to its end.
        """
        begun = False

        async def begin(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        async def leave() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            if not begun:
                answering.cancel()

        answering = asyncio.ensure_future(self.app(scope, replay, begin))
        leaving = asyncio.ensure_future(leave())
        try:
            await asyncio.wait([answering])
            if not answering.cancelled():
                answering.result()
        finally:
            leaving.cancel()
            answering.cancel()

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on as it comes; a refusal takes the place of the app's own answer."""
        body = Body(scope, receive, self.limits.upload_bytes, self.limits.upload_seconds)
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if body.refused is None or started:
                started = True
                await send(message)

        with suppress(LimitExceeded):  # raised below, unless the answer had begun
            await self.app(scope, body, answer)
        if body.refused is not None and not started:
            raise body.refused

    def _count(self, scope: Scope) -> None:
        """One more of this client; a bucket that refills with time (token bucket)."""
        rate, burst = self.limits.rate, self.limits.burst
        if not rate:
            return
        now = time.monotonic()
        # A token is a client wherever it comes from; without one, an address is.
        address = scope["client"][0] if scope.get("client") else ""
        client = scope.get("state", {}).get("token") or address
        left, before = self._buckets.pop(client, (float(burst), now))
        left = min(float(burst), left + (now - before) * rate)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if left < 1:
            wait = max(1, -int(-(1 - left) // rate))
            said = f"More than {rate:g} requests a second; wait."
            raise LimitExceeded(429, "too_many_requests", said, {"limit": f"{rate:g}"}, wait)
