"""A request's body, read within bounds; and the refusal of what goes beyond one."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope

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
