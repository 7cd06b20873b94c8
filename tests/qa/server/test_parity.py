"""One ranking everywhere: the same questions by every way in, the same ids, order and scores."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client as GradioClient
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from qa.adapters.langchain import WenjuRetriever as LangChainRetriever
from qa.adapters.llama_index import WenjuRetriever as LlamaIndexRetriever
from qa.library import Library
from tests.qa.commands import WENJU, parsed, wenju
from tests.qa.server.serving import Served, wenju_serve

QUESTIONS = ("白沙灯塔几点开放？", "登塔有幾級臺階", "How many bags may I bring?", "红烧肉怎么做")


@pytest.fixture(scope="module")
def library(library_folder: Path) -> Iterator[Library]:
    with Library.open(library_folder) as library:
        yield library


@pytest.fixture(scope="module", params=["alone", "with processes"])
def served(
    request: pytest.FixtureRequest, server: Served, library_folder: Path
) -> Iterator[Served]:
    """``wenju serve``, answering by itself or by processes of its own."""
    if request.param == "alone":
        yield server
        return
    with wenju_serve(library_folder, "--processes", "2") as several:
        yield several


@pytest.fixture(scope="module")
def gradio_client(served: Served) -> Iterator[GradioClient]:
    client = GradioClient(served.url, verbose=False)
    yield client
    client.close()


def ids_and_scores(hits: list[dict[str, Any]]) -> list[tuple[str, float]]:
    return [(hit["passage_id"], hit["score"]) for hit in hits]


def streamed(url: str, asked: dict[str, Any]) -> Any:  # noqa: ANN401
    """The last value of a stream of server-sent events."""
    data = [
        line.removeprefix("data: ")
        for line in httpx.post(url, json=asked).text.splitlines()
        if line.startswith("data: ")
    ]
    return json.loads([one for one in data if one != "[DONE]"][-1])


async def by_mcp(url: str, question: str) -> tuple[Any, Any]:
    async with (
        streamable_http_client(url + "/mcp") as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        await client.initialize()
        found = await client.call_tool("search", {"query": question, "k": 3})
        answer = await client.call_tool("ask", {"question": question})
    assert found.structuredContent is not None
    return found.structuredContent["hits"], answer.structuredContent


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_way_in_gives_the_same(
    served: Served,
    library: Library,
    library_folder: Path,
    gradio_client: GradioClient,
    question: str,
) -> None:
    # JSON has lists for tuples, and nothing else changes on the way.
    hits = json.loads(json.dumps([hit.to_dict() for hit in library.search(question, 3)]))
    answer = json.loads(json.dumps(library.ask(question).to_dict()))
    assert len(hits) == 3
    code = 0 if answer["answered"] else 1
    place = ("--json", "--library", library_folder)
    assert parsed(wenju("search", question, "-k", "3", *place)) == hits
    assert parsed(wenju("ask", question, *place), code) == answer

    wanted = {"query": question, "k": 3}
    assert httpx.post(served.url + "/api/search", json=wanted).json() == hits
    assert httpx.post(served.url + "/api/ask", json={"question": question}).json() == answer

    with openai.OpenAI(base_url=served.url + "/v1", api_key="none") as client:
        completion = client.chat.completions.create(
            model="wenju", messages=[{"role": "user", "content": question}]
        )
    assert completion.model_dump()["answer"] == answer
    assert answer["text"] in (None, completion.choices[0].message.content)

    assert asyncio.run(by_mcp(served.url, question)) == (hits, answer)

    assert gradio_client.predict(question, 3, api_name="/search") == hits
    assert gradio_client.predict(question, api_name="/ask") == answer

    assert streamed(served.url + "/api/ask", {"question": question, "stream": True}) == answer
    asked = {"messages": [{"role": "user", "content": question}], "stream": True}
    assert streamed(served.url + "/v1/chat/completions", asked)["answer"] == answer

    documents = LangChainRetriever(library=library, k=3).invoke(question)
    assert [(one.id, one.metadata["score"]) for one in documents] == ids_and_scores(hits)
    nodes = LlamaIndexRetriever(library, k=3).retrieve(question)
    assert [(one.node_id, one.score) for one in nodes] == ids_and_scores(hits)


def test_many_questions_at_once_give_what_each_gives(
    library: Library, library_folder: Path
) -> None:
    alone = [
        json.loads(json.dumps([one.to_dict() for one in library.search(q, 3)])) for q in QUESTIONS
    ]
    many = library.search_many(QUESTIONS, 3)
    assert json.loads(json.dumps([[one.to_dict() for one in hits] for hits in many])) == alone
    answers = [json.loads(json.dumps(library.ask(question).to_dict())) for question in QUESTIONS]
    # None of them leans on the one before, so that a conversation asks them as they are.
    for command, expected in (
        (("search", "-", "-k", "3"), alone),
        (("ask", "-"), answers),
        (("chat",), answers),
    ):
        done = subprocess.run(
            [WENJU, *command, "--json", "--library", library_folder],
            input="\n".join(QUESTIONS),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["hits"] if command[0] == "search" else line for line in lines] == expected
