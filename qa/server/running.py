"""Running the server: its socket, and its end when the process is told to stop."""

import errno
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn

from qa.errors import WenjuError
from qa.server.app import Exposure, create_app
from qa.server.headers import MOST_PROXIES
from qa.server.logs import Log, set_up_logging
from qa.server.timeouts import ImpatientProtocol
from qa.sharing.libraries import Libraries

#: Time for the requests under way when the server is told to stop.
GRACE_SECONDS = 6
_BACKLOG = 2_048
_LAST_PORT = 65_535


def serve(
    libraries: Libraries,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    public_name: str | None = None,
    proxies: int | None = None,
    processes: int = 0,
    log: Log = Log.NOTHING,
) -> None:
    """Serve the chat and the scripts' routes until the process is told to stop.

    The address is written to stderr as soon as requests are accepted.

    Args:
        libraries: the libraries to serve; they stay open.
        host: the interface to listen on. If others can reach it, they need a token.
        port: the port to listen on; 0 for any that is free.
        public_name: the host name under which a proxy on this machine serves it.
        proxies: how many proxies of ours a request passes, the last of which names the client;
            if None, ``$WENJU_PROXIES``, else 1 in a Space or under a public name, else 0.
        processes: how many processes answer scripts beside this one, a core each.
        log: what is written to stderr of each request; never a token.

    Raises:
        WenjuError: the port is taken, the interface is not this machine's, a token is needed
            and there is none, ``processes`` are asked for and the library is not a folder, or
            ``$WENJU_PROXIES`` is no number.
    """
    if processes and not libraries.base.in_folder:
        raise WenjuError(
            f"{libraries.base.location} lies in Milvus, where further servers take the place of "
            "processes. Leave --processes out, and run `wenju serve` once more for each core."
        )
    space = bool(os.environ.get("SPACE_ID"))
    if proxies is None:
        proxies = proxies_of_environment(int(space or public_name is not None))
    exposure = Exposure(host, space=space, public_name=public_name, proxies=proxies)
    with open_listener(host, port) as listener:
        set_up_logging(log)
        libraries.base.renew_in_background()
        config = uvicorn.Config(
            create_app(libraries, exposure, processes),
            http=ImpatientProtocol,
            ws="none",  # Gradio uses server-sent events; websockets would need limits of their own
            lifespan="on",
            log_config=None,
            access_log=log is not Log.NOTHING,
            server_header=False,
            proxy_headers=False,  # qa.server.headers reads them, from the right end
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        # From here on a request waits in the backlog until it is answered.
        name = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"http://{name}:{listener.getsockname()[1]}\n")
        # Once it has stopped, uvicorn raises the signal again, which by default would end
        # the process with an exit code of failure.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _ignore_signal)
        uvicorn.Server(config).run(sockets=[listener])


def proxies_of_environment(default: int) -> int:
    """Return the number of proxies that ``$WENJU_PROXIES`` gives.

    Args:
        default: the number if it is not set.

    Raises:
        WenjuError: it is no number from 0 to 16.
    """
    value = os.environ.get("WENJU_PROXIES") or str(default)
    if value.isascii() and value.isdigit() and int(value) <= MOST_PROXIES:
        return int(value)
    raise WenjuError(
        f"WENJU_PROXIES is {value!r}. Set the number of proxies before the server, 0 to "
        f"{MOST_PROXIES}."
    )


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an interface and a port.

    Raises:
        WenjuError: the port is taken, or the interface is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise WenjuError(
            f"Nothing can be served at {host}:{port} ({error.strerror}). {_remedy(error, port)}"
        ) from error
    # asyncio sets this only on sockets that it opens itself. Without it the body of an answer
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


def _ignore_signal(_: int, __: FrameType | None) -> None:
    """Do nothing: the server has stopped already."""
