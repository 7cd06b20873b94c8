"""``/v1/chat/completions`` and ``/v1/models``, for programs that speak OpenAI's protocol.

No language model writes here: the answer is the library's, verbatim sentences with their
``[n]``, which are repeated as annotations. What was said before completes a question that
leans on it, as in the chat.
"""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from corpus.characters import is_chinese
from qa.results import Answer
from qa.server.problems import OPENAI_PROBLEMS
from qa.server.processes import continue_conversation
from qa.server.questions import EVENT_STREAM, pieces
from qa.server.responses import Refused, reply
from qa.server.service import Service, visitor_of

MODEL = "wenju"
EMBEDDING_MODEL = "wenju-embedding"
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # nobody counts any
_NOT_THERE = "这些文档没有回答这个问题。"
_NOT_THERE_IN_ENGLISH = "The documents do not answer this question."


class Part(BaseModel):
    """A part of a message; parts that are no text say nothing here."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """How to stream."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A conversation; settings of language models, such as a temperature, change nothing."""

    model: Annotated[str, Field(examples=[MODEL])] = MODEL
    messages: Annotated[
        list[Message],
        Field(
            min_length=1,
            max_length=1_000,
            examples=[[{"role": "user", "content": "年假有几天"}]],
        ),
    ]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(description="There is one answer, however often asked.")] = None


def add_completion_routes(app: FastAPI, service: Service) -> None:
    """Add the routes of chat programs."""

    @app.get("/v1/models", tags=["openai"], summary="Models", responses=OPENAI_PROBLEMS)
    async def models() -> dict[str, Any]:
        """The names that the other routes take."""
        return {
            "object": "list",
            "data": [
                {"id": name, "object": "model", "created": 0, "owned_by": "wenju"}
                for name in (MODEL, EMBEDDING_MODEL)
            ],
        }

    @app.post(
        "/v1/chat/completions",
        tags=["openai"],
        summary="Chat",
        responses={**OPENAI_PROBLEMS, 200: {"content": {EVENT_STREAM: {}}}},
    )
    async def complete(wanted: CompletionRequest, request: Request) -> Response:
        """Answer the last question of a conversation, as OpenAI's API does.

        `message.annotations` cite each `[n]` of the text; `answer` is the JSON of `/api/ask`.
        """
        refuse_other_models(wanted.model, MODEL)
        if wanted.n not in (None, 1):
            said = f"{wanted.n} answers were asked for; there is one."
            raise Refused(422, "one_answer_only", said, {"n": wanted.n})
        questions = [one.text() for one in wanted.messages if one.role == "user"]
        if not questions:
            raise Refused(422, "no_user_message", "There is no message with the role user.")
        answer = await service.read(visitor_of(request), continue_conversation, questions)
        completion = Completion(answer, str(request.base_url))
        if not wanted.stream:
            return reply(completion.whole())
        usage = wanted.stream_options is not None and wanted.stream_options.include_usage
        return StreamingResponse(completion.events(usage=usage), media_type=EVENT_STREAM)


def refuse_other_models(named: str, known: str) -> None:
    """A name of another model is a mistake that must not go unnoticed.

    Raises:
        Refused: it is not ``known``.
    """
    if named != known:
        said = f"There is no model {named!r} here; this route has {known!r}."
        raise Refused(404, "no_such_model", said, {"model": named, "known": known})


class Completion:
    """An answer in the form of OpenAI's API.

    Args:
        answer: of the library.
        base_url: of this server, where the passages can be read.
    """

    def __init__(self, answer: Answer, base_url: str) -> None:
        self._answer = answer
        self._base_url = base_url
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": MODEL,
        }
        chinese = any(map(is_chinese, answer.question))
        self._text = answer.text or (_NOT_THERE if chinese else _NOT_THERE_IN_ENGLISH)

    def whole(self) -> dict[str, Any]:
        """All at once."""
        message = {
            "role": "assistant",
            "content": self._text,
            "refusal": None,
            "annotations": self._annotations(),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _USAGE,
            "answer": self._answer.to_dict(),
        }

    async def events(self, *, usage: bool) -> AsyncIterator[bytes]:
        """Piece by piece, as server-sent events; the annotations come with the last."""
        yield self._chunk({"role": "assistant", "content": ""})
        for piece in pieces(self._text):
            yield self._chunk({"content": piece})
        yield self._chunk(
            {"annotations": self._annotations()}, "stop", answer=self._answer.to_dict()
        )
        if usage:
            yield self._event({"choices": [], "usage": _USAGE})
        yield b"data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._event({"choices": [choice], **more})

    def _event(self, fields: dict[str, Any]) -> bytes:
        chunk = {**self._head, "object": "chat.completion.chunk", **fields}
        return b"data: %s\n\n" % orjson.dumps(chunk)

    def _annotations(self) -> list[dict[str, Any]]:
        """Where in the text each citation stands, quote and number, and what it cites."""
        annotations, end = [], 0
        for citation in self._answer.citations:
            cited = f"{citation.quote.strip()} [{citation.number}]"
            start = self._text.index(cited, end)
            end = start + len(cited)
            place = {
                "start_index": start,
                "end_index": end,
                "title": " › ".join((citation.title, *citation.headings)),
                "url": f"{self._base_url}api/passages/{citation.passage_id}",
            }
            annotations.append({"type": "url_citation", "url_citation": place})
        return annotations
