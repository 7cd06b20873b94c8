"""The tools, called by the real client of the Model Context Protocol."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ListToolsResult, TextContent

from tests.qa.commands import parsed, wenju
from tests.qa.server.serving import Served

T = TypeVar("T")
QUESTION = "白沙灯塔几点开放？"


def in_session(server: Served, talk: Callable[[ClientSession], Awaitable[T]]) -> T:
    """What ``talk`` returns, once it is done."""

    async def session() -> T:
        async with (
            streamable_http_client(server.url + "/mcp") as (reading, writing, _),
            ClientSession(reading, writing) as client,
        ):
            await client.initialize()
            return await talk(client)

    return asyncio.run(session())


def call(server: Served, tool: str, **arguments: Any) -> CallToolResult:  # noqa: ANN401
    async def talk(client: ClientSession) -> CallToolResult:
        return await client.call_tool(tool, arguments)

    return in_session(server, talk)


def told(result: CallToolResult) -> Any:  # noqa: ANN401
    """The JSON that a tool returned, which it says twice: as text and structured."""
    assert not result.isError
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == result.structuredContent
    return result.structuredContent


def test_three_tools_that_change_nothing(server: Served) -> None:
    async def talk(client: ClientSession) -> ListToolsResult:
        return await client.list_tools()

    tools = in_session(server, talk).tools
    assert [tool.name for tool in tools] == ["search", "ask", "read_passage"]
    assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)
    assert tools[0].inputSchema["required"] == ["query"]


def test_they_tell_what_the_command_line_prints(server: Served, library_folder: Path) -> None:
    place = ("--json", "--library", library_folder)
    found = told(call(server, "search", query=QUESTION, k=2))["hits"]
    assert found == parsed(wenju("search", QUESTION, "-k", "2", *place))
    assert told(call(server, "ask", question=QUESTION)) == parsed(wenju("ask", QUESTION, *place))
    passage = told(call(server, "read_passage", passage_id=found[0]["passage_id"]))
    assert passage == {key: found[0][key] for key in passage}
    only = told(call(server, "search", query=QUESTION, documents=["ferry.md"]))["hits"]
    assert {hit["source"] for hit in only} == {"ferry.md"}


def test_errors_are_told_in_the_librarys_words(server: Served) -> None:
    for tool, arguments, sentence in (
        ("search", {"query": " "}, "The question is empty."),
        ("search", {"query": "x", "k": 10**6}, "1000000 hits were asked for"),
        ("read_passage", {"passage_id": "../../etc/passwd"}, "No passage has the id"),
    ):
        result = call(server, tool, **arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert (result.isError, sentence in content.text) == (True, True)


def test_only_posts_are_taken(server: Served) -> None:
    refused = httpx.get(server.url + "/mcp", headers={"Accept": "text/event-stream"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    garbage = httpx.post(server.url + "/mcp", json={"jsonrpc": "1"})
    assert garbage.status_code in (400, 406)
