"""Authentication: tokens, the browser's login, and anonymous access.

A pure ASGI layer, so that it guards every route: Gradio's own, static files and
websockets too.
"""

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from qa.errors import WenjuError
from qa.server.access_tokens import AccessToken, AccessTokens
from qa.server.problems import problem
from qa.sharing.access import Access

LOGIN = "/login"
COOKIE = "wenju_token"
#: Routes that need no token: they say that the server runs, and nothing else.
OPEN = ("/healthz", "/readyz")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: Methods that change nothing.
SAFE = ("GET", "HEAD", "OPTIONS")
# Routes that need write access with a method that is not safe. The page's own services
# check the access themselves.
_WRITES = re.compile(r"/api/documents(/.*)?|/gradio_api/upload/?")
# Headers of a proxy: it connects from this machine, but its clients may be anywhere.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_FORM_BYTES = 1_000


def anonymous_access(host: str, *, space: bool) -> Access:
    """Return the access that a request has without a token.

    Args:
        host: the interface that the server listens on.
        space: whether this is a Space of the hub, where anyone may ask questions.
    """
    if space:
        return Access.READ
    return Access.WRITE if host in LOOPBACK else Access.NOTHING


def require_access_token(tokens: AccessTokens, anonymous: Access) -> None:
    """Refuse to serve a library that nobody could open.

    Raises:
        WenjuError: every request needs a token, and there is none.
    """
    if anonymous is Access.NOTHING and not tokens.all():
        raise WenjuError(
            "Others can reach this interface, and there is no token that lets anyone in. "
            "Make one: wenju tokens create --name me (with --write to let it change the library)"
        )


class AuthenticationMiddleware:
    """Lets requests pass that have a valid token, or need no more than anonymous access.

    Records in the request's state the ``access`` granted, the id of the ``token``, and whether
    the request is the ``operator``'s: of this machine, where no token is needed to write.

    Args:
        app: the guarded application.
        tokens: the library's tokens.
        anonymous: the access without a token.
        private: whether each visitor changes a library of their own, and no other.
    """

    def __init__(
        self, app: ASGIApp, tokens: AccessTokens, anonymous: Access, *, private: bool = False
    ) -> None:
        self.app = app
        self.tokens = tokens
        self.anonymous = anonymous
        self.private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401, 403, or with the login page."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == LOGIN:
            login = await self._login(Request(scope, receive))
            await login(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = self._token(headers)
        access = self.anonymous
        if access is Access.WRITE and any(name in headers for name in _FORWARDED):
            access = Access.NOTHING
        operator = access is Access.WRITE
        if token is not None:
            access = max(access, Access.WRITE if token.writes else Access.READ)
        if access >= (Access.READ if self.private else _access_needed(scope)):
            state = {"access": access, "token": token and token.id, "operator": operator}
            scope["state"] = {**scope.get("state", {}), **state}
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason="a token is needed")(scope, receive, send)
        else:
            await _refusal(scope, access)(scope, receive, send)

    def _token(self, headers: Headers) -> AccessToken | None:
        """Return the token of a request: its bearer token, or the cookie of the login."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.tokens.find(bearer.strip())
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        return self.tokens.find(cookie) if cookie else None

    async def _login(self, request: Request) -> Response:
        """Show the page that takes a token, or exchange the token for a cookie."""
        if request.method != "POST":
            return HTMLResponse(_login_page())
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _FORM_BYTES:
                return HTMLResponse(_login_page(wrong=True), status_code=413)
        secret = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0].strip()
        if self.tokens.find(secret) is None:
            return HTMLResponse(_login_page(wrong=True), status_code=401)
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            COOKIE, secret, httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return response


def _access_needed(scope: Scope) -> Access:
    writes = scope.get("method", "GET") not in SAFE and _WRITES.fullmatch(scope["path"])
    return Access.WRITE if writes else Access.READ


def _refusal(scope: Scope, access: Access) -> Response:
    headers = Headers(scope=scope)
    if access is not Access.NOTHING:
        reason = "This token may read, not write. `wenju tokens create --write` makes one."
        return problem(scope["path"], 403, "token_reads_only", reason)
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse(LOGIN, status_code=303)
    reason = "A token is needed: `Authorization: Bearer wenju_…`; see `wenju tokens`."
    challenge = {"WWW-Authenticate": "Bearer"}
    return problem(scope["path"], 401, "token_needed", reason, headers=challenge)


def _login_page(*, wrong: bool = False) -> str:
    alert = "<p role=alert>这个令牌无效 / This token is not valid.</p>" if wrong else ""
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>问据 Wenju</title>'
        "<style>body{font:1rem/1.6 sans-serif;max-width:24rem;margin:15vh auto;padding:0 1rem}"
        "input,button{font:inherit;width:100%;padding:.5rem;margin:.25rem 0;box-sizing:border-box}"
        f'</style><h1>问据 <span lang="en">Wenju</span></h1>{alert}'
        f'<form method="post" action="{LOGIN}"><label for="token">访问令牌 / Access token</label>'
        '<input id="token" name="token" type="password" required autofocus '
        'autocomplete="current-password"><button>进入 / Enter</button></form></html>'
    )
