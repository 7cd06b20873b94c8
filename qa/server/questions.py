"""``/api/search`` and ``/api/ask``, which send the JSON of ``wenju search`` and ``wenju ask``.

Each takes the same fields in a query string and in a JSON body. The models check only their
shape: the library says what is wrong with a question, as on the command line.
"""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from corpus import Span
from qa.results import Answer, Citation, Hit, PassageId, Place, ShortAnswer
from qa.retrieval.questions import MOST_HITS, QUESTION_CHARACTERS
from qa.server.answers import ask_as_json, search_as_json
from qa.server.responses import EVENT_STREAM, json_reply
from qa.server.service import Service, visitor_of

_BETWEEN_QUOTES = re.compile(r"(?<=\[\d\])(?=\n\n)")
_EXAMPLE = Answer(
    question="年假有几天",
    query="年假有几天",
    answered=True,
    confidence=0.93,
    text="满一年的职工有五天年休假。 [1]",
    citations=(
        Citation(
            number=1,
            place=Place(
                passage_id=PassageId.of("3f2a" * 16, 7),
                title="员工手册",
                author="人事部",
                headings=("休假",),
                source="handbook.pdf",
                page=12,
                paragraph=4,
                spans=(Span(100, 113),),
            ),
            quote="满一年的职工有五天年休假。",
            score=0.83,
        ),
    ),
    hits=(),
    short=ShortAnswer("五天", 1, (Span(107, 109),)),
)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"example": _EXAMPLE.to_dict()},
            EVENT_STREAM: {},
        }
    }
}

# For the OpenAPI document only; the library enforces these bounds, with codes of its own.
_QUESTION_SCHEMA: dict[str, Any] = {"minLength": 1, "maxLength": QUESTION_CHARACTERS}
_HITS_SCHEMA: dict[str, Any] = {"minimum": 1, "maximum": MOST_HITS}

_Documents = Annotated[
    list[str] | None,
    Field(
        max_length=1_000,
        description="Only these documents: ids, beginnings of ids, or sources. All if not given.",
    ),
]


class _Fields(BaseModel):
    """The fields of a request; an unknown field is a mistake, and refused."""

    model_config = ConfigDict(extra="forbid")


class SearchRequest(_Fields):
    """A search."""

    query: Annotated[
        str,
        Field(
            description="A question, or some words.",
            examples=["年假有几天"],
            json_schema_extra=_QUESTION_SCHEMA,
        ),
    ]
    k: Annotated[
        int, Field(description="How many passages at most.", json_schema_extra=_HITS_SCHEMA)
    ] = 10
    documents: _Documents = None


class AskRequest(_Fields):
    """A question."""

    question: Annotated[
        str,
        Field(
            description="In any language that the model knows.",
            examples=["年假有几天"],
            json_schema_extra=_QUESTION_SCHEMA,
        ),
    ]
    documents: _Documents = None
    stream: Annotated[
        bool,
        Field(description="Send the answer as server-sent events; `Accept` may ask for them too."),
    ] = False


def add_answering_routes(app: FastAPI, service: Service) -> None:
    """Add the routes that search and answer."""

    async def search(fields: SearchRequest, request: Request) -> Response:
        visitor = visitor_of(request)
        return json_reply(
            await service.read(visitor, search_as_json, fields.query, fields.k, fields.documents)
        )

    async def ask(fields: AskRequest, request: Request) -> Response:
        visitor = visitor_of(request)
        answer = await service.read(visitor, ask_as_json, fields.question, fields.documents)
        if fields.stream or EVENT_STREAM in request.headers.get("accept", ""):
            return StreamingResponse(_events(answer), media_type=EVENT_STREAM)
        return json_reply(answer)

    @app.get("/api/search", response_model=list[Hit], tags=["asking"], summary="Search")
    async def search_by_address(
        fields: Annotated[SearchRequest, Query()], request: Request
    ) -> Response:
        """The passages that best fit a query, best first, as `wenju search --json` gives them."""
        return await search(fields, request)

    @app.post("/api/search", response_model=list[Hit], tags=["asking"], summary="Search")
    async def search_by_body(fields: SearchRequest, request: Request) -> Response:
        """The passages that best fit a query, best first, as `wenju search --json` gives them."""
        return await search(fields, request)

    @app.get("/api/ask", response_model=Answer, tags=["asking"], summary="Ask", responses=_ANSWERS)
    async def ask_by_address(fields: Annotated[AskRequest, Query()], request: Request) -> Response:
        """Verbatim, cited sentences, or `answered: false`, as `wenju ask --json` gives them.

        `short` are the words that answer by themselves. Where `outcome` is `possible`, the first
        hit may hold the answer; it is no answer.

        As server-sent events, `short` comes first, if there is one; each `quote` is one cited
        sentence of the answer's text; the last event, `answer`, is the whole of the JSON.
        """
        return await ask(fields, request)

    @app.post("/api/ask", response_model=Answer, tags=["asking"], summary="Ask", responses=_ANSWERS)
    async def ask_by_body(fields: AskRequest, request: Request) -> Response:
        """Verbatim, cited sentences, or `answered: false`, as `wenju ask --json` gives them.

        `short` are the words that answer by themselves. Where `outcome` is `possible`, the first
        hit may hold the answer; it is no answer.

        As server-sent events, `short` comes first, if there is one; each `quote` is one cited
        sentence of the answer's text; the last event, `answer`, is the whole of the JSON.
        """
        return await ask(fields, request)


def quotes_of(text: str) -> list[str]:
    """Return the quotes of an answer's text; joined without separator they are the text."""
    return _BETWEEN_QUOTES.split(text)


async def _events(answer: bytes) -> AsyncIterator[bytes]:
    value = orjson.loads(answer)
    if value["short"] is not None:
        yield _event(b"short", orjson.dumps(value["short"]))
    # A text without citations is about the library, and quotes nothing.
    for quote in quotes_of(value["text"]) if value["citations"] else ():
        yield _event(b"quote", orjson.dumps({"text": quote}))
    yield _event(b"answer", answer)


def _event(name: bytes, value: bytes) -> bytes:
    # Encoded JSON holds no line break, so one line of data is enough.
    return b"event: %s\ndata: %s\n\n" % (name, value)
