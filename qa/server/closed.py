"""What Gradio serves besides our page, and nobody here asks for: not served.

Most of these read files or addresses that the caller names, or show what others do; two
run functions outside Gradio's queue. What is not there cannot be got wrong. What is there
must be asked for as Gradio's own page and client do; for anything else Gradio breaks.
"""

import logging
import re

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler
from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.server.problems import problem

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
