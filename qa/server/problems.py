"""Refusals of requests: the same JSON, whichever layer refuses.

``{"error": …, "code": …, "error_zh": …}``: a sentence in English, a code that programs can
rely on, and the sentence in Chinese. Under ``/v1/`` it is the error object of OpenAI's API,
whose clients read ``code`` there.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from qa.messages_zh import said_in_chinese

_OPENAI = "/v1/"
_RETRY_AFTER = "5"  # seconds; for every 503 that does not say otherwise

_QUESTION = (
    "bad_question",
    "empty_question",
    "question_not_text",
    "question_too_long",
    "bad_number_of_hits",
    "half_a_character",
)
_FILE = (
    "unreadable_file",
    "bad_name",
    "damaged",
    "encrypted",
    "reader_failed",
    "broken_plugin",
    "old_office_file",
    "other_kind",
    "bad_line",
    "empty_file",
    "empty_document",
    "nothing_inside",
    "ocr_not_installed",
    "pictures_unreadable",
    "no_text_in_pictures",
    "too_many_pixels",
    "undecodable_text",
    "broken_characters",
    "not_text",
    "file_too_large",
    "too_long",
    "too_many_cells",
    "too_many_pages",
    "too_many_passages",
    "too_many_members",
    "unpacks_too_large",
    "zip_bomb",
    "took_too_long",
    "took_too_much_memory",
    "gave_too_much_text",
    "reader_crashed",
    "reading_abandoned",
    "reading_stopped",
)
_CONVERSIONS = (
    "save_as_docx",
    "save_as_xlsx",
    "save_as_pptx",
    "save_as_pdf",
    "save_as_png",
    "unpack_first",
    "save_as_epub",
    "save_as_html",
    "save_as_jsonl",
)
_GONE = (
    "no_such_document",
    "ambiguous_document",
    "deleted_document",
    "changed_document",
    "no_such_passage",
)


class Status(NamedTuple):
    """A status of HTTP: its meaning, for the OpenAPI document, and the codes sent with it."""

    meaning: str
    codes: tuple[str, ...]


STATUSES: dict[int, Status] = {
    400: Status(
        "The body is not JSON or a form, or a value in it cannot be used.",
        ("body_not_json", "body_unreadable", "bad_request", "bad_argument", "bad_visitor"),
    ),
    401: Status("A token is needed.", ("token_needed",)),
    403: Status(
        "The token or the library is read-only, or another site sent the request.",
        ("token_reads_only", "read_only", "operator_only", "other_site"),
    ),
    404: Status(
        "No document, passage or model has that name.",
        (*_GONE, "no_such_model", "nothing_here"),
    ),
    405: Status("The route does not take this method.", ("method_not_allowed",)),
    408: Status("The body did not arrive in time.", ("body_too_slow",)),
    413: Status(
        "The body, or the document, is larger than allowed.",
        (
            "body_too_large",
            "limit_reached",
            "too_many_files",
            "too_many_files_at_once",
            "too_many_bytes",
            "no_room",
            "too_many_judgements",
        ),
    ),
    414: Status(
        "The address is longer than allowed; send the same fields as JSON.",
        ("address_too_long",),
    ),
    415: Status(
        "The body is neither JSON nor a file that can be read.",
        ("body_must_be_json", "unsupported_format", *_CONVERSIONS),
    ),
    421: Status("The server does not have this name.", ("unknown_host",)),
    422: Status(
        "The question, a field or the file cannot be used; the sentence says why.",
        (
            "bad_request",
            *_QUESTION,
            *_FILE,
            "nothing_added",
            "no_user_message",
            "one_answer_only",
            "other_dimension",
        ),
    ),
    429: Status(
        "Too many requests; `Retry-After` says when to try again.",
        ("too_many_requests", "too_many_streams"),
    ),
    500: Status(
        "The library cannot answer; the server's log says why.",
        ("failed", "library_damaged", "newer_library", "disk_full"),
    ),
    503: Status(
        "Busy; `Retry-After` says when to try again.",
        (
            "too_many_at_once",
            "too_many_uploads",
            "too_many_visitors",
            "library_busy",
            "library_closed",
            "library_unreachable",
            "model_mismatch",
        ),
    ),
}


class Problem(BaseModel):
    """An error."""

    error: str = Field(description="What was asked, what was found, and what helps.")
    code: str = Field(
        description="Stable; new codes may be added.",
        examples=["no_such_document"],
    )
    error_zh: str = Field(description="The sentence in Chinese.", examples=["问题是空的。"])


class OpenAIError(BaseModel):
    """The error object of OpenAI's API, with our Chinese sentence."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None
    code: str
    message_zh: str


class OpenAIProblem(BaseModel):
    """An error in the form of OpenAI's API."""

    error: OpenAIError


class Refused(Exception):
    """A request that a route or a layer turns down.

    Args:
        status: of the answer.
        code: one of the codes that ``STATUSES`` lists for the status.
        reason: one sentence in English.
        values: what the Chinese sentence names.
        chinese: the Chinese sentence, where it is known already.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        values: Mapping[str, str | int] | None = None,
        *,
        chinese: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason
        self.values, self.chinese, self.headers = values, chinese, headers

    def response(self, path: str) -> Response:
        """Return the answer to a request for ``path``."""
        return problem(
            path,
            self.status,
            self.code,
            self.reason,
            values=self.values,
            chinese=self.chinese,
            headers=self.headers,
        )


def problem(
    path: str,
    status: int,
    code: str,
    reason: str,
    *,
    values: Mapping[str, str | int] | None = None,
    chinese: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error in the form that clients of ``path`` read.

    Args:
        path: the path of the request.
        status: of the answer.
        code: one of the codes that ``STATUSES`` lists for the status.
        reason: one sentence in English.
        values: what the Chinese sentence names.
        chinese: the Chinese sentence, where it is known already.
        headers: of the answer.
    """
    body = problem_body(path, status, code, reason, values=values, chinese=chinese)
    retry = {"Retry-After": _RETRY_AFTER} if status == 503 else {}
    return JSONResponse(body, status_code=status, headers={**retry, **(headers or {})})


def problem_body(
    path: str,
    status: int,
    code: str,
    reason: str,
    *,
    values: Mapping[str, str | int] | None = None,
    chinese: str | None = None,
) -> dict[str, object]:
    """Return the JSON of :func:`problem`, whose arguments these are."""
    sentence = chinese or said_in_chinese(code, values or {})
    # A name from the request may hold a lone surrogate, which UTF-8 cannot encode.
    sentence = sentence.encode("utf-8", "backslashreplace").decode("utf-8")
    if not path.startswith(_OPENAI):
        return {"error": reason, "code": code, "error_zh": sentence}
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {
        "error": {
            "message": reason,
            "type": kind,
            "param": None,
            "code": code,
            "message_zh": sentence,
        }
    }


def _described(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": model, "description": f"{meaning} `code`: {_listed(codes)}."}
        for status, (meaning, codes) in STATUSES.items()
        if status not in (405, 421)  # both are sent before a route is found
    }


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


#: The errors of any route, for the OpenAPI document.
PROBLEMS = _described(Problem)
#: Those of the routes of OpenAI's protocol.
OPENAI_PROBLEMS = _described(OpenAIProblem)
