"""``/healthz`` and ``/readyz``: the process runs; the library can answer."""

import asyncio
from contextlib import suppress

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from qa.errors import WenjuError
from qa.server.answers import ask_as_json
from qa.server.service import Service

_SECONDS_BETWEEN_ATTEMPTS = 2.0


class Readiness:
    """Readiness to answer, found by asking once when the server starts.

    Args:
        service: of the server.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._answered = False

    async def warm_up(self) -> None:
        """Ask until it succeeds, which loads the models and the indexes."""
        while not self._answered:
            with suppress(WenjuError):  # busy or damaged: it may be mended meanwhile
                await self._service.workers.read(self._service.libraries.base.ask, "?")
                if self._service.processes is not None:
                    await self._service.processes.run(ask_as_json, "?")
                self._answered = True
            if not self._answered:
                await asyncio.sleep(_SECONDS_BETWEEN_ATTEMPTS)

    def ready(self) -> bool:
        """Return whether a question would be answered now."""
        return self._answered and self._service.libraries.base.path.is_dir()


def add_health_routes(app: FastAPI, readiness: Readiness) -> None:
    """Add the routes for supervisors, which need no token and reveal nothing else."""

    @app.get("/healthz", tags=["health"], summary="Alive")
    async def alive() -> dict[str, str]:
        """The process is alive, whether the library is ready or not."""
        return {"status": "alive"}

    @app.get(
        "/readyz", tags=["health"], summary="Ready", responses={503: {"description": "Not yet."}}
    )
    async def ready() -> Response:
        """The library is open and its indexes are loaded."""
        if readiness.ready():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "starting"}, status_code=503, headers={"Retry-After": "1"})
