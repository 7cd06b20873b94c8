"""What the server's log may say: no token ever, and questions only if asked to."""

import logging
import re
from enum import StrEnum

from qa.server.tokens import PREFIX

_TOKEN = re.compile(rf"{PREFIX}[\w-]{{20,}}")
_formatter = logging.Formatter()
_QUERY = re.compile(r"\?[^\s\"]*")


class Log(StrEnum):
    """What is logged of the requests."""

    NOTHING = "nothing"
    REQUESTS = "requests"
    QUESTIONS = "questions"


class Discreet(logging.Filter):
    """Takes tokens, and the queries of addresses, out of a line of the log.

    Args:
        questions: leave the queries in, without tokens.
    """

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line as it will be written; keep it."""
        line = _hidden(record.getMessage())
        if record.name == "uvicorn.access" and not self._questions:
            line = _QUERY.sub("?…", line)
        record.msg, record.args = line, None
        if record.exc_info:
            record.exc_text = _hidden(_formatter.formatException(record.exc_info))
        return True


def _hidden(text: str) -> str:
    return _TOKEN.sub(f"{PREFIX}***", text)
