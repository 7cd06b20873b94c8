"""JSON out, and errors as JSON: the sentence of the command line, and a fitting status."""

import logging
from collections.abc import Mapping

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from qa.errors import (
    BadQuestion,
    LibraryBusy,
    LibraryUnreachable,
    LimitReached,
    ModelMismatch,
    NoSuchDocument,
    ReadOnly,
    WenjuError,
)
from qa.messages_zh import in_chinese
from qa.server.problems import problem

logger = logging.getLogger(__name__)

#: Of an error that is none of these, nothing that the caller did is the cause.
_STATUS: tuple[tuple[type[WenjuError], int], ...] = (
    (BadQuestion, 422),
    (NoSuchDocument, 404),
    (ReadOnly, 403),
    (LimitReached, 413),
    (LibraryBusy, 503),
    (ModelMismatch, 503),
    (LibraryUnreachable, 503),
)
_STATUS_OF_CODE = {"bad_visitor": 400, "half_a_character": 422, "too_many_visitors": 503}
# What the framework refuses by itself.
_OF_FRAMEWORK = {400: "body_unreadable", 404: "nothing_here", 405: "method_not_allowed"}


class Refused(Exception):
    """A request that a route turns down.

    Attributes:
        status: of the answer.
        code: the reason in one word.
        reason: one sentence.
        values: what the Chinese sentence names.
        chinese: that sentence, if it is at hand.
    """

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        values: Mapping[str, str | int] | None = None,
        *,
        chinese: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason
        self.values, self.chinese = values, chinese


def reply(value: object, status: int = 200) -> Response:
    """``value`` as JSON; what the command line prints for it, in one line."""
    return json_reply(orjson.dumps(value), status)


def json_reply(value: bytes, status: int = 200) -> Response:
    """What is JSON already."""
    return Response(value, status_code=status, media_type="application/json")


def status_of(error: WenjuError) -> int:
    """The status that an error of the library's is answered with."""
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def add_error_handlers(app: FastAPI, folder: str) -> None:
    """Answer every error as JSON.

    Args:
        app: whose errors.
        folder: the library's, which only this machine's own users may know.
    """

    def of_library(request: Request, error: Exception) -> Response:
        found = error if isinstance(error, WenjuError) else WenjuError(str(error))
        status = status_of(found)
        if status >= 500:
            logger.warning("%s %s: %s", request.method, request.url.path, error)
        said, chinese = (
            sentence.replace(folder, named)
            for sentence, named in (
                (str(found), "the library's folder"),
                (in_chinese(found), "文库的文件夹"),
            )
        )
        return problem(request.url.path, status, found.code, said, chinese=chinese)

    def of_request(request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else ()
        path = request.url.path
        if any(one["type"] == "json_invalid" for one in found):
            return problem(path, 400, "body_not_json", "The body is not JSON.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and any(one["loc"] == ("body",) for one in found):
            said = "The body must be application/json, and say so."
            return problem(path, 415, "body_must_be_json", said)
        # What was sent is not sent back: it may be no text.
        said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in found)
        return problem(path, 422, "bad_request", f"The request does not fit: {said}.")

    def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, Refused):
            return of_framework(request, error)
        return problem(
            request.url.path,
            error.status,
            error.code,
            error.reason,
            values=error.values,
            chinese=error.chinese,
        )

    def of_framework(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = str(error.detail) if isinstance(error, HTTPException) else "It failed."
        headers = error.headers if isinstance(error, HTTPException) else None
        values = {"allowed": (headers or {}).get("Allow", "")}
        code = _OF_FRAMEWORK.get(status, "failed" if status >= 500 else "bad_request")
        return problem(request.url.path, status, code, detail, values=values, headers=headers)

    app.add_exception_handler(WenjuError, of_library)
    app.add_exception_handler(RequestValidationError, of_request)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, of_framework)
