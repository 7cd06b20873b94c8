"""``/api/search`` and ``/api/ask``: what ``wenju search`` and ``wenju ask`` print as JSON."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Query, Request
from starlette.responses import Response, StreamingResponse

from qa.results import Answer, Hit
from qa.server.processes import ask_as_json, search_as_json
from qa.server.requests import AskRequest, SearchRequest
from qa.server.responses import json_reply
from qa.server.service import Service, visitor_of

EVENT_STREAM = "text/event-stream"
_AFTER_A_QUOTE = re.compile(r"(?<=\[\d\])(?=\n\n)")
_STREAMED: dict[int | str, dict[str, Any]] = {200: {"content": {EVENT_STREAM: {}}}}


def add_answering_routes(app: FastAPI, service: Service) -> None:
    """Add the routes that answer."""

    async def search(wanted: SearchRequest, request: Request) -> Response:
        visitor = visitor_of(request)
        return json_reply(
            await service.read(visitor, search_as_json, wanted.query, wanted.k, wanted.documents)
        )

    async def ask(wanted: AskRequest, request: Request) -> Response:
        visitor = visitor_of(request)
        answer = await service.read(visitor, ask_as_json, wanted.question, wanted.documents)
        if wanted.stream or EVENT_STREAM in request.headers.get("accept", ""):
            return StreamingResponse(_events(answer), media_type=EVENT_STREAM)
        return json_reply(answer)

    @app.get("/api/search", response_model=list[Hit], tags=["asking"], summary="Search")
    async def search_by_address(
        wanted: Annotated[SearchRequest, Query()], request: Request
    ) -> Response:
        """The passages that best fit a query, best first, as `wenju search --json` gives them."""
        return await search(wanted, request)

    @app.post("/api/search", response_model=list[Hit], tags=["asking"], summary="Search")
    async def search_by_body(wanted: SearchRequest, request: Request) -> Response:
        """The passages that best fit a query, best first, as `wenju search --json` gives them."""
        return await search(wanted, request)

    @app.get("/api/ask", response_model=Answer, tags=["asking"], summary="Ask", responses=_STREAMED)
    async def ask_by_address(wanted: Annotated[AskRequest, Query()], request: Request) -> Response:
        """Verbatim, cited sentences, or `answered: false`, as `wenju ask --json` gives them.

        As server-sent events, each `quote` is one cited sentence of the answer's text, and the
        last event, `answer`, is the whole of the JSON.
        """
        return await ask(wanted, request)

    @app.post(
        "/api/ask", response_model=Answer, tags=["asking"], summary="Ask", responses=_STREAMED
    )
    async def ask_by_body(wanted: AskRequest, request: Request) -> Response:
        """Verbatim, cited sentences, or `answered: false`, as `wenju ask --json` gives them.

        As server-sent events, each `quote` is one cited sentence of the answer's text, and the
        last event, `answer`, is the whole of the JSON.
        """
        return await ask(wanted, request)


def pieces(text: str) -> list[str]:
    """The text of an answer, quote by quote; joined by nothing they are the text."""
    return _AFTER_A_QUOTE.split(text)


async def _events(answer: bytes) -> AsyncIterator[bytes]:
    for piece in pieces(orjson.loads(answer)["text"] or ""):
        if piece:
            yield _event(b"quote", orjson.dumps({"text": piece}))
    yield _event(b"answer", answer)


def _event(name: bytes, value: bytes) -> bytes:
    # JSON holds no line break of its own, so that one line of data is enough.
    return b"event: %s\ndata: %s\n\n" % (name, value)
