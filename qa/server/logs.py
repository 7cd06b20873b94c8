"""What the server's log may say: no token ever, and questions only if asked to."""

import logging
import re

from qa.server.tokens import PREFIX

_TOKEN = re.compile(rf"{PREFIX}[\w-]{{20,}}")
_QUERY = re.compile(r"\?[^\s\"]*")


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
        line = _TOKEN.sub(f"{PREFIX}***", record.getMessage())
        if record.name == "uvicorn.access" and not self._questions:
            line = _QUERY.sub("?…", line)
        record.msg, record.args = line, None
        return True
