"""One ranking everywhere: the same questions by every way in, the same ids, order and scores."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client as GradioClient
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from qa.library import Library
from tests.qa.commands import parsed, wenju
from tests.server.serving import Served

QUESTIONS = ("白沙灯塔几点开放？", "登塔有幾級臺階", "How many bags may I bring?", "红烧肉怎么做")


@pytest.fixture(scope="module")
def library(library_folder: Path) -> Iterator[Library]:
    with Library.open(library_folder) as library:
        yield library


@pytest.fixture(scope="module")
def gradio_client(server: Served) -> Iterator[GradioClient]:
    client = GradioClient(server.url, verbose=False)
    yield client
    client.close()


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
    server: Served,
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
    assert httpx.post(server.url + "/api/search", json=wanted).json() == hits
    assert httpx.post(server.url + "/api/ask", json={"question": question}).json() == answer

    with openai.OpenAI(base_url=server.url + "/v1", api_key="none") as client:
        completion = client.chat.completions.create(
            model="wenju", messages=[{"role": "user", "content": question}]
        )
    assert completion.model_dump()["answer"] == answer
    assert answer["text"] in (None, completion.choices[0].message.content)

    assert asyncio.run(by_mcp(server.url, question)) == (hits, answer)

    assert gradio_client.predict(question, 3, api_name="/search") == hits
    assert gradio_client.predict(question, api_name="/ask") == answer
