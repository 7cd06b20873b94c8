"""Tokens: made, listed, taken back, demanded; where requests may come from."""

import json
import logging
import stat
from pathlib import Path

import httpx
import pytest

from qa.errors import WenjuError
from qa.server.access_tokens import FILE_NAME, AccessTokens
from qa.server.authentication import (
    AuthenticationMiddleware,
    anonymous_access,
    require_access_token,
)
from qa.server.headers import HeadersMiddleware
from qa.server.logs import RedactingFilter
from qa.sharing.access import Access
from tests.qa.commands import parsed, wenju
from tests.qa.server.serving import echo, served


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_the_file_keeps_no_token_and_is_its_owners_alone(tmp_path: Path) -> None:
    secret = AccessTokens(tmp_path).create("phone")
    path = tmp_path / FILE_NAME
    assert len(secret) == len("wenju_") + 43
    assert secret not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = AccessTokens(tmp_path).find(secret)
    assert found is not None
    assert (found.name, found.writes) == ("phone", False)
    assert AccessTokens(tmp_path).find(secret[:-1]) is None


def test_a_name_is_given_once_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    tokens = AccessTokens(tmp_path)
    tokens.create("phone")
    with pytest.raises(WenjuError, match="wenju tokens revoke phone"):
        tokens.create("phone")
    with pytest.raises(WenjuError, match="wenju tokens list"):
        tokens.revoke("laptop")
    (tmp_path / FILE_NAME).write_text("{", "utf-8")
    with pytest.raises(WenjuError, match="cannot be read"):
        tokens.all()


def test_the_command_makes_lists_and_revokes(tmp_path: Path) -> None:
    place = ("--library", tmp_path / "new")
    made = parsed(wenju("tokens", "create", "--name", "ci", "--write", "--json", *place))
    assert (made["name"], made["writes"]) == ("ci", True)
    listed = wenju("tokens", "list", "--json", *place)
    (token,) = parsed(listed)
    assert sorted(token) == ["created_at", "id", "name", "writes"]
    assert made["token"] not in listed.stdout
    assert parsed(wenju("tokens", "revoke", token["id"], "--json", *place)) == token
    assert parsed(wenju("tokens", "list", "--json", *place)) == []


def test_who_may_do_what_without_a_token(tmp_path: Path) -> None:
    assert anonymous_access("127.0.0.1", space=False) is Access.WRITE
    assert anonymous_access("0.0.0.0", space=False) is Access.NOTHING  # noqa: S104
    assert anonymous_access("0.0.0.0", space=True) is Access.READ  # noqa: S104
    with pytest.raises(WenjuError, match="wenju tokens create"):
        require_access_token(AccessTokens(tmp_path), Access.NOTHING)
    AccessTokens(tmp_path).create("phone")
    require_access_token(AccessTokens(tmp_path), Access.NOTHING)


def test_every_route_demands_a_token_and_a_revoked_one_is_refused_at_once(tmp_path: Path) -> None:
    tokens = AccessTokens(tmp_path)
    reader, writer = tokens.create("reader"), tokens.create("writer", writes=True)
    with served(AuthenticationMiddleware(echo, AccessTokens(tmp_path), Access.NOTHING)) as url:
        for path in (
            "/",
            "/api/search",
            "/gradio_api/queue/join",
            "/gradio_api/file=x",
            "/assets/a",
        ):
            refused = httpx.get(url + path)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert httpx.get(url + path, headers=bearer(reader)).status_code == 200
        assert httpx.get(url + "/", headers=bearer(reader[:-1])).status_code == 401
        assert httpx.get(url + "/healthz").status_code == 200
        documents = url + "/api/documents/x"
        assert httpx.delete(documents, headers=bearer(reader)).status_code == 403
        assert httpx.delete(documents, headers=bearer(writer)).status_code == 200
        tokens.revoke("reader")
        assert httpx.get(url + "/", headers=bearer(reader)).status_code == 401


def test_a_space_is_open_for_reading_only(tmp_path: Path) -> None:
    with served(AuthenticationMiddleware(echo, AccessTokens(tmp_path), Access.READ)) as url:
        assert httpx.post(url + "/api/ask").status_code == 200
        assert httpx.post(url + "/api/documents").status_code == 403


def test_the_login_takes_a_token_for_a_cookie(tmp_path: Path) -> None:
    secret = AccessTokens(tmp_path).create("phone")
    with (
        served(AuthenticationMiddleware(echo, AccessTokens(tmp_path), Access.NOTHING)) as url,
        httpx.Client(base_url=url) as browser,
    ):
        sent_on = browser.get("/", headers={"Accept": "text/html"})
        assert (sent_on.status_code, sent_on.headers["location"]) == (303, "/login")
        assert "访问令牌 / Access token" in browser.get("/login").text
        assert browser.post("/login", data={"token": "wrong"}).status_code == 401
        assert browser.post("/login", data={"token": "x" * 2_000}).status_code == 413
        entered = browser.post("/login", data={"token": secret})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert entered.headers["set-cookie"] == (
            f"wenju_token={secret}; HttpOnly; Path=/; SameSite=strict"
        )
        assert browser.get("/").status_code == 200


def test_other_sites_and_other_names_are_refused() -> None:
    with served(HeadersMiddleware(echo, loopback=True, space=False)) as url:
        assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 421
        assert httpx.get(url, headers={"Host": "[::1"}).status_code == 421
        for origin in ("http://evil.example", "null", "http://127.0.0.1.evil.example"):
            assert httpx.post(url, headers={"Origin": origin}).status_code == 403
        assert httpx.post(url, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert httpx.post(url, headers={"Origin": url}).status_code == 200
        answer = httpx.get(url, headers={"Origin": "http://evil.example"})
        assert [name for name in answer.headers if name.startswith("access-control")] == []
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    with served(HeadersMiddleware(echo, loopback=False, space=True)) as url:
        policy = httpx.get(url).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self' https://huggingface.co")


def test_the_log_holds_no_token_and_no_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = AccessTokens(tmp_path).create("phone")
    for questions, expected in ((False, "/?…"), (True, "/?token=wenju_***&q=leave")):
        caplog.clear()
        with served(echo, RedactingFilter(questions=questions)) as url:
            logging.getLogger("uvicorn.access").addHandler(caplog.handler)
            httpx.get(f"{url}/?token={secret}&q=leave")
            logging.getLogger("uvicorn.access").removeHandler(caplog.handler)
        (line,) = {r.getMessage() for r in caplog.records if r.name == "uvicorn.access"}
        assert json.dumps(line).find(secret) == -1
        assert f'"GET {expected} HTTP/1.1" 200' in line
