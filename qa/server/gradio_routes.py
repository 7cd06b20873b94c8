"""Gradio's own routes: those that are closed, the calls and sessions of those that are open."""

import json
import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from fastapi import FastAPI
from gradio.route_utils import FnIndexInferError
from gradio.routes import App
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.problems import Refused, problem
from qa.server.responses import add_error_handlers, on_fault, on_http_error
from qa.sharing.access import network_of

logger = logging.getLogger(__name__)

# Routes that the page does not use. Some read files or fetch addresses.
_CLOSED = re.compile(
    r"/gradio_api/(proxy=|file=|file/|stream/|custom_component/|dev/|deep_link|run-history|runs"
    r"|run/|api/"
    r"|call/v2|process_recording|vibe-|undo-vibe-|profiling).*|/monitoring(/.*)?|/svelte/.*"
    r"|/pwa_icon.*|/logout/?|/token/?|/user/?"
)
# Routes in which Gradio looks up by number or name the function that a request wants run,
# before it runs anything.
_CALLS = re.compile(r"/gradio_api/(queue/join|call/.*|component_server)/?")
_UPLOAD = re.compile(r"/gradio_api/upload/?")
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([^/]*)/?")
_STREAM_OF_ANSWERS = re.compile(r"/gradio_api/queue/data/?")


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


_SessionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class _Call(BaseModel):
    """A call of one of Gradio's functions; what this does not name is checked by Gradio."""

    session_hash: _SessionName


class _NamedCall(_Call):
    """A call of a named function; a session of its own is made if it has none."""

    session_hash: Annotated[
        _SessionName,
        Field(default_factory=lambda: secrets.token_urlsafe(16), validate_default=True),
    ]
    data: list[Any]


class _QueuedCall(_Call):
    """A call that waits in the queue; events of our page are objects."""

    data: list[Any]
    fn_index: Annotated[int, Field(strict=True, ge=0)]
    event_data: dict[str, Any] | None = None


class _ServiceCall(_Call):
    """A call of a service of the page, which takes one object."""

    component_id: Annotated[int, Field(strict=True, ge=0)]
    fn_name: Annotated[str, Field(max_length=100)]
    data: dict[str, Any]


_BODIES: tuple[tuple[re.Pattern[str], type[_Call]], ...] = (
    (re.compile(r"/gradio_api/queue/join/?"), _QueuedCall),
    (re.compile(r"/gradio_api/component_server/?"), _ServiceCall),
    (re.compile(r"/gradio_api/call/[^/]+/?"), _NamedCall),
)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Bounds on the sessions of the page: their number and their age.

    Attributes:
        sessions: of all clients together.
        sessions_of_one: of one client; beyond, its oldest ends.
        idle_seconds: without a request, after which a session ends unless its page is open.
    """

    sessions: int = 500
    sessions_of_one: int = 50
    idle_seconds: float = 3_600.0


@dataclass(slots=True)
class _PageSession:
    client: str
    seen: float  # seconds of the monotonic clock
    streams: int = 0  # that are open: a page keeps one open


class PageSessions:
    """The sessions of Gradio's page, bounded in number and in life.

    Gradio keeps 10,000, each with a copy of the page and the conversation, and what it sent to
    a client that never reads is kept for good. A session that ends loses its conversation.

    Args:
        page: Gradio's application.
        limits: how many, and for how long.
    """

    def __init__(self, page: App, limits: SessionLimits) -> None:
        self._page = page
        self._limits = limits
        self._sessions: OrderedDict[str, _PageSession] = OrderedDict()
        page.state_holder.capacity = limits.sessions

    @property
    def names(self) -> tuple[str, ...]:
        """The sessions that are kept, the one used last at the end."""
        return tuple(self._sessions)

    async def use(self, name: str, client: str) -> None:
        """Note the use of a session, and end those that are too many or too old."""
        now = time.monotonic()
        session = self._sessions.setdefault(name, _PageSession(client, now))
        session.seen = now
        self._sessions.move_to_end(name)
        for each in self._surplus(session.client, now):
            del self._sessions[each]
            await self._end(each)

    @contextmanager
    def open(self, name: str) -> Iterator[None]:
        """Keep a session as long as a stream of it is open."""
        session = self._sessions.get(name)
        if session is None:
            yield
            return
        session.streams += 1
        try:
            yield
        finally:
            session.streams -= 1
            session.seen = time.monotonic()

    def _surplus(self, client: str, now: float) -> list[str]:
        """Return the sessions to end, of which none has a page open or was used last."""
        names = list(self._sessions)[:-1]
        closed = [name for name in names if not self._sessions[name].streams]
        oldest = now - self._limits.idle_seconds
        ended = [name for name in closed if self._sessions[name].seen < oldest]
        closed = [name for name in closed if name not in ended]  # least lately used first
        own = [name for name in closed if self._sessions[name].client == client]
        count = sum(one.client == client for one in self._sessions.values())
        ended += own[: max(0, count - self._limits.sessions_of_one)]
        closed = [name for name in closed if name not in ended]
        return ended + closed[: max(0, len(self._sessions) - len(ended) - self._limits.sessions)]

    async def _end(self, name: str) -> None:
        """Delete all that Gradio keeps of a session."""
        # Gradio has no public way to its queue, nor to forget what waits there for a client.
        queue = self._page.get_blocks()._queue
        await queue.clean_events(session_hash=name)
        queue.pending_messages_per_session.pop(name, None)
        queue.pending_event_ids_session.pop(name, None)
        holder = self._page.state_holder
        with holder.lock:
            holder.session_data.pop(name, None)
            holder.time_last_used.pop(name, None)


class PageSessionsMiddleware:
    """Refuses malformed calls of Gradio's routes, and counts their sessions.

    Args:
        app: the guarded application.
        sessions: those of the page.
    """

    def __init__(self, app: ASGIApp, sessions: PageSessions) -> None:
        self.app = app
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400, 415 or 422."""
        if scope["type"] != "http" or not scope["path"].startswith("/gradio_api/"):
            await self.app(scope, receive, send)
            return
        try:
            _check_upload(scope)
            stream = _session_of_stream(scope)
            body = next((kind for path, kind in _BODIES if path.fullmatch(scope["path"])), None)
            if stream is not None:
                await self.sessions.use(stream, network_of(scope))
            elif body is not None and scope["method"] == "POST":
                call = await _checked_call(scope, receive, body)
                await self.sessions.use(call.session, network_of(scope))
                receive = call.replay
        except Refused as refused:
            await refused.response(scope["path"])(scope, receive, send)
            return
        with self.sessions.open(stream) if stream is not None else nullcontext():
            await self.app(scope, receive, send)


class _CheckedCall(NamedTuple):
    """The session of a call, and a ``receive`` that gives its body to Gradio."""

    session: str
    replay: Receive


def _session_of_stream(scope: Scope) -> str | None:
    """Return the session whose stream a request opens, if it opens one.

    Raises:
        Refused: it is no name of a session.
    """
    heartbeat = _HEARTBEAT.fullmatch(scope["path"])
    if heartbeat is not None:
        name = heartbeat[1]
    elif _STREAM_OF_ANSWERS.fullmatch(scope["path"]):
        name = QueryParams(scope["query_string"]).get("session_hash", "")
    else:
        return None
    try:
        return _Call(session_hash=name).session_hash
    except ValidationError as error:
        raise Refused(422, "bad_request", "session_hash is no name of a session.") from error


def _check_upload(scope: Scope) -> None:
    """Refuse an upload whose body is no form, which Gradio would refuse in its own words.

    Raises:
        Refused: it is not.
    """
    if scope["method"] != "POST" or not _UPLOAD.fullmatch(scope["path"]):
        return
    kind = Headers(scope=scope).get("content-type", "")
    if not kind.startswith("multipart/form-data") or "boundary=" not in kind:
        raise Refused(400, "body_unreadable", "The body must be a form with files.")


async def _checked_call(scope: Scope, receive: Receive, kind: type[_Call]) -> _CheckedCall:
    """Read the body of a call and check its shape.

    Raises:
        Refused: it is not JSON, or does not fit.
    """
    if "json" not in Headers(scope=scope).get("content-type", ""):
        reason = "The body must be application/json, and say so."
        raise Refused(415, "body_must_be_json", reason)
    parts = []
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    try:
        fields = json.loads(b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise Refused(400, "body_not_json", "The body is not JSON.") from error
    try:
        call = kind.model_validate(fields)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
        raise Refused(422, "bad_request", f"The request does not fit: {faults}.") from error
    body = json.dumps({**fields, "session_hash": call.session_hash}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return _CheckedCall(call.session_hash, replay)


def page_of(app: FastAPI) -> App:
    """Return Gradio's application, which was mounted on ours last."""
    page = app.routes[-1]
    if not isinstance(page, Mount) or not isinstance(page.app, App):
        raise TypeError(f"the last route is {page!r}, not Gradio's page")
    return page.app


def add_page_error_handlers(app: FastAPI, folder: str) -> None:
    """Answer every error of the page as JSON; without this, many are a bare 500.

    Args:
        app: the application; the page was mounted on it last.
        folder: the library's folder, whose path is kept from clients.
    """
    page = page_of(app)
    add_error_handlers(page, folder)
    for kind in (FnIndexInferError, KeyError, TypeError):
        page.add_exception_handler(kind, _on_failed_lookup)
    page.add_exception_handler(HTTPException, _on_page_error)
    page.add_exception_handler(404, _on_page_error)  # Gradio has a handler of its own for it
    page.add_exception_handler(Exception, on_fault)


def _on_failed_lookup(request: Request, error: Exception) -> Response:
    if _CALLS.fullmatch(request.url.path) is None:
        raise error
    logger.warning("%s names no function or session: %r", request.url.path, error)
    reason = "There is no such function here, or no such session."
    return problem(request.url.path, 400, "bad_request", reason)


def _on_page_error(request: Request, error: Exception) -> Response:
    """Answer an error of Gradio's with our JSON, and in ``detail`` with what its scripts read."""
    response = on_http_error(request, error)
    if not isinstance(error, HTTPException) or not request.url.path.startswith("/gradio_api"):
        return response
    body = {**json.loads(bytes(response.body)), "detail": error.detail}
    return JSONResponse(body, status_code=response.status_code, headers=error.headers)
