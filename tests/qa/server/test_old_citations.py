"""An old citation on every surface: its document changed, or was deleted, and each says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.types import TextContent

from qa import Library, NoSuchDocument
from tests.qa.commands import parsed, wenju
from tests.qa.server.serving import Served, wenju_serve
from tests.qa.server.test_mcp import call

BOAT = "小船每天早上七点开。\n"
LATER = "小船每天早上八点开。\n"


@dataclass(frozen=True)
class Gone:
    """A document that old citations name, and what must be said of it."""

    id: str
    sentence: str
    chinese: str
    code: str


@dataclass(frozen=True)
class Scene:
    """A library that was served all the while, and what went from it."""

    server: Served
    folder: Path
    gone: tuple[Gone, Gone]


def read_on_the_page(server: Served, wanted: dict[str, Any]) -> str:
    """The HTML with which the page's reader opens."""
    components = httpx.get(server.url + "/config").json()["components"]
    (reader,) = (one["id"] for one in components if one["props"].get("elem_id") == "reader")
    asked = {"data": wanted, "component_id": reader, "fn_name": "read_document"}
    url = server.url + "/gradio_api/component_server"
    return str(httpx.post(url, json={**asked, "session_hash": "x"}).json())


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("old") / "old.library"
    with Library.open(folder) as library:
        library.add_bytes("船.txt", BOAT.encode())
        library.add_bytes("灯.txt", "灯塔周日开放。\n".encode())
        with wenju_serve(folder) as server:
            cited = {one["source"]: one for one in hits(server, "小船 灯塔")}
            library.add_bytes("船.txt", LATER.encode())
            library.remove("灯.txt")
            changed, deleted = (cited[name]["document_id"] for name in ("船.txt", "灯.txt"))
            after = library.show("船.txt").id
            short, now = f"{changed[:16]}…", f"{after[:16]}…"
            gone = (
                Gone(
                    changed,
                    f"The document {short} has changed; it is now {now}.",
                    f"文档 {short} 已经更新，现在的编号是 {now}。",
                    "changed_document",
                ),
                Gone(
                    deleted,
                    f"The document {deleted[:16]}… was deleted from this library.",
                    f"文档 {deleted[:16]}… 已经从文库里删除。",
                    "deleted_document",
                ),
            )
            yield Scene(server, folder, gone)


def hits(server: Served, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.post(
        server.url + "/api/search", json={"query": query}
    ).json()
    return found


def test_python(scene: Scene) -> None:
    with Library.open(scene.folder) as library:
        for gone in scene.gone:
            for ask in (
                lambda gone=gone: library.show(gone.id),
                lambda gone=gone: library.passage(f"{gone.id}:0"),
                lambda gone=gone: library.ask("小船", documents=[gone.id]),
                lambda gone=gone: library.remove(gone.id),
            ):
                with pytest.raises(NoSuchDocument) as raised:
                    ask()
                assert (str(raised.value), raised.value.code) == (gone.sentence, gone.code)


def test_the_command(scene: Scene) -> None:
    at = ("--library", scene.folder)
    for gone in scene.gone:
        for arguments in (
            ("show", gone.id),
            ("show", f"{gone.id}:0"),
            ("show", gone.id[:10], "--json"),
            ("search", "小船", "--document", gone.id),
        ):
            done = wenju(*arguments, *at)
            assert (done.returncode, done.stderr) == (2, f"wenju: {gone.sentence}\n")
    (kept,) = parsed(wenju("search", "小船", *at, "--json"))
    assert wenju("show", kept["passage_id"], *at).stdout == LATER
    shown = parsed(wenju("show", kept["passage_id"], *at, "--json"))
    assert (shown["text"], shown["source"]) == (LATER.strip(), "船.txt")


def test_http(scene: Scene) -> None:
    for gone in scene.gone:
        expected = {"error": gone.sentence, "code": gone.code, "error_zh": gone.chinese}
        for path in (
            f"/api/documents/{gone.id}",
            f"/api/passages/{gone.id}:0",
            f"/api/search?query=x&documents={gone.id}",
            f"/api/ask?question=x&documents={gone.id}",
        ):
            answer = httpx.get(scene.server.url + path)
            assert (answer.status_code, answer.json()) == (404, expected)


def test_tools(scene: Scene) -> None:
    for gone in scene.gone:
        for tool, arguments in (
            ("read_passage", {"passage_id": f"{gone.id}:0"}),
            ("search", {"query": "小船", "documents": [gone.id]}),
            ("ask", {"question": "小船", "documents": [gone.id]}),
        ):
            result = call(scene.server, tool, **arguments)
            assert result.isError
            (said,) = result.content
            assert isinstance(said, TextContent)
            assert gone.sentence in said.text


def test_page(scene: Scene) -> None:
    for gone in scene.gone:
        for wanted in ({"document": gone.id}, {"passage": f"{gone.id}:0"}):
            html = read_on_the_page(scene.server, wanted)
            assert gone.sentence in html
            assert gone.chinese in html
