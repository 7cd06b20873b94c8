"""Answers as JSON, and every error as the JSON of :mod:`qa.server.problems`."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from qa.errors import (
    BadArgument,
    BadQuestion,
    LibraryBusy,
    LibraryClosed,
    LibraryUnreachable,
    LimitReached,
    ModelMismatch,
    NoSuchDocument,
    ReadOnly,
    WenjuError,
)
from qa.messages_zh import in_chinese
from qa.server.problems import STATUSES, Refused, problem

logger = logging.getLogger(__name__)

#: The media type of server-sent events.
EVENT_STREAM = "text/event-stream"

# An error of any other kind is not the caller's fault: 500.
_STATUS_OF_KIND: tuple[tuple[type[WenjuError], int], ...] = (
    (BadArgument, 400),
    (BadQuestion, 422),
    (NoSuchDocument, 404),
    (ReadOnly, 403),
    (LimitReached, 413),
    (LibraryBusy, 503),
    (LibraryClosed, 503),
    (ModelMismatch, 503),
    (LibraryUnreachable, 503),
)
_STATUS_OF_CODE = {
    "bad_visitor": 400,
    "bad_verdict": 422,
    "half_a_character": 422,
    "other_site": 403,
    "too_many_visitors": 503,
}
# Codes of what the framework refuses by itself.
_CODE_OF_STATUS = {400: "body_unreadable", 404: "nothing_here", 405: "method_not_allowed"}


def reply(value: object, status: int = 200) -> Response:
    """Return ``value`` as JSON on one line."""
    return json_reply(orjson.dumps(value), status)


def json_reply(value: bytes, status: int = 200) -> Response:
    """Return a response of encoded JSON."""
    return Response(value, status_code=status, media_type="application/json")


def status_of(error: WenjuError) -> int:
    """Return the status with which an error of the library is answered."""
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    return next((status for kind, status in _STATUS_OF_KIND if isinstance(error, kind)), 500)


def add_error_handlers(app: FastAPI, folder: str) -> None:
    """Answer every error of an application as JSON.

    Args:
        app: the application.
        folder: the library's folder, whose path is kept from clients.
    """

    def on_library_error(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, WenjuError) else WenjuError(str(error))
        status = status_of(known)
        if status >= 500:
            logger.warning("%s %s: %s", request.method, request.url.path, error)
        return problem(
            request.url.path,
            status,
            known.code,
            str(known).replace(folder, "the library's folder"),
            chinese=in_chinese(known).replace(folder, "文库的文件夹"),
        )

    app.add_exception_handler(WenjuError, on_library_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(Refused, _on_refusal)
    app.add_exception_handler(HTTPException, on_http_error)


def _on_refusal(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        return error.response(request.url.path)
    return on_http_error(request, error)


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer an error of the framework."""
    if not isinstance(error, HTTPException):
        return on_fault(request, error)
    status, headers = error.status_code, error.headers
    code = _CODE_OF_STATUS.get(status, "failed" if status >= 500 else "bad_request")
    values = {"allowed": (headers or {}).get("Allow", "")}
    return problem(
        request.url.path, status, code, str(error.detail), values=values, headers=headers
    )


def on_fault(request: Request, _: Exception) -> Response:
    """Answer a fault of ours or of the framework; the server's log has the traceback."""
    return problem(request.url.path, 500, "failed", "It failed; the server's log says why.")


def _on_invalid_request(request: Request, error: Exception) -> Response:
    """Answer a request whose fields pydantic refused."""
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    path = request.url.path
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(path, 400, "body_not_json", "The body is not JSON.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and any(fault["loc"] == ("body",) for fault in faults):
        reason = "The body must be application/json, and say so."
        return problem(path, 415, "body_must_be_json", reason)
    return _invalid_fields(path, faults)


def _invalid_fields(path: str, faults: Sequence[Mapping[str, Any]]) -> Response:
    for fault in faults:
        if fault["type"] in STATUSES[422].codes:  # a model of ours raised it with our code
            return problem(path, 422, fault["type"], fault["msg"], values=fault.get("ctx"))
    # The input is not sent back: it may not be text.
    reasons = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in faults)
    return problem(path, 422, "bad_request", f"The request does not fit: {reasons}.")
