"""The short answer, and what may be one, as routes and chat programs get them."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from corpus import Span
from qa import Answer, Citation, Hit, Library, PassageId, Place
from qa.results import ShortAnswer
from qa.server.completions import Completion
from qa.server.questions import add_answering_routes
from qa.server.service import Service
from qa.sharing.libraries import Shared
from tests.qa.answering.test_reader import HANDBOOK, WordReader

TEXT = "职工满一年的，年假五天。"
PLACE = Place(PassageId("d:1"), "手册", None, ("年假",), "a.md", None, 2, (Span(0, 12),))
HIT = Hit(1, 0.9, PLACE, TEXT, (Span(0, 12),), relevance=0.8)
ANSWER = Answer(
    "年假有几天？",
    "年假有几天？",
    True,
    0.9,
    f"{TEXT} [1]",
    (Citation(1, PLACE, TEXT, 0.9),),
    (HIT,),
    short=ShortAnswer("五天", 1, (Span(9, 11),)),
)
POSSIBLE = replace(ANSWER, answered=False, text=None, citations=(), short=None, outcome="possible")


def message(answer: Answer) -> Any:  # noqa: ANN401
    return Completion(answer, "http://x/").to_dict()["choices"][0]["message"]


def streamed(answer: Answer) -> list[str]:
    """The pieces of a streamed text."""

    async def collect() -> list[bytes]:
        return [event async for event in Completion(answer, "http://x/").events(usage=False)]

    chunks = [json.loads(one.removeprefix(b"data: ")) for one in asyncio.run(collect())[1:-2]]
    return [chunk["choices"][0]["delta"]["content"] for chunk in chunks]


@pytest.mark.parametrize(
    ("question", "verdict", "line"),
    [
        ("年假有几天？", None, "五天 [1]"),
        ("年假有五天吗？", "yes", "是：五天 [1]"),
        ("Is it five days?", "no", "No: 五天 [1]"),
    ],
)
def test_a_chat_program_gets_the_short_answer_first(question: str, verdict: Any, line: str) -> None:  # noqa: ANN401
    short = ShortAnswer("五天", 1, (Span(9, 11),), verdict)
    answer = replace(ANSWER, question=question, short=short)
    said = message(answer)
    assert said["content"] == f"{line}\n\n{TEXT} [1]"
    cited = [one["url_citation"] for one in said["annotations"]]
    assert [said["content"][one["start_index"] : one["end_index"]] for one in cited] == [
        line,
        f"{TEXT} [1]",
    ]
    assert {one["url"] for one in cited} == {"http://x/api/passages/d:1"}
    assert streamed(answer) == [line, f"\n\n{TEXT} [1]"]


def test_a_quote_that_is_the_short_answer_is_cited_apart_from_it() -> None:
    said = message(replace(ANSWER, short=ShortAnswer(TEXT, 1, (Span(0, 12),))))
    starts = [one["url_citation"]["start_index"] for one in said["annotations"]]
    assert starts == [0, len(f"{TEXT} [1]\n\n")]


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("年假有几天？", "可能在这里："),
        ("年假有幾天？", "可能在這裡："),
        ("How long?", "This may be it:"),
    ],
)
def test_what_may_be_the_answer_is_called_that(question: str, head: str) -> None:
    said = message(replace(POSSIBLE, question=question))
    assert said["content"] == f"{head}\n\n{TEXT}\n\n(手册 › 年假 · a.md)"
    assert said["annotations"] == []


def test_neither_an_answer_nor_a_hint_nor_a_quote() -> None:
    none = replace(POSSIBLE, outcome="none")
    assert message(none)["content"] == "这些文档没有回答这个问题。"
    chat = Answer("你好", "你好", False, 0.0, "你好。", (), (), "chat")
    assert (message(chat)["content"], message(chat)["annotations"]) == ("你好。", [])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The routes over a library with a reader that knows one answer."""
    folder: Path = tmp_path_factory.mktemp("shape")
    reader = WordReader("百分之八十", yes=1.0, asks_whether=1.0)
    app = FastAPI()
    with Library.open(folder / "library", reader=reader) as library:
        library.add_bytes("handbook.md", HANDBOOK.encode())
        service = Service(Shared(library))
        add_answering_routes(app, service)
        with TestClient(app) as client:
            yield client
        service.close()


def test_the_json_and_the_events_have_the_short_answer(client: TestClient) -> None:
    asked = {"question": "病假工资是百分之八十吗"}
    answer = client.post("/api/ask", json=asked).json()
    assert (answer["answered"], answer["outcome"]) == (True, "answered")
    short = answer["short"]
    # Of a question that wants a yes or a no, the clause that decides.
    clause = "病假工资按基本工资的百分之八十发放"
    assert (short["text"], short["number"], short["verdict"]) == (clause, 1, "yes")
    assert answer["hits"][0]["relevance"] > 0
    blocks = client.post("/api/ask", json=asked | {"stream": True}).text.strip().split("\n\n")
    names = [block.split("\n")[0] for block in blocks]
    assert names == ["event: short", "event: quote", "event: answer"]
    assert json.loads(blocks[0].split("\ndata: ")[1]) == short


def test_the_document_shows_an_answer(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    properties = document["components"]["schemas"]["Answer"]["properties"]
    assert set(properties["outcome"]["enum"]) == {"answered", "possible", "none", "chat"}
    content = document["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]
    example = content["application/json"]["example"]
    assert Answer.from_dict(example).to_dict() == Answer.from_json(json.dumps(example)).to_dict()
    (start, end), quote = example["short"]["spans"][0], example["citations"][0]
    first = quote["spans"][0][0]
    assert quote["quote"][start - first : end - first] == example["short"]["text"]
    assert "text/event-stream" in content
