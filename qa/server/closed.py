"""What Gradio serves besides our page, and nobody here asks for: not served.

Each of these reads files or addresses that the caller names, or shows what others do;
what is not there cannot be got wrong.
"""

import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_CLOSED = re.compile(
    r"/gradio_api/(proxy=|file=|file/|stream/|custom_component/|dev/|deep_link|run-history|runs"
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
            refusal = JSONResponse({"error": "There is nothing here."}, status_code=404)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)
