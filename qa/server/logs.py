"""The server's log, which never holds a token, and questions only if that is chosen."""

import logging
import re
from enum import StrEnum

from qa.server.access_tokens import PREFIX

_TOKEN = re.compile(rf"{PREFIX}[\w-]{{20,}}")
_QUERY = re.compile(r"\?[^\s\"]*")
_formatter = logging.Formatter()


class Log(StrEnum):
    """The part of each request that is logged."""

    NOTHING = "nothing"
    REQUESTS = "requests"
    QUESTIONS = "questions"


class RedactingFilter(logging.Filter):
    """Removes tokens, and the queries of addresses, from the lines of a log.

    Args:
        questions: keep the queries, without tokens.
    """

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the line in place, and keep it."""
        line = _redacted(record.getMessage())
        if record.name == "uvicorn.access" and not self._questions:
            line = _QUERY.sub("?…", line)
        record.msg, record.args = line, None
        if record.exc_info:
            record.exc_text = _redacted(_formatter.formatException(record.exc_info))
        return True


def set_up_logging(log: Log) -> None:
    """Write warnings, and the requests if they are to be logged, to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(RedactingFilter(questions=log is Log.QUESTIONS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)


def _redacted(text: str) -> str:
    return _TOKEN.sub(f"{PREFIX}***", text)
