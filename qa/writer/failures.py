"""Failures of the writer's endpoint, each with a sentence that says what helps.

No such sentence may hold the key. A server may repeat it, so the key is removed from the
server's words, and the client's own exceptions, which quote these, are not kept as causes.
"""

import httpx2
from openai import APIConnectionError, APIStatusError, APITimeoutError

from qa.errors import WriterFailed
from qa.writer.settings import KEY, MODEL, TIMEOUT, URL, Endpoint

_SHOWN = 200  # characters of a server's own message


def failure_of(error: Exception, endpoint: Endpoint) -> WriterFailed:
    """Return the error for an exception that the client raised.

    Args:
        error: of openai, of httpx2, or a ValueError: bad JSON, or bytes that are no UTF-8.
        endpoint: that was asked.
    """
    if isinstance(error, APITimeoutError | httpx2.TimeoutException):
        return WriterFailed(
            f"The writer at {endpoint.host} sent nothing for {endpoint.patience:g} s, or did not "
            f"end within {endpoint.deadline:g} s. {TIMEOUT} gives it more time between words.",
            "writer_stalled",
            {"seconds": f"{endpoint.patience:g}"},
        )
    if isinstance(error, APIConnectionError | httpx2.HTTPError):
        return WriterFailed(
            f"The connection to the writer at {endpoint.host} failed "
            f"({_safe(str(error.__cause__ or error), endpoint)}). Is it running? {URL} holds its "
            f"address.",
            "writer_unreachable",
        )
    if isinstance(error, APIStatusError):
        return WriterFailed(
            f"The writer at {endpoint.host} answered with HTTP status {error.status_code}"
            f"{_advice(error, endpoint)}",
            "writer_refused",
            {"status": error.status_code},
        )
    if isinstance(error, ValueError):
        return broken_off(endpoint)
    return WriterFailed(f"The writer at {endpoint.host} reported: {_safe(str(error), endpoint)}")


def broken_off(endpoint: Endpoint) -> WriterFailed:
    """Return the error for a stream that broke off, or a response that is no stream."""
    return WriterFailed(
        f"What came from {endpoint.host} is not a whole stream of the chat completions protocol: "
        f"it broke off, or {URL} is not the address of an OpenAI-compatible server.",
        "writer_broke_off",
    )


def too_long(message: str) -> WriterFailed:
    """Return the error for an answer that reaches a limit."""
    return WriterFailed(message, "writer_too_long")


def _advice(error: APIStatusError, endpoint: Endpoint) -> str:
    status = error.status_code
    if status in (401, 403):
        return f": it does not accept the key. {KEY} holds it."
    if 300 <= status < 400:
        return f", a redirect, which is never followed. {URL} must be the last address."
    if status == 404:
        return f": no such address or model. {URL} usually ends in /v1; see {MODEL}."
    return f": {_safe(error.message, endpoint)}"


def _safe(message: str, endpoint: Endpoint) -> str:
    """Return a server's message without the key, on one line, and cut if it is long."""
    if endpoint.key:
        message = message.replace(endpoint.key, "[key]")
    return "".join(c if c.isprintable() else " " for c in message)[:_SHOWN]
