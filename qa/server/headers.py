"""Security headers, and the refusal of strange hosts and of other sites' requests.

On the loopback interface the ``Host`` must be this machine's: otherwise a page of another
site could make its own name point here (DNS rebinding). A request that changes anything
must come from our own page. No other site may read an answer: the CORS headers that
Gradio adds are removed.

Behind proxies, the client's address and the scheme are in headers that the proxies set.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.authentication import LOOPBACK, SAFE
from qa.server.problems import Refused

# Gradio's page consists of inline scripts and compiles its event handlers. Injected scripts
# would want to fetch or send something, so no other place may be reached.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors "
)


#: Proxies that a server may be told of.
MOST_PROXIES = 16


class ForwardedMiddleware:
    """Takes the client's address and the scheme from the headers of the server's own proxies.

    Each proxy appends the address that it sees to the right end of ``X-Forwarded-For``. What
    is further to the left was sent by the client, which can write anything there.

    Args:
        app: the guarded application.
        proxies: how many proxies of ours a request passes; without any, the address is the
            peer's and the headers are ignored.
    """

    def __init__(self, app: ASGIApp, proxies: int) -> None:
        self.app = app
        self.proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the client's address and the scheme in its scope."""
        if self.proxies and scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            address = _address(self._appended(headers, "x-forwarded-for"))
            if address is not None:
                scope = {**scope, "client": (address, 0)}
            scheme = self._appended(headers, "x-forwarded-proto").lower()
            if scheme in ("http", "https"):
                scope = {**scope, "scheme": scheme}
        await self.app(scope, receive, send)

    def _appended(self, headers: Headers, name: str) -> str:
        """Return the value that the outermost of our proxies appended, or an empty string."""
        values = ",".join(headers.getlist(name)).split(",")
        return values[-min(self.proxies, len(values))].strip()


class HeadersMiddleware:
    """Sets the security headers; refuses strange hosts and other sites' requests.

    Args:
        app: the guarded application.
        loopback: whether the server listens on the loopback interface only.
        space: whether this is a Space, which the hub shows in a frame.
        public_name: a further host name that a proxy passes on, if there is one.
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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set_headers(message)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send_with_headers)
        else:
            await refusal.response(scope["path"])(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Refused | None:
        headers = Headers(scope=scope)
        if self.loopback and _host_name(f"//{headers.get('host', '')}") not in self.names:
            return Refused(421, "unknown_host", "This server has no such name.")
        if scope.get("method") not in SAFE and _from_another_site(headers):
            # A websocket has no method, and is refused likewise.
            return Refused(403, "other_site", "Other sites are refused.")
        return None

    def _set_headers(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]
        for name, value in self.headers.items():
            headers[name] = value
        if start["status"] == 500:
            # Uvicorn closes the connection after a fault. Announced, it does not
            # reset the next request of a client.
            headers["Connection"] = "close"


def _address(text: str) -> str | None:
    """Return an IP address without its port, or None where the text is something else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # an unclosed IPv6 address
        return ""


def _from_another_site(headers: Headers) -> bool:
    """Return whether a page of another site sent a request; scripts send no ``Origin``."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "cross-site"
    return origin.partition("://")[2] != headers.get("host")
