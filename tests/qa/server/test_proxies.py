"""The client's address behind proxies: what the proxies appended counts, not what was sent."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from qa.errors import WenjuError
from qa.server.headers import ForwardedMiddleware
from qa.server.limits import LimitsMiddleware, ServerLimits
from qa.server.running import proxies_of_environment
from qa.sharing.access import network_of
from tests.qa.commands import wenju
from tests.qa.server.serving import echo, served, space


async def say_client(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address and the scheme that a request has."""
    request = Request(scope, receive)
    said = [request.client.host if request.client else None, request.url.scheme]
    await JSONResponse(said)(scope, receive, send)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, None, "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "203.0.113.9, nonsense", "127.0.0.1"),
        (1, "203.0.113.9,", "127.0.0.1"),
    ],
)
def test_only_what_our_proxies_appended_is_believed(
    proxies: int, forwarded: str | None, address: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    headers["X-Forwarded-Proto"] = "http, https"
    scheme = "https" if proxies == 1 else "http"
    with served(ForwardedMiddleware(say_client, proxies)) as url:
        assert httpx.get(url, headers=headers).json() == [address, scheme]


def test_an_invented_address_does_not_fill_the_bucket_anew() -> None:
    limited = LimitsMiddleware(echo, replace(ServerLimits(), rate=0.001, burst=3))
    with served(ForwardedMiddleware(limited, 1)) as url:

        def status(sent: str) -> int:
            forwarded = {"X-Forwarded-For": sent}
            return httpx.get(url + "/api/search", headers=forwarded).status_code

        invented = [status(f"198.51.100.{number}, 203.0.113.9") for number in range(4)]
        assert invented == [200, 200, 200, 429]
        assert status("203.0.113.10") == 200
        # A subscriber has a whole network of IPv6 addresses.
        assert [status(f"2001:db8::{number}") for number in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_the_network_of_a_client(host: str, network: str) -> None:
    assert network_of({"client": (host, 1)}) == network


def test_the_number_of_proxies_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WENJU_PROXIES", raising=False)
    assert [proxies_of_environment(0), proxies_of_environment(1)] == [0, 1]
    monkeypatch.setenv("WENJU_PROXIES", "2")
    assert proxies_of_environment(0) == 2
    for value in ("many", "-1", "17"):
        monkeypatch.setenv("WENJU_PROXIES", value)
        with pytest.raises(WenjuError, match="0 to 16"):
            proxies_of_environment(0)
    assert wenju("serve", "--proxies", "17").returncode == 2


def test_a_space_counts_the_requests_of_each_client(library_folder: Path) -> None:
    with space(library_folder) as server, httpx.Client(base_url=server.url) as client:

        def statuses(number: int) -> set[int]:
            forwarded = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
            return {client.get("/api/passages/x:1", headers=forwarded).status_code}

        assert set().union(*map(statuses, range(120))) == {404, 429}
        other = {"X-Forwarded-For": "203.0.113.10"}
        assert client.get("/api/passages/x:1", headers=other).status_code == 404
