"""Errors as programs read them: a status, a code, and a sentence in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from qa import messages_zh
from qa.server.access_tokens import AccessTokens
from qa.server.authentication import AuthenticationMiddleware
from qa.server.headers import HeadersMiddleware
from qa.server.limits import LimitsMiddleware, ServerLimits
from qa.server.problems import STATUSES
from qa.sharing.access import Access
from tests.project.sources import ROOT
from tests.qa.server.serving import Served, echo, served

JSON = {"Content-Type": "application/json"}


def code_and_chinese(answer: httpx.Response) -> tuple[int, str, str]:
    """What a program reads, after seeing that the status may come with that code."""
    said = answer.json()
    assert list(said) == ["error", "code", "error_zh"]
    assert said["code"] in STATUSES[answer.status_code][1]
    return answer.status_code, said["code"], said["error_zh"]


@pytest.mark.parametrize(
    ("method", "path", "asked", "expected"),
    [
        (
            *("POST", "/api/ask", {"json": {"question": " "}}),
            (422, "empty_question", "问题是空的。请写下要问的事，例如：年假有几天"),
        ),
        (
            *("GET", "/api/search?query=x&k=1001", {}),
            (422, "bad_number_of_hits", "要了 1,001 段，只能要 1 到 1,000 段。"),
        ),
        (
            *("POST", "/api/search", {"json": {"query": "x", "limit": 3}}),
            (422, "bad_request", "请求的字段不对，详情见英文说明。"),
        ),
        (
            *("POST", "/api/search", {"content": b"{"}),
            (
                415,
                "body_must_be_json",
                "正文要是 JSON，并在 Content-Type 里写明 application/json。",
            ),
        ),
        (
            *("POST", "/api/search", {"content": b"{", "headers": JSON}),
            (400, "body_not_json", "请求的正文不是 JSON。"),
        ),
        (
            *("GET", "/api/documents/x.md", {}),
            (404, "no_such_document", "没有这份文档：x.md。它可能已经移除。"),
        ),
        (
            *("GET", "/api/ask?question=x&documents=%ED%A0%80", {}),
            (404, "no_such_document", "没有这份文档：\ufffd\ufffd\ufffd。它可能已经移除。"),
        ),
        (
            *("POST", "/api/ask"),
            {"content": b'{"question": "x", "documents": ["\\ud800"]}', "headers": JSON},
            (422, "half_a_character", "参数里有不完整的文字，写不成 UTF-8。"),
        ),
        (*("GET", "/api/nothing", {}), (404, "nothing_here", "这个地址上什么也没有。")),
        (
            *("PUT", "/api/search", {}),
            (405, "method_not_allowed", "这个地址只接受：GET, POST。"),
        ),
        (*("GET", "/nope", {}), (404, "nothing_here", "这个地址上什么也没有。")),
        (*("GET", "/gradio_api/file=x", {}), (404, "nothing_here", "这个地址上什么也没有。")),
        (
            *("POST", "/api/documents", {"files": {"file": ("a.txt", b"\0no text")}}),
            (422, "not_text", "这不是文本文件。请用原来的格式，或另存为 UTF-8 文本。"),
        ),
        (
            *("POST", "/api/documents", {"files": {"file": ("a.xls", b"x")}}),
            (
                *(415, "save_as_xlsx"),
                "读不了 .xls 表格。请另存为 .xlsx，或 soffice --convert-to xlsx。",
            ),
        ),
        (
            *("GET", "/api/search", {"headers": {"Host": "evil.example"}}),
            (421, "unknown_host", "这台服务器不叫这个名字。"),
        ),
        (
            *("POST", "/api/ask", {"headers": {"Origin": "http://evil.example"}}),
            (403, "other_site", "不接受别的网站发来的请求。"),
        ),
        (
            *("GET", "/api/search?query=" + "x" * 9_000, {}),
            (414, "address_too_long", "网址太长了，最多 8,192 字节。请把同样的字段用 JSON 发来。"),
        ),
        (
            *("POST", "/api/ask", {"content": b"x" * 1_000_001}),
            (413, "body_too_large", "请求的正文太大了，最多 1,000,000 字节。"),
        ),
    ],
)
def test_an_error_has_a_code_and_both_languages(
    writable: Served, method: str, path: str, asked: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert code_and_chinese(httpx.request(method, writable.url + path, **asked)) == expected


def test_the_kinds_of_file_are_named_in_both_languages(writable: Served) -> None:
    refused = httpx.post(writable.url + "/api/documents", files={"file": ("a.exe", b"MZ")})
    status, code, chinese = code_and_chinese(refused)
    assert (status, code) == (415, "unsupported_format")
    assert chinese.startswith("读不了这种文件。请另存为这些格式之一：.csv .docx")


def test_a_passage_that_is_gone_is_said_in_both_languages(server: Served) -> None:
    (first, *_) = httpx.get(server.url + "/api/documents").json()
    gone = f"{first['id']}:99"
    assert code_and_chinese(httpx.get(f"{server.url}/api/passages/{gone}")) == (
        *(404, "no_such_passage"),
        f"没有这一段：{gone}。它所在的文档可能已经更新。",
    )


def test_the_guards_refusals_are_of_the_same_form(tmp_path: Path) -> None:
    reader = AccessTokens(tmp_path).create("reader")
    limits = ServerLimits(rate=0.001, burst=1)
    limited = LimitsMiddleware(echo, limits)
    app = AuthenticationMiddleware(limited, AccessTokens(tmp_path), Access.NOTHING)
    with served(HeadersMiddleware(app, loopback=True, space=False)) as url:
        bearer = {"Authorization": f"Bearer {reader}"}
        refused = httpx.get(url + "/api/search")
        assert code_and_chinese(refused)[:2] == (401, "token_needed")
        refused = httpx.delete(url + "/api/documents/x", headers=bearer)
        assert code_and_chinese(refused)[:2] == (403, "token_reads_only")
        assert httpx.get(url + "/api/search", headers=bearer).status_code == 200
        refused = httpx.get(url + "/api/search", headers=bearer)
        assert code_and_chinese(refused) == (
            *(429, "too_many_requests"),
            "请求太频繁，每秒最多 0.001 次。请稍等再试。",
        )
        # Where OpenAI's clients ask, before any route is found.
        refused = httpx.get(url + "/v1/models")
        assert refused.json()["error"]["code"] == "token_needed"


def test_openais_client_reads_the_code(server: Served) -> None:
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        with pytest.raises(openai.NotFoundError) as missing:
            client.embeddings.create(model="gpt-9", input="x")
        with pytest.raises(openai.UnprocessableEntityError) as blank:
            client.chat.completions.create(
                model="wenju", messages=[{"role": "user", "content": " "}]
            )
    assert (missing.value.code, missing.value.type) == ("no_such_model", "invalid_request_error")
    assert missing.value.body == {
        "message": "There is no model 'gpt-9' here; this route has 'wenju-embedding'.",
        "type": "invalid_request_error",
        "param": None,
        "code": "no_such_model",
        "message_zh": "这里没有这个模型：gpt-9。这个地址用的是 wenju-embedding。",
    }
    assert blank.value.code == "empty_question"


def refused_in_the_code() -> Iterator[tuple[int, str]]:
    """Status and code of each refusal that is written out in the server's modules."""
    for path in (ROOT / "qa" / "server").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id == "PydanticCustomError":
                yield 422, str(getattr(call.args[0], "value", None))
            at = {"Refused": 0, "LimitExceeded": 0, "problem": 1}.get(call.func.id)
            if at is None:
                continue
            status, code = (getattr(one, "value", None) for one in call.args[at : at + 2])
            if isinstance(status, int) and isinstance(code, str):
                yield status, code


def test_every_code_is_listed_under_its_status_and_has_its_sentence() -> None:
    written = set(refused_in_the_code())
    assert len(written) >= 19
    assert {pair for pair in written if pair[1] not in STATUSES[pair[0]][1]} == set()
    listed = {code for _, codes in STATUSES.values() for code in codes}
    assert listed - messages_zh.CODES == set()


def test_the_document_and_the_guides_list_every_code(server: Served) -> None:
    document = httpx.get(server.url + "/openapi.json").json()
    ask = document["paths"]["/api/ask"]["post"]["responses"]
    embed = document["paths"]["/v1/embeddings"]["post"]["responses"]
    for status, (_, codes) in STATUSES.items():
        for guide in ("docs/guide.md", "docs/guide.zh.md"):
            (row,) = (
                line
                for line in (ROOT / guide).read_text("utf-8").splitlines()
                if line.startswith(f"| {status} |")
            )
            assert [cell for cell in row.split("`") if cell in codes] == [*codes]
        if status in (405, 421):
            continue
        for responses, schema in ((ask, "Problem"), (embed, "OpenAIProblem")):
            said = responses[str(status)]
            assert all(f"`{code}`" in said["description"] for code in codes)
            reference = said["content"]["application/json"]["schema"]["$ref"]
            assert reference == f"#/components/schemas/{schema}"
    assert document["components"]["schemas"]["Problem"]["required"] == ["error", "code", "error_zh"]
