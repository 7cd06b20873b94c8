"""Attacks that were published against servers of this kind, against a real one of ours.

Gradio: files read by ``/file=`` (CVE-2023-51449, CVE-2024-1561), addresses fetched for the
caller (CVE-2024-1183, CVE-2024-4325, CVE-2024-47167), other sites let in for the origin
``null`` or a look-alike (CVE-2024-47084), paths in the names of uploads (CVE-2024-0964).
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import Receive, Scope, Send

from qa.server.headers import HeadersMiddleware
from tests.qa.server.serving import Served, served


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address that must never be asked for, and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(self.rfile.readline().decode("ascii", "replace"))

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as inner:
        threading.Thread(target=inner.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{inner.server_address[1]}", asked
        inner.shutdown()


@pytest.fixture
def client(writable: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=writable.url, timeout=30) as client:
        yield client


TRAVERSALS = (
    "../../escaped.md",
    "..\\..\\escaped.md",
    "/tmp/escaped.md",  # noqa: S108 (an attempt)
    "%2e%2e%2fescaped.md",
)


@pytest.mark.parametrize("name", TRAVERSALS)
def test_an_uploads_name_is_no_path(client: httpx.Client, tmp_path: Path, name: str) -> None:
    content = f"# 逃\n\n名字是 {name} 的文件不会写到别处。\n".encode()
    added = client.post("/api/documents", files={"file": (name, content)})
    assert added.status_code == 201
    (source,) = added.json()["added"]
    assert source in ("escaped.md", "%2e%2e%2fescaped.md")
    assert client.delete(f"/api/documents/{quote(source, safe='')}").status_code == 200
    for place in (Path.cwd(), Path.cwd().parent, Path("/tmp"), tmp_path):  # noqa: S108
        assert not (place / "escaped.md").exists()


@pytest.mark.parametrize(
    "name", ["a\0.md", "a\x1b[31m.md", "\u202edm.txt", "a" * 5_000 + ".md", ""]
)
def test_a_name_that_is_no_name(client: httpx.Client, name: str) -> None:
    before = client.get("/api/documents").json()
    answer = client.post("/api/documents", files={"file": (name, b"# x\n\ntext of it\n")})
    if answer.status_code == 201:  # kept, with what a terminal obeys written out
        (source,) = answer.json()["added"]
        assert source.isprintable()
        client.delete(f"/api/documents/{quote(source, safe='')}")
    else:
        assert answer.status_code in (400, 415, 422)
    assert client.get("/api/documents").json() == before


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../../etc/passwd",
        "/gradio_api/file=%2Fetc%2Fpasswd",
        "/gradio_api/file//etc/passwd",
        "/gradio_api//file=/etc/passwd",
        "/gradio_api/./file=/etc/passwd",
        "/file=/etc/passwd",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2f..%2fetc/passwd",
        "/svelte/../../etc/passwd",
        "/custom_component/x/client/component/../../../../etc/passwd",
        "/gradio_api/custom_component/x/client/component/%2fetc%2fpasswd",
        "/api/documents/../../etc/passwd",
        "/api/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/passages/..%2f..%2fetc%2fpasswd",
        "/theme.css/../../../etc/passwd",
    ],
)
def test_no_file_of_the_machine_is_read(server: Served, path: str) -> None:
    answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "root:" not in answer
    assert answer.split()[1] in ("400", "403", "404")


def test_no_address_is_fetched_for_the_caller(
    client: httpx.Client, canary: tuple[str, list[str]]
) -> None:
    url, asked = canary
    for path in (
        f"/gradio_api/proxy={url}/x",
        f"/gradio_api/file={url}/x",
        f"/proxy={url}/x",
        f"/gradio_api/file={quote(url, safe='')}",
    ):
        assert client.get(path).status_code == 404
    file = {"path": url, "url": url, "orig_name": "a.md", "meta": {"_type": "gradio.FileData"}}
    session = {"session_hash": "attack", "trigger_id": None}
    for index in range(8):
        client.post("/gradio_api/queue/join", json={"data": [file], "fn_index": index, **session})
    for name in ("ask", "search"):
        client.post(f"/gradio_api/call/{name}", json={"data": [file, file, file]})
        client.post(f"/gradio_api/call/{name}", json={"data": [url], "webhook": url})
    service = {"component_id": 1, "fn_name": "preprocess", "data": file, **session}
    assert client.post("/gradio_api/component_server", json=service).status_code >= 400
    client.post("/api/documents", json={"file": url})
    client.post("/api/search", json={"query": url})
    image = [{"type": "image_url", "image_url": {"url": url}}]
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": image}]})
    time.sleep(0.5)  # what is fetched in the background comes a little later
    assert asked == []


def test_a_fault_says_that_its_connection_ends() -> None:
    """Else a client sends its next request into a connection that is being closed."""

    async def faulty(scope: Scope, _: Receive, __: Send) -> None:
        raise KeyError(scope["path"])

    app = HeadersMiddleware(ServerErrorMiddleware(faulty), loopback=True, space=False)
    with served(app) as url:
        fault = httpx.get(url)
    assert (fault.status_code, fault.headers["connection"]) == (500, "close")


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("queue/join", {"data": [], "fn_index": 10_000, "session_hash": "attack"}, 400),
        ("queue/join", {"data": [], "fn_index": 0, "session_hash": ""}, 422),
        ("queue/join", {"data": None, "fn_index": 0, "session_hash": "attack"}, 422),
        ("call/nothing", {"data": []}, 400),
        ("component_server", {"component_id": 9_999, "fn_name": "x", "data": {}}, 400),
        ("component_server", {"component_id": 1, "fn_name": "__class__", "data": {}}, 404),
        ("run/ask", {"data": []}, 404),
        ("api/ask", {"data": []}, 404),
    ],
)
def test_what_gradio_was_never_meant_to_be_asked_breaks_nothing(
    client: httpx.Client, path: str, asked: dict[str, object], status: int
) -> None:
    asked = {"session_hash": "attack", **asked}
    assert client.post(f"/gradio_api/{path}", json=asked).status_code == status
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_changes_and_reads_nothing(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    upload = {"file": ("evil.md", b"# x\n\nplanted\n")}
    attempts: tuple[Callable[[], httpx.Response], ...] = (
        lambda: client.post("/api/documents", files=upload, headers=headers),
        lambda: client.delete("/api/documents/ferry.md", headers=headers),
        lambda: client.post("/gradio_api/upload", files=upload, headers=headers),
        lambda: client.post("/gradio_api/queue/join", json={}, headers=headers),
        lambda: client.post("/mcp", json={}, headers=headers),
        lambda: client.post("/v1/chat/completions", json={}, headers=headers),
    )
    for attempt in attempts:
        assert attempt().status_code == 403
    read = client.get("/api/documents", headers=headers)
    preflight = client.options(
        "/api/documents", headers={**headers, "Access-Control-Request-Method": "DELETE"}
    )
    for answer in (read, preflight, client.get("/config", headers=headers)):
        assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_a_name_that_was_made_to_point_here_is_refused(server: Served, host: str) -> None:
    for path in ("/", "/api/documents", "/gradio_api/info", "/mcp"):
        answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert answer.split()[1] == "421"


def test_every_answer_has_its_headers(client: httpx.Client) -> None:
    for path in ("/", "/api/search", "/api/nothing", "/readyz", "/theme.css", "/gradio_api/file=x"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_bodies_are_bounded_with_and_without_their_length(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    json_type = {"Content-Type": "application/json"}
    for path in ("/api/ask", "/v1/embeddings", "/mcp", "/gradio_api/queue/join", "/login"):
        assert client.post(path, content=b"x" * 2_000_000, headers=json_type).status_code == 413
        assert client.post(path, content=endless(), headers=json_type).status_code == 413
    lying = "Content-Length: 100000001"
    refused = raw_to(client, f"POST /api/documents HTTP/1.1\r\nHost: localhost\r\n{lying}\r\n\r\n")
    assert refused.split()[1] == "413"


def test_forms_of_many_parts_and_fields_are_bounded(client: httpx.Client) -> None:
    many = {f"f{n}": (f"{n}.md", b"x") for n in range(2_000)}
    assert client.post("/api/documents", files=many).status_code in (400, 422)
    assert client.get("/api/search?query=x" + "&documents=y" * 600).status_code in (404, 414, 422)
    nested = json.loads('{"a":' * 500 + "1" + "}" * 500)
    assert client.post("/api/search", json=nested).status_code in (400, 422)


def test_slow_and_vanished_clients_harm_nobody(server: Served) -> None:
    half = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{"
    with ExitStack() as slow:
        for number in range(200):
            one = slow.enter_context(connect(server))
            one.sendall(half if number % 2 else b"GET /api/search?query=x HTTP/1.1\r\nHost: loc")
        for _ in range(100):  # asks, and is gone before the answer
            with connect(server) as gone:
                gone.sendall(b"GET /api/search?query=x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with httpx.Client(base_url=server.url, timeout=30) as client:

            def status(number: int) -> int:
                return client.get("/api/search", params={"query": f"灯塔 {number}"}).status_code

            with ThreadPoolExecutor(8) as threads:
                assert set(threads.map(status, range(80))) == {200}


def test_a_head_that_does_not_come_is_not_waited_for(server: Served) -> None:
    began = time.monotonic()
    with connect(server) as silent, connect(server) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        silent.settimeout(60)
        half.settimeout(60)
        assert closed(silent)
        assert closed(half)
        assert time.monotonic() - began > 5


def closed(connection: socket.socket) -> bool:
    """Whether the other side hung up."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def connect(server: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0))


def raw(server: Served, request: str) -> str:
    """The answer to a request that no client would put so."""
    with connect(server) as connection:
        connection.settimeout(20)
        connection.sendall(request.encode())
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer.decode("utf-8", "replace")


def raw_to(client: httpx.Client, request: str) -> str:
    port = client.base_url.port or 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(20)
        connection.sendall(request.encode())
        return connection.recv(65_536).decode("utf-8", "replace")
