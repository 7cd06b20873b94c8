"""Limits: each with the answer that says so, and a slow client that harms nobody."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
from starlette.types import Receive, Scope, Send

from qa.server.limits import LimitsMiddleware, ServerLimits
from tests.qa.server.serving import echo, served

SMALL = ServerLimits(
    url_bytes=100,
    body_bytes=1_000,
    upload_bytes=5_000,
    rate=0,
)


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


def test_sizes() -> None:
    with served(LimitsMiddleware(echo, SMALL)) as url:
        assert httpx.post(url + "/api/ask", content=b"x" * 1_000).json() == {"bytes": 1_000}
        assert httpx.post(url + "/api/ask", content=b"x" * 1_001).status_code == 413
        assert httpx.post(url + "/api/ask", content=chunks(1_100)).status_code == 413
        assert httpx.post(url + "/api/documents", content=chunks(5_000)).json() == {"bytes": 5_000}
        assert httpx.post(url + "/api/documents", content=chunks(5_100)).status_code == 413
        assert httpx.get(url + "/api/search?q=" + "x" * 100).status_code == 414


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    limits = replace(SMALL, body_seconds=0.5, upload_seconds=0.5)
    with served(LimitsMiddleware(echo, limits)) as url:
        for path in ("/api/ask", "/api/documents"):
            with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as slow:
                slow.sendall(
                    f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab".encode()
                )
                assert slow.recv(1_000).startswith(b"HTTP/1.1 408")


def test_the_rate_is_each_clients_own_and_says_when_to_come_again() -> None:
    limits = replace(SMALL, rate=0.001, burst=3)
    with served(LimitsMiddleware(echo, limits)) as url:
        codes = [httpx.get(url + "/api/search").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        refused = httpx.get(url + "/v1/models", headers={"Authorization": "Bearer made-up"})
        assert refused.status_code == 429
        assert 900 <= int(refused.headers["retry-after"]) <= 1_000
        assert httpx.get(url + "/assets/page.js").status_code == 200


def test_more_at_once_than_may_be_are_sent_away() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/api/slow":
            entered.set()
            await leave.wait()
        if scope["path"] == "/leave":
            await entered.wait()
            leave.set()
        await echo(scope, receive, send)

    with (
        served(LimitsMiddleware(waits, replace(SMALL, concurrency=1))) as url,
        ThreadPoolExecutor() as threads,
    ):
        slow = threads.submit(httpx.get, url + "/api/slow")
        while not entered.is_set():
            pass
        refused = httpx.get(url + "/api/search")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert httpx.get(url + "/leave").status_code == 200
        assert slow.result().status_code == 200
        assert httpx.get(url + "/api/search").status_code == 200
