"""The socket that the server listens on."""

import socket
import subprocess
from pathlib import Path

import httpx

from qa.server.running import _listening
from tests.qa.commands import WENJU


def test_the_body_of_an_answer_does_not_wait_for_the_head_to_be_acknowledged() -> None:
    with _listening("127.0.0.1", 0) as listener, socket.socket() as client:
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
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
