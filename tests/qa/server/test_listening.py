"""The socket that the server listens on."""

import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from qa.errors import WenjuError
from qa.server.running import open_listener
from tests.ports import free_port
from tests.qa.commands import WENJU


def test_the_body_of_an_answer_does_not_wait_for_the_head_to_be_acknowledged() -> None:
    with open_listener("127.0.0.1", 0) as listener, socket.socket() as client:
        client.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_of_any_free_port_the_one_is_told_that_was_found(library_folder: Path) -> None:
    process = subprocess.Popen(
        [WENJU, "serve", "--port", "0", "--library", library_folder],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        address = process.stderr.readline().strip()
        assert not address.endswith(":0")
        assert httpx.get(address + "/healthz", timeout=30).json() == {"status": "alive"}
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_address_can_be_opened_once_it_is_written(library_folder: Path) -> None:
    port = str(free_port())
    process = subprocess.Popen(
        [WENJU, "serve", "--port", port, "--library", library_folder],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        address = process.stderr.readline().strip()
        assert address == f"http://127.0.0.1:{port}"
        assert httpx.get(address + "/healthz", timeout=30).json() == {"status": "alive"}
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("203.0.113.7", "--host 127.0.0.1"),  # of the documentation's own network
        ("no-such-host.invalid", "--host 127.0.0.1"),
        ("127.0.0.1", "--port "),
    ],
)
def test_what_cannot_be_listened_on_says_what_to_change(host: str, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WenjuError) as caught:
            open_listener(host, port)
    assert str(caught.value).startswith(f"Nothing can be served at {host}:{port} (")
    assert [
        option for option in ("--host 127.0.0.1", "--port ") if option in str(caught.value)
    ] == [said]
