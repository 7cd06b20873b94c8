"""Connections closed when the client sends or reads nothing.

Uvicorn waits for the head of a request, and for a client to read its answer, as long as
the client likes; a few thousand such clients use up the sockets of the process. How long
a body may take is decided in :mod:`qa.server.limits`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
#: A client that reads nothing of its answer for so long is disconnected.
READING_SECONDS = 30.0


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with a time limit on the head of a request and on the reading of an answer."""

    head_seconds = HEAD_SECONDS
    reading_seconds = READING_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (uvicorn's own)
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time for the first head."""
        super().connection_made(transport)
        self._update_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        for timer in (self._head_timer, self._reading_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Stop the time for the head if the data complete it."""
        super().data_received(data)
        self._update_head_timer()

    def on_response_complete(self) -> None:
        """Start the time for the next head, and watch that the answer is read."""
        super().on_response_complete()
        self._update_head_timer()
        if self._reading_timer is None:
            self._watch_reading()

    def pause_writing(self) -> None:
        """Watch a client that reads more slowly than the answer is written."""
        super().pause_writing()
        if self._reading_timer is None:
            self._watch_reading()

    def _update_head_timer(self) -> None:
        waiting = self.cycle is None or self.cycle.response_complete
        if waiting and self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self.transport.abort)
        elif not waiting and self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _watch_reading(self, unread_before: int | None = None) -> None:
        """Abort the connection if nothing was read since the last look; else look again."""
        unread = self.transport.get_write_buffer_size()
        self._reading_timer = None
        if unread_before is not None and unread >= unread_before:
            self.transport.abort()
        elif unread:
            self._reading_timer = self.loop.call_later(
                self.reading_seconds, self._watch_reading, unread
            )
