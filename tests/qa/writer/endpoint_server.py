"""A server that plays the chat completions protocol, well or badly, on the loopback.

It stands in for a language model, which cannot be had here: what it writes is scripted.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Iterable[bytes | float]  # bytes to send, seconds to wait


@dataclass
class Request:
    """What the server was asked."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def asked(self) -> dict[str, Any]:
        """The question and passages of the user's message."""
        asked: dict[str, Any] = json.loads(self.body["messages"][-1]["content"])
        return asked


@dataclass
class Reply:
    """What the server answers.

    Attributes:
        script: sent piece by piece.
        length: of the content that is promised; None to end with the connection.
    """

    script: Script
    status: int = 200
    content_type: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class PlayedEndpoint:
    """A running server: its address, what it was asked, and what it answers next."""

    url: str
    requests: list[Request]
    reply: Callable[[Request], Reply]
    done: threading.Event


def event(content: str | None = None, ending: str | None = None) -> bytes:
    """One event of a stream, as servers send it."""
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "played",
        "choices": [
            {
                "index": 0,
                "delta": {} if content is None else {"content": content},
                "finish_reason": ending,
            }
        ],
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


def stream(text: str, *, size: int = 3, ending: str = "stop") -> list[bytes]:
    """A whole stream of a text, some characters an event."""
    pieces = [event(text[at : at + size]) for at in range(0, len(text), size)]
    return [*pieces, event(ending=ending), b"data: [DONE]\n\n"]


@contextmanager
def played_endpoint() -> Iterator[PlayedEndpoint]:
    """The server, on a port of its own, until the block ends."""
    done = threading.Event()  # wakes replies that wait, so that no thread is left

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = Request(
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(self.rfile.read(length)),
            )
            played.requests.append(request)
            self._send(played.reply(request))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            if reply.length is not None:
                self.send_header("Content-Length", str(reply.length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for part in reply.script:
                    if isinstance(part, float):
                        done.wait(part)
                    else:
                        self.wfile.write(part)
                        self.wfile.flush()
            except ConnectionError:
                pass  # the client has gone, as it may

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played = PlayedEndpoint(
        f"http://127.0.0.1:{server.server_port}/v1", [], lambda _: Reply(stream("")), done
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield played
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()
