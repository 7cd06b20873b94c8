"""Calls of Gradio's routes that no page of ours sends: each is refused with our JSON."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.library import Library
from qa.server.access_tokens import AccessTokens
from tests.qa.server.conftest import make_library
from tests.qa.server.serving import Served, wenju_serve

MALFORMED: tuple[dict[str, Any], ...] = (
    {},
    {"visitor": {}, "document": {}, "passage": 5, "model": []},
    {"visitor": "x" * 100_000, "document": "x" * 100_000},
    {"document": [], "query": {}, "question": [], "name": 3},
    {"passage": "no such passage", "marks": [[1]]},
    {"document": "ferry.md", "marks": "12"},
    {"document": "ferry.md", "marks": [[0.5, "x"]]},
    {"document": "ferry.md", "marks": [[10**30, -1]]},
    {"document": "\ud800", "query": "\ud800", "question": "\ud800"},
    {"query": "x", "documents": [{}]},
    {"query": "x", "documents": "ferry.md"},
    {"question": "x", "query": "x", "cited": 5},
    {"question": "x", "query": "x", "verdict": {}, "passage": "x:1"},
    {"question": "x" * 3_000, "query": "x" * 3_000, "verdict": "good"},
    {"name": "a.md", "path": "\0"},
    {"name": "a.md", "path": "x" * 100_000},
    {"name": {}, "path": ["/etc/passwd"]},
)


@pytest.fixture
def client(writable: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=writable.url, timeout=30) as client:
        yield client


def services(client: httpx.Client) -> list[tuple[int, str]]:
    """Component and name of each service of the page."""
    return [
        (int(one["id"]), str(name))
        for one in client.get("/config").json()["components"]
        for name in one["props"].get("server_fns") or one.get("server_fns") or ()
    ]


def call(client: httpx.Client, component: int, name: str, data: object) -> httpx.Response:
    asked = {"data": data, "component_id": component, "fn_name": name, "session_hash": "x"}
    headers = {"Content-Type": "application/json"}  # with half a character as an escape
    body = json.dumps(asked)
    return client.post("/gradio_api/component_server", content=body, headers=headers)


def is_ours(answer: httpx.Response) -> bool:
    """Return whether an answer is a result, or a refusal of the client in our JSON."""
    if answer.status_code == 200:
        return True
    said = list(answer.json())
    return answer.status_code < 500 and said[:3] == ["error", "code", "error_zh"]


def test_no_malformed_call_of_a_service_is_a_fault(client: httpx.Client) -> None:
    before = client.get("/api/documents").json()
    found = services(client)
    assert {"find", "judge", "read_document", "add_document", "rebuild"} <= {
        one for _, one in found
    }
    for (component, name), data in itertools.product(found, MALFORMED):
        if name == "rebuild" and "model" not in data:
            continue  # this is a call as the page makes it
        if name == "remove_document" and data.get("document") == "ferry.md":
            continue  # likewise
        answer = call(client, component, name, data)
        assert is_ours(answer), (name, data, answer.status_code, answer.text)
        assert "damaged" not in answer.text
    assert client.get("/api/documents").json() == before


@pytest.mark.parametrize("data", [None, [], "x", 5, [{}]])
def test_a_service_takes_one_object(client: httpx.Client, data: object) -> None:
    for component, name in services(client):
        answer = call(client, component, name, data)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "asked", "status"),
    [
        ("POST", "queue/join", {"json": []}, 422),
        ("POST", "queue/join", {"json": {}}, 422),
        ("POST", "queue/join", {"content": b"{"}, 415),
        (
            *("POST", "queue/join"),
            {"content": b"{", "headers": {"Content-Type": "application/json"}},
            400,
        ),
        (
            *("POST", "queue/join"),
            {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}},
            400,
        ),
        ("POST", "queue/join", {"json": {"fn_index": True, "data": [], "session_hash": "x"}}, 422),
        ("POST", "queue/join", {"json": {"fn_index": -1, "data": [], "session_hash": "x"}}, 422),
        ("POST", "queue/join", {"json": {"fn_index": 9_999, "data": [], "session_hash": "x"}}, 400),
        (
            *("POST", "queue/join"),
            {"json": {"fn_index": 0, "data": [], "session_hash": "x", "trigger_id": {}}},
            422,
        ),
        (
            "POST",
            "queue/join",
            {"json": {"fn_index": 0, "data": [], "session_hash": "x" * 65}},
            422,
        ),
        ("POST", "component_server", {"files": {"file": ("a.md", b"x")}}, 415),
        ("POST", "component_server", {"json": {"session_hash": "x", "data": {}}}, 422),
        ("POST", "call/ask", {"json": {"data": {}}}, 422),
        ("POST", "call/nothing", {"json": {"data": []}}, 400),
        ("POST", "call/v2/ask", {"json": {"question": "x"}}, 404),
        ("POST", "upload", {"content": b"x"}, 400),
        ("POST", "upload", {"files": {"file": ("a.md", b"x")}, "headers": {"X": "y"}}, 200),
        ("POST", "upload", {"headers": {"Content-Type": "multipart/form-data"}}, 400),
        ("POST", "cancel", {"json": {}}, 422),
        ("POST", "cancel", {"json": {"session_hash": "x", "fn_index": 0, "event_id": "x"}}, 200),
        ("POST", "reset", {"json": {"event_id": {}}}, 422),
        ("GET", "queue/data", {}, 422),
        ("GET", "queue/data?session_hash=%00", {}, 422),
        ("GET", "heartbeat/" + "x" * 65, {}, 422),
        ("GET", "nothing", {}, 404),
        ("PUT", "queue/join", {}, 405),
    ],
)
def test_malformed_calls_of_gradios_routes(
    client: httpx.Client, method: str, path: str, asked: dict[str, Any], status: int
) -> None:
    answer = client.request(method, f"/gradio_api/{path}", **asked)
    assert answer.status_code == status, answer.text
    assert is_ours(answer), answer.text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_library(tmp_path_factory.mktemp("tokens") / "test.library")


def test_a_token_that_reads_judges_nothing_and_none_changes_the_model(folder: Path) -> None:
    tokens = AccessTokens(folder)
    reader, writer = tokens.create("reader"), tokens.create("writer", writes=True)
    with wenju_serve(folder, "--public-name", "docs.example.org") as server:

        def client_of(secret: str) -> httpx.Client:
            bearer = {"Authorization": f"Bearer {secret}", "Host": "docs.example.org"}
            return httpx.Client(base_url=server.url, headers=bearer, timeout=30)

        with client_of(reader) as reading, client_of(writer) as writing:
            numbers = {name: component for component, name in services(reading)}
            thumb = {"question": "谁？", "query": "谁？", "verdict": "good", "cited": []}
            refused = call(reading, numbers["judge"], "judge", thumb)
            assert (refused.status_code, refused.json()["code"]) == (403, "token_reads_only")
            assert call(writing, numbers["judge"], "judge", thumb).json() == ""
            for model in ("/etc", "../../etc", "evil/huge-model"):
                refused = call(writing, numbers["rebuild"], "rebuild", {"model": model})
                assert (refused.status_code, refused.json()["code"]) == (403, "operator_only")
            status = call(writing, numbers["rebuilding"], "rebuilding", {}).json()
            assert status["state"] == "idle"
    with Library.open(folder) as library:
        assert len(library.documents()) == 2
