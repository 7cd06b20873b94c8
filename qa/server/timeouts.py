"""Connections that are given up when nothing comes, or nothing is taken.

Uvicorn waits for the head of a request, and for a client to read its answer, as long as
the client likes; a few thousand such clients use up the sockets of the process. What the
body may take is the business of :mod:`qa.server.limits`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
#: In each such time some of the answer must have been read.
READING_SECONDS = 30.0


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with a time limit on the head of a request and on standstill of an answer."""

    head_seconds = HEAD_SECONDS
    reading_seconds = READING_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (uvicorn's own)
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        self._wait_for_a_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers with the connection."""
        for timer in (self._head_timer, self._reading_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A head has come, or a part of one."""
        super().data_received(data)
        self._wait_for_a_head()

    def on_response_complete(self) -> None:
        """The next request may come; what is left of the answer must be read."""
        super().on_response_complete()
        self._wait_for_a_head()
        if self._reading_timer is None:
            self._watch_reading()

    def pause_writing(self) -> None:
        """The client reads more slowly than we write."""
        super().pause_writing()
        if self._reading_timer is None:
            self._watch_reading()

    def _wait_for_a_head(self) -> None:
        waiting = self.cycle is None or self.cycle.response_complete
        if waiting and self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self.transport.abort)
        elif not waiting and self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _watch_reading(self, left_before: int | None = None) -> None:
        """Look again and again until all was read, or nothing was for too long."""
        left = self.transport.get_write_buffer_size()
        self._reading_timer = None
        if left_before is not None and left >= left_before:
            self.transport.abort()
        elif left:
            self._reading_timer = self.loop.call_later(
                self.reading_seconds, self._watch_reading, left
            )
