"""The routes of scripts, asked over the wire; what they say is what the command line prints."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.qa.commands import parsed, wenju
from tests.qa.server.conftest import FERRY
from tests.qa.server.serving import Served, wenju_serve

QUESTION = "白沙灯塔几点开放？"


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    """Name and value of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_search_is_what_the_command_line_prints(client: httpx.Client, library_folder: Path) -> None:
    printed = parsed(
        wenju("search", "登塔的台阶", "-k", "2", "--json", "--library", library_folder)
    )
    by_address = client.get("/api/search", params={"query": "登塔的台阶", "k": 2})
    by_body = client.post("/api/search", json={"query": "登塔的台阶", "k": 2})
    assert by_address.json() == by_body.json() == printed
    assert by_address.headers["content-type"] == "application/json"
    assert [hit["rank"] for hit in printed] == [1, 2]


def test_ask_is_what_the_command_line_prints(client: httpx.Client, library_folder: Path) -> None:
    printed = parsed(wenju("ask", QUESTION, "--json", "--library", library_folder))
    assert client.get("/api/ask", params={"question": QUESTION}).json() == printed
    assert client.post("/api/ask", json={"question": QUESTION}).json() == printed
    unanswered = parsed(wenju("ask", "红烧肉怎么做", "--json", "--library", library_folder), 1)
    assert client.post("/api/ask", json={"question": "红烧肉怎么做"}).json() == unanswered
    assert (unanswered["answered"], unanswered["text"]) == (False, None)


def test_only_the_documents_that_are_named_are_asked(client: httpx.Client) -> None:
    found = client.get("/api/search", params={"query": QUESTION, "documents": ["ferry.md"]}).json()
    assert {hit["source"] for hit in found} == {"ferry.md"}
    refused = client.get("/api/search", params={"query": QUESTION, "documents": ["gone.md"]})
    assert refused.status_code == 404
    assert refused.json() == {
        "error": "No document has the id or source 'gone.md'. `wenju documents` lists them.",
        "code": "no_such_document",
        "error_zh": "没有这份文档：gone.md。它可能已经移除。",
    }


@pytest.mark.parametrize("how", ["header", "field", "address"])
def test_an_answer_comes_as_events(client: httpx.Client, how: str) -> None:
    whole = client.post("/api/ask", json={"question": QUESTION}).json()
    if how == "header":
        headers = {"Accept": "text/event-stream"}
        streamed = client.post("/api/ask", json={"question": QUESTION}, headers=headers)
    elif how == "field":
        streamed = client.post("/api/ask", json={"question": QUESTION, "stream": True})
    else:
        streamed = client.get("/api/ask", params={"question": QUESTION, "stream": True})
    assert streamed.headers["content-type"] == "text/event-stream; charset=utf-8"
    *quotes, last = events(streamed.text)
    assert last == ("answer", whole)
    assert [name for name, _ in quotes] == ["quote"] * len(whole["citations"])
    assert "".join(value["text"] for _, value in quotes) == whole["text"]


def test_the_event_of_a_question_without_an_answer(client: httpx.Client) -> None:
    (only,) = events(client.get("/api/ask", params={"question": "红烧肉", "stream": 1}).text)
    assert (only[0], only[1]["answered"]) == ("answer", False)


@pytest.mark.parametrize(
    ("request_", "status", "sentence"),
    [
        ({"json": {"query": "  "}}, 422, "The question is empty."),
        ({"json": {"query": "问" * 8_001}}, 422, "The question has 8,001 characters;"),
        ({"json": {"query": "x", "k": 0}}, 422, "0 hits were asked for;"),
        ({"json": {"query": "x", "k": 10**30}}, 422, f"{10**30} hits were asked for;"),
        ({"json": {"query": "x", "k": "many"}}, 422, "k: "),
        ({"json": {"query": "x", "limit": 3}}, 422, "limit: "),
        ({"json": {}}, 422, "query: "),
        ({"content": b'{"query": "\\ud800"}'}, 422, "The question holds half a character"),
        ({"content": b'{"query": '}, 400, "The body is not JSON."),
        ({"content": b'{"query": "\xff"}'}, 400, "parsing the body"),
        ({"content": b'{"query": NaN}'}, 422, "query: "),
        ({"content": b"[" * 100_000}, 400, "parsing the body"),
        ({"content": b'{"query": "x"}', "type": "text/plain"}, 415, "application/json"),
        ({"data": {"query": "x"}, "type": "application/x-www-form-urlencoded"}, 415, "json"),
    ],
)
def test_what_cannot_be_asked(
    client: httpx.Client, request_: dict[str, Any], status: int, sentence: str
) -> None:
    kind = request_.pop("type", "application/json")
    refused = client.post("/api/search", headers={"Content-Type": kind}, **request_)
    assert (refused.status_code, sentence in refused.json()["error"]) == (status, True)
    assert list(refused.json()) == ["error", "code", "error_zh"]


@pytest.mark.parametrize(
    "query", ["\0", "灯塔\0", "\x1b[31m灯塔", "\u202e塔灯", "' OR 1=1 --", '"*(']
)
def test_characters_that_are_no_words_are_searched_all_the_same(
    client: httpx.Client, query: str
) -> None:
    assert client.post("/api/search", json={"query": query}).status_code == 200
    assert client.get("/api/ask", params={"question": query}).status_code == 200


def test_what_is_not_there_and_what_is_not_done(client: httpx.Client) -> None:
    assert client.get("/api/nothing").json()["error"] == "There is nothing at /api/nothing."
    for path, allowed in (("/api/search", "GET, POST"), ("/healthz", "GET")):
        refused = client.put(path)
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
        assert refused.json()["error"] == f"Allowed: {allowed}."


def test_documents_are_listed_shown_and_read(client: httpx.Client, library_folder: Path) -> None:
    place = ("--json", "--library", library_folder)
    assert client.get("/api/documents").json() == parsed(wenju("documents", *place))
    shown = client.get("/api/documents/灯塔.md").json()
    assert shown == parsed(wenju("show", "灯塔.md", *place))
    assert client.get(f"/api/documents/{shown['id'][:8]}").json() == shown
    passage = shown["passages"][1]
    read = client.get(f"/api/passages/{passage['passage_id']}").json()
    assert read == {
        "passage_id": passage["passage_id"],
        "document_id": shown["id"],
        "title": "白沙灯塔参观须知",
        "author": "林小满",
        "headings": ["登塔"],
        "source": "灯塔.md",
        "page": None,
        "paragraph": 2,
        "text": "登塔共有一百六十八级台阶，没有电梯。身高不足一米二的儿童须由成人陪同登塔。",
        "spans": passage["spans"],
        "date": None,
        "ocr_score": None,
    }
    for gone in ("/api/documents/x.md", "/api/passages/x:1", f"/api/passages/{shown['id']}:99"):
        assert client.get(gone).status_code == 404


def test_a_document_is_added_replaced_and_removed(writable: Served) -> None:
    with httpx.Client(base_url=writable.url, timeout=30) as client:

        def add(name: str, content: str) -> httpx.Response:
            return client.post("/api/documents", files={"file": (name, content.encode())})

        added = add("岛.md", "# 小岛\n\n小岛的渡轮每逢周三停航检修。\n")
        assert added.status_code == 201
        assert added.json() == {
            "added": ["岛.md"],
            "replaced": [],
            "unchanged": [],
            "removed": [],
            "failed": [],
        }
        question = {"question": "渡轮哪天停航？"}
        assert "周三停航" in client.post("/api/ask", json=question).json()["text"]
        again = add("岛.md", "# 小岛\n\n小岛的渡轮每逢周三停航检修。\n")
        assert (again.status_code, again.json()["unchanged"]) == (200, ["岛.md"])
        replaced = add("岛.md", "# 小岛\n\n小岛的渡轮每逢周五停航检修。\n")
        assert (replaced.status_code, replaced.json()["replaced"]) == (201, ["岛.md"])
        assert "周五停航" in client.post("/api/ask", json=question).json()["text"]
        before = client.get("/api/documents/岛.md").json()
        removed = client.delete("/api/documents/岛.md").json()
        assert removed == {key: before[key] for key in removed}
        assert client.get("/api/documents/岛.md").status_code == 404
        assert all(
            hit["source"] != "岛.md"
            for hit in client.post("/api/search", json={"query": "渡轮哪天停航？"}).json()
        )


def test_an_upload_that_cannot_be_read_says_why(writable: Served) -> None:
    with httpx.Client(base_url=writable.url, timeout=30) as client:
        before = client.get("/api/documents").json()
        for name, content, status, sentence in (
            ("a.exe", b"MZ", 415, "it has the suffix '.exe'; save it as one of"),
            ("noname", b"text", 415, "it has no suffix; save it as one of"),
            ("a.xls", b"x", 415, "save it as .xlsx"),
            ("a.pdf", b"not a PDF", 422, "a.pdf"),
            ("empty.txt", b"", 422, "empty.txt"),
        ):
            refused = client.post("/api/documents", files={"file": (name, content)})
            assert (refused.status_code, sentence in refused.json()["error"]) == (status, True)
        assert client.post("/api/documents", json={"file": "x"}).status_code in (415, 422)
        assert client.post("/api/documents", files={"wrong": ("a.txt", b"x")}).status_code == 422
        assert client.get("/api/documents").json() == before


def files(**contents: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    """The files of one upload; ``a_md`` is the file ``a.md``."""
    return [("file", (name.replace("_", "."), content)) for name, content in contents.items()]


def test_several_files_are_added_and_each_is_reported(writable: Served) -> None:
    pool, canteen = "# 泳池\n\n泳池每周三闭馆换水。\n".encode(), b"# Canteen\n\nSoup is served.\n"
    with httpx.Client(base_url=writable.url, timeout=60) as client:
        before = client.get("/api/documents").json()
        sent = files(pool_md=pool, bad_exe=b"MZ", empty_txt=b"", canteen_md=canteen)
        some = client.post("/api/documents", files=sent)
        assert some.status_code == 201
        report = some.json()
        assert (report["added"], report["replaced"]) == (["pool.md", "canteen.md"], [])
        failed = [(one["source"], one["code"]) for one in report["failed"]]
        assert failed == [("bad.exe", "unsupported_format"), ("empty.txt", "empty_file")]
        assert all(one["reason"] and one["reason_zh"] for one in report["failed"])
        again = client.post("/api/documents", files=files(pool_md=pool, canteen_md=canteen))
        assert (again.status_code, again.json()["unchanged"]) == (200, ["pool.md", "canteen.md"])
        for name in ("pool.md", "canteen.md"):
            assert client.delete(f"/api/documents/{name}").status_code == 200
        assert client.get("/api/documents").json() == before


def test_several_files_of_which_none_can_be_added(writable: Served) -> None:
    with httpx.Client(base_url=writable.url, timeout=60) as client:
        before = client.get("/api/documents").json()
        refused = client.post("/api/documents", files=files(a_exe=b"MZ", empty_txt=b""))
        assert (refused.status_code, refused.json()["code"]) == (422, "nothing_added")
        assert refused.json()["error_zh"] == "2 份文件都没能加进来，原因见 failed。"
        assert [one["source"] for one in refused.json()["failed"]] == ["a.exe", "empty.txt"]
        many = [("file", (f"{number}.md", b"# x\n\ntext\n")) for number in range(101)]
        refused = client.post("/api/documents", files=many)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_many_files_at_once")
        assert client.get("/api/documents").json() == before


def test_alive_and_ready_are_two_things_and_it_stops_when_told_to(own_library: Path) -> None:
    with wenju_serve(own_library) as server:
        assert httpx.get(server.url + "/healthz").json() == {"status": "alive"}
        assert httpx.get(server.url + "/readyz").json() == {"status": "ready"}
        shutil.rmtree(own_library)
        assert httpx.get(server.url + "/healthz").status_code == 200
        gone = httpx.get(server.url + "/readyz")
        assert (gone.status_code, gone.headers["retry-after"]) == (503, "1")
        server.process.terminate()
        assert server.process.wait(timeout=60) == 0
        assert "Traceback" not in server.log.read_text("utf-8")


def test_the_demo_is_not_changed() -> None:
    with wenju_serve(None) as server:
        refused = httpx.post(server.url + "/api/documents", files={"file": ("a.md", FERRY)})
        assert refused.status_code == 403
        assert "wenju index PATH" in refused.json()["error"]
        (first, *_) = httpx.get(server.url + "/api/documents").json()
        assert httpx.delete(f"{server.url}/api/documents/{first['id']}").status_code == 403
