"""The application: the routes of scripts, the chat, and the guard before them all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.library import Library
from qa.server.authentication import (
    LOOPBACK,
    OPEN,
    TokensMiddleware,
    anonymous_access,
    require_tokens,
)
from qa.server.completions import add_completion_routes
from qa.server.documents import add_document_routes
from qa.server.embeddings import add_embedding_routes
from qa.server.headers import ClosedRoutesMiddleware, HeadersMiddleware, refuse_nonsense
from qa.server.health import Readiness, add_health_routes
from qa.server.limits import LimitsMiddleware, ServerLimits
from qa.server.mcp import PATH, add_tools
from qa.server.problems import PROBLEMS
from qa.server.processes import Processes
from qa.server.questions import add_answering_routes
from qa.server.responses import Refused, add_error_handlers
from qa.server.service import Service
from qa.server.tokens import Tokens
from qa.sharing.access import Access
from qa.sharing.libraries import Libraries, Shared
from qa.storage.locations import default_library
from qa.ui import build_ui, mount
from qa.writer import configured, writer_of_environment

_OURS = ("/api/{rest:path}", "/v1/{rest:path}", PATH, *OPEN)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who can reach the server, and so how it must be guarded.

    Attributes:
        host: the interface that it listens on.
        space: whether it is a Space of the hub.
        public_name: the host name that a proxy on this machine serves it under, if one does.
    """

    host: str = "127.0.0.1"
    space: bool = False
    public_name: str | None = None

    @property
    def limits(self) -> ServerLimits:
        """Bounds on requests: who has the machine to himself may ask as fast as it answers."""
        return ServerLimits(rate=0) if self.anonymous is Access.WRITE else ServerLimits()

    @property
    def anonymous(self) -> Access:
        """What may be done without a token."""
        if self.public_name is not None:
            return Access.NOTHING
        return anonymous_access(self.host, space=self.space)


def tokens_of(library: Library) -> Tokens:
    """The tokens that open a library; for the demo, those of the library it stands in for."""
    return Tokens(default_library() if library.is_demo else library.path)


def create_app(libraries: Libraries, exposure: Exposure, processes: int = 0) -> ASGIApp:
    """All that is served, guarded.

    Args:
        libraries: what is asked, and changed by who may; stay open as long as it runs.
        exposure: who can reach it.
        processes: how many answer scripts beside this one.

    Raises:
        WenjuError: a token is demanded, and there is none.
    """
    tokens = tokens_of(libraries.base)
    require_tokens(tokens, exposure.anonymous)
    app: ASGIApp = create_api(libraries, processes)
    # The outermost stands last: what is refused for where it comes from costs no more.
    app = ClosedRoutesMiddleware(app)
    app = LimitsMiddleware(app, exposure.limits)
    app = TokensMiddleware(
        app, tokens, exposure.anonymous, private=not isinstance(libraries, Shared)
    )
    return HeadersMiddleware(
        app,
        loopback=exposure.host in LOOPBACK,
        space=exposure.space,
        public_name=exposure.public_name,
    )


def create_api(libraries: Libraries, processes: int = 0) -> FastAPI:
    """The routes and the chat, without the guard.

    Args:
        libraries: what is asked.
        processes: how many answer scripts beside this one.
    """
    beside = Processes(libraries.base.path, processes) if processes else None
    service = Service(libraries, processes=beside)
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
        docs_url=None,  # these pages load their scripts from another site
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
    _refuse_what_is_not_there(app)
    mount(app, build_ui(libraries, writer=writer_of_environment() if configured() else None))
    refuse_nonsense(app)
    return app


def _refuse_what_is_not_there(app: FastAPI) -> None:
    """Answer for our paths that no route serves; else the chat, mounted at ``/``, would."""

    class NothingHere:
        """An application and no function, so that its routes take every method there is."""

        async def __call__(self, scope: Scope, _: Receive, __: Send) -> None:
            allowed = {
                method
                for route in app.routes
                if route.matches(scope)[0] is Match.PARTIAL
                for method in getattr(route, "methods", ())
            }
            if allowed:
                listed = ", ".join(sorted(allowed))
                raise HTTPException(405, f"Allowed: {listed}.", {"Allow": listed})
            raise Refused(404, "nothing_here", f"There is nothing at {scope['path']}.")

    app.router.routes.extend(Route(path, NothingHere()) for path in _OURS)
