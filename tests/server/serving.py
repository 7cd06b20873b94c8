"""A small application behind the real layers, in a real server."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how long the body is, and allows every site, as Gradio would."""
    request = Request(scope, receive)
    size = len(await request.body())
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    await JSONResponse({"bytes": size}, headers=headers)(scope, receive, send)


@contextmanager
def served(app: ASGIApp, *filters: logging.Filter) -> Iterator[str]:
    """The address of ``app`` while it is served on a free port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="info", lifespan="off"))
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
