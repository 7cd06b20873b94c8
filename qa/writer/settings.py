"""The address of the optional writer: an endpoint that the environment names, or none.

    WENJU_LLM_URL      base address of an OpenAI-compatible server, up to ``/v1``
    WENJU_LLM_MODEL    the model to ask there
    WENJU_LLM_KEY      sent as a bearer token, if set
    WENJU_LLM_TIMEOUT  seconds to wait for the next word, 60 by default

Nothing else can set it: no question, document, request or redirect.
"""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qa.errors import NoWriter

URL = "WENJU_LLM_URL"
MODEL = "WENJU_LLM_MODEL"
KEY = "WENJU_LLM_KEY"
TIMEOUT = "WENJU_LLM_TIMEOUT"

_PATIENCE = 60.0
_DEADLINE = 300.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server.

    Attributes:
        url: its base address, up to ``/v1``.
        model: the model to ask.
        key: the bearer token, empty for none; never in a message or a log.
        patience: seconds to wait for the connection, and for the next bytes.
        deadline: seconds that the whole answer may take.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    patience: float = _PATIENCE
    deadline: float = _DEADLINE

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            # The address itself is not repeated: it may hold a password.
            raise NoWriter(
                f"The writer's address must begin with http:// or https:// and name a host. "
                f"Set {URL}, to http://127.0.0.1:11434/v1 say."
            )
        if parts.username is not None or parts.password is not None:
            raise NoWriter(
                f"The writer's address must hold no user and no password; set {KEY} instead."
            )
        if not self.model:
            raise NoWriter(f"The writer needs to know which model to ask: set {MODEL}.")

    @property
    def host(self) -> str:
        """The server's name and port, for messages."""
        return urlsplit(self.url).netloc


def configured() -> bool:
    """Return whether the environment names a writer."""
    return bool(os.environ.get(URL, "").strip())


def endpoint_of_environment() -> Endpoint:
    """Return the endpoint that the environment names.

    Raises:
        NoWriter: it names none, or names it wrongly.
    """
    if not configured():
        raise NoWriter(
            f"No writer is set up, and none is needed: the verbatim answer stands. To have a "
            f"language model compose one beside it, set {URL} and {MODEL} (docs/writer.md).",
            "writer_not_set_up",
        )
    return Endpoint(
        url=os.environ[URL].strip(),
        model=os.environ.get(MODEL, "").strip(),
        key=os.environ.get(KEY, "").strip(),
        patience=_seconds(os.environ.get(TIMEOUT, "").strip()),
    )


def _seconds(value: str) -> float:
    if not value:
        return _PATIENCE
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _DEADLINE:
        raise NoWriter(f"{TIMEOUT} must be a number of seconds, 1 to {_DEADLINE:.0f}: {value!r}.")
    return seconds
