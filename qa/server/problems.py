"""What a request is refused with: the same JSON, whichever layer refuses it.

``{"error": …, "code": …, "error_zh": …}``: a sentence, the same in one word that programs
can rely on, and the sentence in Chinese. Under ``/v1/`` it is the error object of OpenAI's
API, whose clients read ``code`` there.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from qa.messages_zh import said_in_chinese

_OPENAI = "/v1/"
_SOON = "5"  # seconds after which a server that is busy may be asked again

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
    "scanned",
    "undecodable_text",
    "broken_characters",
    "not_text",
    "file_too_large",
    "too_long",
    "too_many_cells",
    "too_many_pages",
    "too_many_passages",
    "unpacks_too_large",
    "zip_bomb",
)
_CONVERSIONS = (
    "save_as_docx",
    "save_as_xlsx",
    "save_as_pdf",
    "read_by_ocr",
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

#: What each status means, and the codes that come with it.
STATUSES: dict[int, tuple[str, tuple[str, ...]]] = {
    400: (
        "The body is not JSON, or no form.",
        ("body_not_json", "body_unreadable", "bad_request", "bad_visitor"),
    ),
    401: ("A token is needed.", ("token_needed",)),
    403: (
        "The token, or this library, may only be read; or another site asked.",
        ("token_reads_only", "read_only", "other_site"),
    ),
    404: (
        "No document, passage or model goes by that name.",
        (*_GONE, "no_such_model", "nothing_here"),
    ),
    405: ("The route is there, the method is not.", ("method_not_allowed",)),
    408: ("The body had not come in time.", ("body_too_slow",)),
    413: (
        "It is larger than may be.",
        ("body_too_large", "limit_reached", "too_many_files", "too_many_bytes", "no_room"),
    ),
    414: (
        "The address is longer than may be; send the same fields as JSON.",
        ("address_too_long",),
    ),
    415: (
        "Neither JSON nor a file that can be read.",
        ("body_must_be_json", "unsupported_format", *_CONVERSIONS),
    ),
    421: ("The server does not go by this name.", ("unknown_host",)),
    422: (
        "The question, a field or the file cannot be used; the sentence says why.",
        (
            "bad_request",
            *_QUESTION,
            *_FILE,
            "no_user_message",
            "one_answer_only",
            "other_dimension",
        ),
    ),
    429: ("Too many requests; `Retry-After` says when to come again.", ("too_many_requests",)),
    500: ("The library cannot answer; the server's log says why.", ("failed", "library_damaged")),
    503: (
        "Busy; `Retry-After` says when to come again.",
        (
            "too_many_at_once",
            "too_many_uploads",
            "too_many_visitors",
            "library_busy",
            "library_unreachable",
            "model_mismatch",
        ),
    ),
}


class Problem(BaseModel):
    """What went wrong."""

    error: str = Field(description="What was asked, what was found and what helps.")
    code: str = Field(
        description="The same in one word, which stays; others may be added.",
        examples=["no_such_document"],
    )
    error_zh: str = Field(description="The same in Chinese.", examples=["问题是空的。"])


class OpenAIError(BaseModel):
    """The error object of OpenAI's API, and ours in Chinese."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None
    code: str
    message_zh: str


class OpenAIProblem(BaseModel):
    """What went wrong, in the form of OpenAI's API."""

    error: OpenAIError


def _described(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": model, "description": f"{meaning} `code`: {_listed(codes)}."}
        for status, (meaning, codes) in STATUSES.items()
        # Those two are answered before a route is found.
        if status not in (405, 421)
    }


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


#: What any route may answer with; for the OpenAPI document.
PROBLEMS = _described(Problem)
#: The same for the routes of OpenAI's protocol.
OPENAI_PROBLEMS = _described(OpenAIProblem)


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
    """An error, in the form that who asked at ``path`` reads.

    Args:
        path: that was asked.
        status: of the answer.
        code: what went wrong, in one word.
        reason: the same in a sentence.
        values: what the Chinese sentence names.
        chinese: that sentence, if it is at hand.
        headers: of the answer.
    """
    said = chinese or said_in_chinese(code, values or {})
    # A name that was sent may be half a character, which is no UTF-8.
    said = said.encode("utf-8", "backslashreplace").decode("utf-8")
    body: dict[str, object] = {"error": reason, "code": code, "error_zh": said}
    if path.startswith(_OPENAI):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        body = {
            "error": {
                "message": reason,
                "type": kind,
                "param": None,
                "code": code,
                "message_zh": said,
            }
        }
    soon = {"Retry-After": _SOON} if status == 503 else {}
    return JSONResponse(body, status_code=status, headers={**soon, **(headers or {})})
