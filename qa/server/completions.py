"""``/v1/chat/completions`` and ``/v1/models``, for programs that speak OpenAI's protocol.

No language model writes here: the answer is the library's short answer and its verbatim
sentences with their ``[n]``, which are repeated as annotations. The questions before the last
one complete it, as in the chat.
"""

import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import FastAPI, Request
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from starlette.responses import Response, StreamingResponse

from qa.language.replies import not_answered, possibly_here, short_words
from qa.results import Answer, Citation, Hit
from qa.server.answers import answer_conversation
from qa.server.problems import OPENAI_PROBLEMS, Refused
from qa.server.questions import quotes_of
from qa.server.responses import EVENT_STREAM, reply
from qa.server.service import Service, visitor_of

MODEL = "wenju"
EMBEDDING_MODEL = "wenju-embedding"
_MOST_MESSAGES = 1_000
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # not counted


class MessagePart(BaseModel):
    """A part of a message; parts other than text are ignored."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[MessagePart] | None = None

    def text(self) -> str:
        """Return the text of the message, one line for each part."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


def _with_a_question(messages: list[Message]) -> list[Message]:
    if not any(message.role == "user" for message in messages):
        raise PydanticCustomError("no_user_message", "There is no message with the role user.")
    return messages


def _one_answer(n: int | None) -> int | None:
    if n not in (None, 1):
        reason = "{n} answers were asked for; there is one."
        raise PydanticCustomError("one_answer_only", reason, {"n": n})
    return n


class StreamOptions(BaseModel):
    """Options of a stream."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A conversation; settings of language models, such as a temperature, are ignored."""

    model: Annotated[str, Field(examples=[MODEL])] = MODEL
    messages: Annotated[
        list[Message],
        Field(
            min_length=1,
            max_length=_MOST_MESSAGES,
            examples=[[{"role": "user", "content": "年假有几天"}]],
        ),
        AfterValidator(_with_a_question),
    ]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[
        int | None, Field(description="There is one answer only."), AfterValidator(_one_answer)
    ] = None

    def questions(self) -> list[str]:
        """Return the texts of the user's messages, oldest first; there is at least one."""
        return [message.text() for message in self.messages if message.role == "user"]


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
    async def complete(fields: CompletionRequest, request: Request) -> Response:
        """Answer the last question of a conversation, as OpenAI's API does.

        The text is the short answer, if there is one, and then the quotes. Where the documents
        may answer, but not surely, it is the passage below a line that says so.
        `message.annotations` cite each `[n]` of the text; `answer` is the JSON of `/api/ask`.
        """
        refuse_other_models(fields.model, MODEL)
        answer = await service.read(visitor_of(request), answer_conversation, fields.questions())
        completion = Completion(answer, str(request.base_url))
        if not fields.stream:
            return reply(completion.to_dict())
        usage = fields.stream_options is not None and fields.stream_options.include_usage
        return StreamingResponse(completion.events(usage=usage), media_type=EVENT_STREAM)


def refuse_other_models(name: str, known: str) -> None:
    """Refuse the name of a model that a route does not have.

    Raises:
        Refused: ``name`` is not ``known``.
    """
    if name != known:
        reason = f"There is no model {name!r} here; this route has {known!r}."
        raise Refused(404, "no_such_model", reason, {"model": name, "known": known})


def _text_of(answer: Answer) -> str:
    """Return the text of a completion, in which every ``[n]`` is a citation's."""
    if answer.text is not None:
        return f"{_short_line(answer)}{answer.text}"
    if answer.outcome == "possible":
        first = answer.hits[0]
        return f"{possibly_here(answer.question)}\n\n{first.text}\n\n({_where(first)})"
    return not_answered(answer.question)


def _short_line(answer: Answer) -> str:
    """Return the short answer with its number, as a paragraph; empty if there is none."""
    if answer.short is None:
        return ""
    return f"{short_words(answer.short, answer.question)} [{answer.short.number}]\n\n"


def _where(hit: Hit) -> str:
    """Return title, headings and file of a passage."""
    above = " › ".join(filter(None, (hit.title, *hit.headings)))
    return " · ".join(filter(None, (above, hit.source)))


class Completion:
    """An answer in the form of OpenAI's API.

    Args:
        answer: the library's answer.
        base_url: the address of this server, where the passages can be read.
    """

    def __init__(self, answer: Answer, base_url: str) -> None:
        self._answer = answer
        self._base_url = base_url
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": MODEL,
        }
        self._text = _text_of(answer)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole completion, as JSON has it."""
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
        """Yield the completion quote by quote, as server-sent events.

        The annotations come with the last quote.

        Args:
            usage: add an event that counts tokens, which are all 0.
        """
        yield self._chunk({"role": "assistant", "content": ""})
        for quote in quotes_of(self._text):
            yield self._chunk({"content": quote})
        yield self._chunk(
            {"annotations": self._annotations()}, "stop", answer=self._answer.to_dict()
        )
        if usage:
            yield self._event({"choices": [], "usage": _USAGE})
        yield b"data: [DONE]\n\n"

    def _chunk(
        self, delta: dict[str, Any], finish_reason: str | None = None, **fields: object
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._event({"choices": [choice], **fields})

    def _event(self, fields: dict[str, Any]) -> bytes:
        chunk = {**self._head, "object": "chat.completion.chunk", **fields}
        return b"data: %s\n\n" % orjson.dumps(chunk)

    def _annotations(self) -> list[dict[str, Any]]:
        """Return the source of each ``[n]``, with the place of its words and number in the text.

        The words of the short answer come first, then each quote.
        """
        answer, end = self._answer, 0
        annotations = []
        if answer.short is not None:
            cited = next(one for one in answer.citations if one.number == answer.short.number)
            end = len(_short_line(answer).rstrip())
            annotations.append(self._annotation(cited, 0, end))
        for citation in answer.citations:
            quoted = f"{citation.quote.strip()} [{citation.number}]"
            start = self._text.index(quoted, end)
            end = start + len(quoted)
            annotations.append(self._annotation(citation, start, end))
        return annotations

    def _annotation(self, citation: Citation, start: int, end: int) -> dict[str, Any]:
        cited = {
            "start_index": start,
            "end_index": end,
            "title": " › ".join((citation.title, *citation.headings)),
            "url": f"{self._base_url}api/passages/{citation.passage_id}",
        }
        return {"type": "url_citation", "url_citation": cited}
