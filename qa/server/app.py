"""The application: the routes of scripts, the chat, and the layers that guard them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.library import Library
from qa.server.access_tokens import AccessTokens
from qa.server.authentication import (
    LOOPBACK,
    OPEN,
    AuthenticationMiddleware,
    anonymous_access,
    require_access_token,
)
from qa.server.completions import add_completion_routes
from qa.server.documents import add_document_routes
from qa.server.embeddings import add_embedding_routes
from qa.server.gradio_routes import (
    ClosedRoutesMiddleware,
    PageSessions,
    PageSessionsMiddleware,
    SessionLimits,
    add_page_error_handlers,
    page_of,
)
from qa.server.headers import ForwardedMiddleware, HeadersMiddleware
from qa.server.health import Readiness, add_health_routes
from qa.server.limits import LimitsMiddleware, ServerLimits
from qa.server.mcp import PATH, add_tools
from qa.server.problems import PROBLEMS, Refused
from qa.server.processes import Processes
from qa.server.questions import add_answering_routes
from qa.server.responses import add_error_handlers
from qa.server.service import Service
from qa.sharing.access import Access
from qa.sharing.libraries import Libraries, Shared
from qa.storage.locations import default_library
from qa.ui import build_ui, mount
from qa.writer import configured, writer_of_environment

_OURS = ("/api/{rest:path}", "/v1/{rest:path}", PATH, *OPEN)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The ways in which clients reach the server, which decide how it is guarded.

    Attributes:
        host: the interface that it listens on.
        space: whether it is a Space of the hub.
        public_name: the host name under which a proxy on this machine serves it, if one does.
        proxies: how many proxies of ours a request passes before it arrives.
    """

    host: str = "127.0.0.1"
    space: bool = False
    public_name: str | None = None
    proxies: int = 0

    @property
    def limits(self) -> ServerLimits:
        """The bounds on requests; without a rate where only this machine's users reach it."""
        return ServerLimits(rate=0) if self.anonymous is Access.WRITE else ServerLimits()

    @property
    def anonymous(self) -> Access:
        """The access without a token."""
        if self.public_name is not None:
            return Access.NOTHING
        return anonymous_access(self.host, space=self.space)


def access_tokens_of(library: Library) -> AccessTokens:
    """Return the tokens of a library; of the demo, those of the user's own library."""
    return AccessTokens(default_library() if library.is_demo else library.path)


def create_unguarded_app(libraries: Libraries, processes: int = 0) -> FastAPI:
    """Return the application with its routes and the chat, without the guard.

    Args:
        libraries: the libraries to serve.
        processes: how many processes answer scripts beside this one.
    """
    base = libraries.base
    pool = Processes(base.path, processes, base.reader) if processes else None
    service = Service(libraries, processes=pool)
    readiness = Readiness(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(readiness.warm_up())
        try:
            async with tools:
                yield
        finally:
            warming.cancel()
            with suppress(asyncio.CancelledError):
                await warming
            service.close()

    app = FastAPI(
        title="Wenju 问据",
        summary="Ask your documents; get the passages that answer, cited to the character.",
        version="1",
        lifespan=lifespan,
        docs_url=None,  # these two pages load scripts from another site
        redoc_url=None,
        separate_input_output_schemas=False,
        responses=PROBLEMS,
    )
    add_error_handlers(app, str(libraries.base.path))
    add_health_routes(app, readiness)
    add_answering_routes(app, service)
    add_document_routes(app, service)
    add_completion_routes(app, service)
    add_embedding_routes(app, service)
    tools = add_tools(app, service)
    _add_missing_routes(app)
    mount(app, build_ui(libraries, writer=writer_of_environment() if configured() else None))
    add_page_error_handlers(app, str(libraries.base.path))
    sessions = PageSessions(page_of(app), SessionLimits())
    app.add_middleware(PageSessionsMiddleware, sessions=sessions)
    return app


def _add_missing_routes(app: FastAPI) -> None:
    """Answer 404 or 405 on our own paths without a route, before the chat at ``/`` answers."""

    class Missing:
        """An ASGI application: a route to a function would take GET only."""

        async def __call__(self, scope: Scope, _: Receive, __: Send) -> None:
            allowed = {
                method
                for route in app.routes
                if route.matches(scope)[0] is Match.PARTIAL
                for method in getattr(route, "methods", ())
            }
            if allowed:
                methods = ", ".join(sorted(allowed))
                raise HTTPException(405, f"Allowed: {methods}.", {"Allow": methods})
            raise Refused(404, "nothing_here", f"There is nothing at {scope['path']}.")

    app.router.routes.extend(Route(path, Missing()) for path in _OURS)


def create_app(libraries: Libraries, exposure: Exposure, processes: int = 0) -> ASGIApp:
    """Return the application with its guard.

    Args:
        libraries: the libraries to serve; they stay open as long as it runs.
        exposure: how clients reach it.
        processes: how many processes answer scripts beside this one.

    Raises:
        WenjuError: every request needs a token, and there is none.
    """
    tokens = access_tokens_of(libraries.base)
    require_access_token(tokens, exposure.anonymous)
    app: ASGIApp = create_unguarded_app(libraries, processes)
    # The last layer is the outermost: a request from a strange site costs no further work.
    app = ClosedRoutesMiddleware(app)
    app = LimitsMiddleware(app, exposure.limits)
    app = AuthenticationMiddleware(
        app, tokens, exposure.anonymous, private=not isinstance(libraries, Shared)
    )
    app = HeadersMiddleware(
        app,
        loopback=exposure.host in LOOPBACK,
        space=exposure.space,
        public_name=exposure.public_name,
    )
    return ForwardedMiddleware(app, exposure.proxies)
