"""Gradio's own routes: those that are closed, and the faults of those that are open."""

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

# Routes that the page does not use. Some read files or fetch addresses.
_CLOSED = re.compile(
    r"/gradio_api/(proxy=|file=|file/|stream/|custom_component/|dev/|deep_link|run-history|runs"
    r"|run/|api/"
    r"|process_recording|vibe-|undo-vibe-|profiling).*|/monitoring(/.*)?|/svelte/.*"
    r"|/pwa_icon.*|/logout/?|/token/?|/user/?"
)
# Routes in which Gradio looks up by number or name the function that a request wants run,
# before it runs anything.
_CALLS = re.compile(r"/gradio_api/(queue/join|call/.*|component_server)/?")


class ClosedRoutesMiddleware:
    """Answers 404 for Gradio's closed routes.

    Args:
        app: the guarded application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its route is closed."""
        if scope["type"] == "http" and _CLOSED.fullmatch(scope["path"]):
            refusal = problem(scope["path"], 404, "nothing_here", "There is nothing here.")
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def add_page_error_handlers(app: FastAPI) -> None:
    """Answer 400 for calls of unknown functions and sessions, and 404 for unknown pages.

    Without this, Gradio answers the first with 500 and the second in its own words.

    Args:
        app: the application; the page was mounted on it last.
    """
    page = app.routes[-1]
    if isinstance(page, Mount) and isinstance(page.app, FastAPI):
        for kind in (FnIndexInferError, KeyError, TypeError):
            page.app.add_exception_handler(kind, _on_failed_lookup)
        page.app.add_exception_handler(404, _on_missing_page)


def _on_failed_lookup(request: Request, error: Exception) -> Response:
    if _CALLS.fullmatch(request.url.path) is None:
        raise error
    logger.warning("%s names no function or session: %r", request.url.path, error)
    reason = "There is no such function here, or no such session."
    return problem(request.url.path, 400, "bad_request", reason)


async def _on_missing_page(request: Request, error: Exception) -> Response:
    path = request.url.path
    if path.startswith("/gradio_api") and isinstance(error, HTTPException):
        return await http_exception_handler(request, error)  # Gradio's scripts read its form
    return problem(path, 404, "nothing_here", f"There is nothing at {path}.")
