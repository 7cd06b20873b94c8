"""A small application behind the real layers, in a real server; and ``wenju serve`` itself."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.ports import free_port
from tests.project.sources import ROOT
from tests.qa.commands import WENJU

_START_SECONDS = 180.0

# On a busy machine an answer may take longer than the five seconds that httpx waits for it.
DEFAULT_TIMEOUT_CONFIG.read = 60.0


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how long the body is, and allows every site, as Gradio would."""
    request = Request(scope, receive)
    size = len(await request.body())
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    await JSONResponse({"bytes": size}, headers=headers)(scope, receive, send)


@contextmanager
def served(app: ASGIApp, *filters: logging.Filter) -> Iterator[str]:
    """The address of ``app`` while it is served on a free port."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="info", lifespan="off", proxy_headers=False)
    )
    for each in filters:
        logging.getLogger("uvicorn.access").addFilter(each)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        for each in filters:
            logging.getLogger("uvicorn.access").removeFilter(each)


@dataclass(frozen=True)
class Served:
    """A running ``wenju serve``."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def wenju_serve(library: Path | None, *arguments: str, **environment: str) -> Iterator[Served]:
    """``wenju serve`` in a process of its own, once it is ready; over the demo if none is named."""
    place = () if library is None else ("--library", str(library))
    port = free_port()
    command = [str(WENJU), "serve", "--port", str(port), *place, *arguments]
    with _run(command, port, environment) as served:
        yield served


@contextmanager
def space(library: Path, **environment: str) -> Iterator[Served]:
    """``python app.py`` as in a Space, whose visitors have libraries of their own."""
    port = free_port()
    named = {"SPACE_ID": "someone/wenju", "WENJU_LIBRARY": str(library)}
    named |= {"GRADIO_SERVER_PORT": str(port), **environment}
    with _run([sys.executable, str(ROOT / "app.py")], port, named) as served:
        yield served


@contextmanager
def _run(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[Served]:
    """Run a server until the block ends; it is ready when the block begins."""
    log = Path(tempfile.mkdtemp(prefix="wenju-serve-")) / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield Served(url, process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(log.parent)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    last = time.monotonic() + _START_SECONDS
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(url + "/readyz").status_code == 200:
                return
        if process.poll() is not None or time.monotonic() > last:
            raise AssertionError(log.read_text("utf-8"))
        time.sleep(0.1)
