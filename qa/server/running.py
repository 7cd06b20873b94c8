"""Serving: a socket, a process that ends when it is told to, a discreet log."""

import errno
import logging
import os
import re
import signal
import socket
import sys
from enum import StrEnum
from types import FrameType

import uvicorn

from qa.errors import WenjuError
from qa.server.app import Exposure, create_app
from qa.server.timeouts import ImpatientProtocol
from qa.server.tokens import PREFIX
from qa.sharing.libraries import Libraries

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


#: What is under way when the server is told to stop has so long.
GRACE_SECONDS = 6
_BACKLOG = 2_048
_LAST_PORT = 65_535


def serve(
    libraries: Libraries,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    public_name: str | None = None,
    processes: int = 0,
    log: Log = Log.NOTHING,
) -> None:
    """Serve the chat and the scripts' routes until the process is told to stop.

    The address is written to stderr once it can be opened.

    Args:
        libraries: what is asked, and changed by who may; stay open.
        host: the interface to listen on. Where others can reach it, they need a token.
        port: the port to listen on; 0 for any that is free.
        public_name: the host name that a proxy on this machine serves it under.
        processes: how many answer scripts beside this one, a core each.
        log: what is written to stderr of each request; never a token.

    Raises:
        WenjuError: the port is taken, the interface is not this machine's, or a token is
            demanded and there is none; or ``processes`` of a library that lies in no folder.
    """
    if processes and not libraries.base.in_folder:
        raise WenjuError(
            f"{libraries.base.location} lies in Milvus, where further servers take the place of "
            "processes. Leave --processes out, and run `wenju serve` once more for each core."
        )
    space = bool(os.environ.get("SPACE_ID"))
    exposure = Exposure(host, space=space, public_name=public_name)
    with _listening(host, port) as listener:
        _log_discreetly(log)
        config = uvicorn.Config(
            create_app(libraries, exposure, processes),
            http=ImpatientProtocol,
            ws="none",  # Gradio speaks server-sent events; what is not offered needs no limits
            lifespan="on",
            log_config=None,
            access_log=log is not Log.NOTHING,
            server_header=False,
            # The hub's own proxy stands before a Space, from an address that is not told.
            forwarded_allow_ips="*" if space else None,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        # From here on a request waits in the backlog until it is answered.
        named = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"http://{named}:{listener.getsockname()[1]}\n")
        # Uvicorn finishes what is under way, then hands the signal on, which would end the
        # process as if it had failed.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _end_quietly)
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise WenjuError(
            f"Nothing can be served at {host}:{port} ({error.strerror}). {_remedy(error, port)}"
        ) from error
    # asyncio sets this only on sockets that it makes itself. Without it the body of an answer
    # waits until the client has acknowledged the head: 40 ms for each question.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _remedy(error: OSError, port: int) -> str:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return (
            "If another program has that port, choose one with "
            f"`wenju serve --port {port + 1 if port < _LAST_PORT else 0}`."
        )
    return (
        "The interface must be this machine's: `wenju serve --host 127.0.0.1`, or "
        "`--host 0.0.0.0` for all that it has."
    )


def _end_quietly(_: int, __: FrameType | None) -> None:
    """The server has stopped by now."""


def _log_discreetly(log: Log) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Discreet(questions=log is Log.QUESTIONS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)
