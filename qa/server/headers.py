"""What browsers are told, and what is refused because of where it comes from.

On the loopback interface the ``Host`` must be this machine's: else a page of another
site could make its own name point here (DNS rebinding). A request that changes anything
must come from our own page. No other site may read an answer: Gradio's CORS headers are
taken off.
"""

import logging
import re
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler
from gradio.route_utils import FnIndexInferError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.authentication import LOOPBACK, SAFE
from qa.server.problems import problem

# Gradio's page is made of inline scripts and compiles its event handlers. Nothing may be
# fetched from, or sent to, any other place, which is what a script of a stranger would want.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors "
)


class HeadersMiddleware:
    """Sets the security headers; refuses strange hosts and other sites' requests.

    Args:
        app: what is guarded.
        loopback: whether the server listens for this machine alone.
        space: whether this is a Space, which the hub shows in a frame.
        public_name: another name that a proxy passes on, if there is one.
    """

    def __init__(
        self, app: ASGIApp, *, loopback: bool, space: bool, public_name: str | None = None
    ) -> None:
        self.app = app
        self.loopback = loopback
        self.names = {*LOOPBACK, public_name}
        ancestors = "'self' https://huggingface.co" if space else "'none'"
        self.headers = {
            "Content-Security-Policy": _POLICY + ancestors,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer" if not space else "strict-origin-when-cross-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 421."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name in [name for name in found if name.startswith("access-control-")]:
                    del found[name]
                for name, value in self.headers.items():
                    found[name] = value
                if message["status"] == 500:
                    # The server closes the connection after a fault: said beforehand, no
                    # client sends its next request into it and has it reset.
                    found["Connection"] = "close"
            await send(message)

        headers = Headers(scope=scope)
        if self.loopback and _name(f"//{headers.get('host', '')}") not in self.names:
            said = "This server has no such name."
            refusal = problem(scope["path"], 421, "unknown_host", said)
            await refusal(scope, receive, guarded)
        elif scope.get("method") not in SAFE and _foreign(headers):  # a websocket has no method
            refusal = problem(scope["path"], 403, "other_site", "Other sites are refused.")
            await refusal(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # half an IPv6 address
        return ""


def _foreign(headers: Headers) -> bool:
    """Whether a page of another site sent it; scripts and clients send no ``Origin``."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "cross-site"
    return origin.partition("://")[2] != headers.get("host")


logger = logging.getLogger(__name__)

_CLOSED = re.compile(
    r"/gradio_api/(proxy=|file=|file/|stream/|custom_component/|dev/|deep_link|run-history|runs"
    r"|run/|api/"
    r"|process_recording|vibe-|undo-vibe-|profiling).*|/monitoring(/.*)?|/svelte/.*"
    r"|/pwa_icon.*|/logout/?|/token/?|/user/?"
)


class ClosedRoutesMiddleware:
    """Answers 404 for them.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is for one of them."""
        if scope["type"] == "http" and _CLOSED.fullmatch(scope["path"]):
            refusal = problem(scope["path"], 404, "nothing_here", "There is nothing here.")
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


# Gradio looks up by number or name what a request wants run, before it runs anything.
_LOOKS_UP = re.compile(r"/gradio_api/(queue/join|call/.*|component_server)/?")


def refuse_nonsense(app: FastAPI) -> None:
    """Answer 400 where Gradio would break for a function or session that there is not.

    And in our own words for a page that there is not.

    Args:
        app: on which the page was mounted last.
    """

    def refused(request: Request, error: Exception) -> Response:
        if _LOOKS_UP.fullmatch(request.url.path) is None:
            raise error
        logger.warning("%s cannot be asked so: %r", request.url.path, error)
        said = "There is no such function here, or no such session."
        return problem(request.url.path, 400, "bad_request", said)

    async def missing(request: Request, error: Exception) -> Response:
        path = request.url.path
        if path.startswith("/gradio_api") and isinstance(error, HTTPException):
            return await http_exception_handler(request, error)  # its scripts read that
        return problem(path, 404, "nothing_here", f"There is nothing at {path}.")

    page = app.routes[-1]
    if isinstance(page, Mount) and isinstance(page.app, FastAPI):
        for kind in (FnIndexInferError, KeyError, TypeError):
            page.app.add_exception_handler(kind, refused)
        page.app.add_exception_handler(404, missing)
