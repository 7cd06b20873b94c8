"""JSON out, and errors as JSON: the sentence of the command line, and a fitting status."""

import logging
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from qa.errors import (
    BadQuestion,
    LibraryBusy,
    LimitReached,
    ModelMismatch,
    NoSuchDocument,
    ReadOnly,
    WenjuError,
)

logger = logging.getLogger(__name__)

_SOON = "5"  # seconds after which a busy library may be asked again
#: Of an error that is none of these, nothing that the caller did is the cause.
_STATUS: tuple[tuple[type[WenjuError], int], ...] = (
    (BadQuestion, 422),
    (NoSuchDocument, 404),
    (ReadOnly, 403),
    (LimitReached, 413),
    (LibraryBusy, 503),
    (ModelMismatch, 503),
)


class Problem(BaseModel):
    """What went wrong, in one sentence; under ``/v1/`` in the form of OpenAI's API."""

    error: str | dict[str, str | None]


#: What any route may answer with; for the OpenAPI document.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": reason}
    for status, reason in {
        400: "The body is not JSON, or no form.",
        401: "A token is needed.",
        403: "The token, or this library, may only be read; or another site asked.",
        404: "No document, passage or model goes by that name.",
        408: "The body had not come in time.",
        413: "It is larger than may be.",
        414: "The address is longer than may be; send the same fields as JSON.",
        415: "Neither JSON nor a file that can be read.",
        422: "The question, a field or the file cannot be used; the sentence says why.",
        429: "Too many requests; `Retry-After` says when to come again.",
        503: "Busy; `Retry-After` says when to come again.",
    }.items()
}


class Refused(Exception):
    """A request that a route turns down.

    Attributes:
        status: of the answer.
        reason: one sentence.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def reply(value: object, status: int = 200) -> Response:
    """``value`` as JSON; what the command line prints for it, in one line."""
    return Response(orjson.dumps(value), status_code=status, media_type="application/json")


def problem(request: Request, status: int, reason: str) -> Response:
    """An error; under ``/v1/`` in the form that OpenAI's clients read."""
    headers = {"Retry-After": _SOON} if status == 503 else {}
    said: object = reason
    if request.url.path.startswith("/v1/"):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        said = {"message": reason, "type": kind, "param": None, "code": None}
    return JSONResponse({"error": said}, status_code=status, headers=headers)


def status_of(error: WenjuError) -> int:
    """The status that an error of the library's is answered with."""
    if error.code == "bad_visitor":
        return 400
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def add_error_handlers(app: FastAPI, folder: str) -> None:
    """Answer every error as JSON.

    Args:
        app: whose errors.
        folder: the library's, which only this machine's own users may know.
    """

    def of_library(request: Request, error: Exception) -> Response:
        status = status_of(error) if isinstance(error, WenjuError) else 500
        if status >= 500:
            logger.warning("%s %s: %s", request.method, request.url.path, error)
        return problem(request, status, str(error).replace(folder, "the library's folder"))

    def of_request(request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else ()
        if any(one["type"] == "json_invalid" for one in found):
            return problem(request, 400, "The body is not JSON.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and any(one["loc"] == ("body",) for one in found):
            return problem(request, 415, "The body must be application/json, and say so.")
        # What was sent is not sent back: it may be no text.
        said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in found)
        return problem(request, 422, f"The request does not fit: {said}.")

    def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, Refused):
            return problem(request, error.status, error.reason)
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = str(error.detail) if isinstance(error, HTTPException) else "It failed."
        answer = problem(request, status, detail)
        answer.headers.update((isinstance(error, HTTPException) and error.headers) or {})
        return answer

    app.add_exception_handler(WenjuError, of_library)
    app.add_exception_handler(RequestValidationError, of_request)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, refused)
