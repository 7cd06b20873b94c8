"""The entry point: which library it opens, and how it fails."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from qa import Library, NoSuchLibrary, WenjuError
from tests.qa.builders import document

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def test_a_taken_port_is_named(taken_port: int) -> None:
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(taken_port)}
    finished = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 2
    assert f"--port {taken_port + 1}" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_demo_stands_in_for_a_library_that_never_held_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        with app.open_library() as library:
            assert library.is_demo
        with Library.open():  # the user's own, in which nothing was put
            pass
    with Library.open() as own:
        own.add_documents([("leave.txt", document("职工每年有五天年假"))])
        own.remove("leave.txt")
    with app.open_library() as library:
        assert (library.is_demo, library.documents()) == (False, [])
    monkeypatch.setenv("WENJU_LIBRARY", "nowhere.library")
    with pytest.raises(NoSuchLibrary):
        app.open_library()


def test_a_space_may_choose_the_model_of_its_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_MODEL", str(ROOT / "nowhere"))
    with pytest.raises(WenjuError, match="nowhere"):
        app.open_library()
    monkeypatch.setenv("WENJU_MODEL", "bundled")
    with app.open_library() as library:
        assert library.is_demo
        assert library.model_name == "bundled"
