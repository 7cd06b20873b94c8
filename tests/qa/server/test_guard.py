"""The guard before the whole server: every route, the chat's own included, really served."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.library import Library
from qa.server.access_tokens import AccessTokens
from tests.qa.commands import wenju
from tests.qa.server.conftest import make_library
from tests.qa.server.serving import Served, wenju_serve

EVERYWHERE = "0.0.0.0"  # noqa: S104 (that is what is tested)
NEEDS_NO_TOKEN = {"/healthz", "/readyz", "/login"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_library(tmp_path_factory.mktemp("exposed") / "test.library")


@pytest.fixture(scope="module")
def secrets(folder: Path) -> dict[str, str]:
    tokens = AccessTokens(folder)
    return {"reader": tokens.create("reader"), "writer": tokens.create("writer", writes=True)}


@pytest.fixture(scope="module")
def exposed(folder: Path, secrets: dict[str, str]) -> Iterator[Served]:
    """``wenju serve`` for everyone who can reach this machine."""
    assert secrets
    with wenju_serve(folder, "--host", EVERYWHERE, "--log", "requests") as served:
        yield served


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


LIST_ROUTES = """
import json, re, sys
from qa.sharing.libraries import Shared
from qa.library import Library
from qa.server.app import create_unguarded_app

found = []
with Library.open(sys.argv[1]) as library:
    pending = [("", route) for route in create_unguarded_app(Shared(library, editable=True)).routes]
    while pending:
        prefix, route = pending.pop()
        path = prefix + re.sub(r"{[^}]*}", "x", getattr(route, "path", ""))
        for inner in (getattr(route, "original_router", None), getattr(route, "app", None)):
            pending.extend((path, one) for one in getattr(inner, "routes", ()))
        found.extend((method, path) for method in getattr(route, "methods", None) or ())
print(json.dumps(sorted(set(found))))
"""


def every_route(folder: Path) -> list[tuple[str, str]]:
    """Method and path of all that the application serves, Gradio's routes too."""
    listed = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES, str(folder)], capture_output=True, text=True, check=True
    )
    return [(method, path) for method, path in json.loads(listed.stdout)]


def test_without_a_token_nobody_could_enter_so_it_does_not_start(tmp_path: Path) -> None:
    place = make_library(tmp_path / "closed.library")
    for exposure in (("--host", EVERYWHERE), ("--public-name", "docs.example.org")):
        refused = wenju("serve", *exposure, "--port", "0", "--library", place)
        assert refused.returncode == 2
        assert "wenju tokens create --name me" in refused.stderr


def test_every_route_demands_a_token(exposed: Served, folder: Path) -> None:
    routes = every_route(folder)
    assert {("GET", "/"), ("POST", "/gradio_api/queue/join"), ("POST", "/v1/chat/completions")} <= {
        *routes
    }
    with httpx.Client(base_url=exposed.url) as client:
        answers = {
            (method, path): client.request(method, path).status_code
            for method, path in routes
            if path not in NEEDS_NO_TOKEN
        }
    assert {route: status for route, status in answers.items() if status != 401} == {}


def test_a_reader_reads_and_a_writer_writes(exposed: Served, secrets: dict[str, str]) -> None:
    upload = {"file": ("new.md", "# 新\n\n新的一段话。\n".encode())}
    with httpx.Client(base_url=exposed.url, timeout=30) as client:
        reader, writer = bearer(secrets["reader"]), bearer(secrets["writer"])
        asked = client.post("/api/ask", json={"question": "白沙灯塔几点开放？"}, headers=reader)
        assert asked.json()["answered"] is True
        assert client.get("/", headers=reader).status_code == 200
        for path, field in (("/api/documents", "file"), ("/gradio_api/upload", "files")):
            refused = client.post(path, headers=reader, files={field: upload["file"]})
            assert refused.status_code == 403
        assert client.delete("/api/documents/ferry.md", headers=reader).status_code == 403
        assert client.post("/api/documents", headers=writer, files=upload).status_code == 201
        assert client.delete("/api/documents/new.md", headers=writer).status_code == 200


def test_the_pages_own_services_ask_who_is_there(
    exposed: Served, secrets: dict[str, str], folder: Path
) -> None:
    with httpx.Client(base_url=exposed.url) as client:

        def call(name: str, data: dict[str, Any], secret: str) -> httpx.Response:
            headers = bearer(secret)
            listed = client.get("/config", headers=headers).json()["components"]
            shelf = next(one["id"] for one in listed if one["props"].get("elem_id") == "library")
            body = {"data": data, "component_id": shelf, "fn_name": name, "session_hash": "x"}
            return client.post("/gradio_api/component_server", json=body, headers=headers)

        wanted = {"document": "ferry.md"}
        assert call("list_documents", {}, secrets["reader"]).status_code == 200
        assert call("remove_document", wanted, secrets["reader"]).status_code >= 400
        with Library.open(folder) as library:
            assert library.show("ferry.md").sources == ("ferry.md",)
            assert call("remove_document", wanted, secrets["writer"]).json() == ""
            assert [one.sources for one in library.documents()] == [("灯塔.md",)]


def test_the_log_has_no_token_and_no_question(exposed: Served, secrets: dict[str, str]) -> None:
    secret = secrets["reader"]
    httpx.get(f"{exposed.url}/api/search?query=秘密&token={secret}", headers=bearer(secret))
    httpx.get(f"{exposed.url}/api/search?query=秘密", headers=bearer(secret))
    httpx.post(exposed.url + "/api/ask", json={"question": "秘密"}, headers=bearer(secret))
    log = exposed.log.read_text("utf-8")
    assert '"GET /api/search?… HTTP/1.1" 422' in log
    assert '"GET /api/search?… HTTP/1.1" 200' in log
    assert secret not in log
    assert "秘密" not in log
    assert "%E7%A7%98" not in log


def test_what_a_proxy_passes_on_is_not_of_this_machine(server: Served) -> None:
    question = {"query": "灯塔"}
    assert httpx.get(server.url + "/api/search", params=question).status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        refused = httpx.get(
            server.url + "/api/search", params=question, headers={header: "203.0.113.9"}
        )
        assert refused.status_code == 401


def test_a_proxys_name_is_served_to_whoever_has_a_token(
    folder: Path, secrets: dict[str, str]
) -> None:
    with wenju_serve(folder, "--public-name", "docs.example.org") as server:
        named = {"Host": "docs.example.org"}
        url = server.url + "/api/documents"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={**named, **bearer(secrets["reader"])}).status_code == 200
        other = {"Host": "evil.example", **bearer(secrets["reader"])}
        assert httpx.get(url, headers=other).status_code == 421
        assert json.loads(httpx.get(server.url + "/readyz", headers=named).text)["status"]
