"""How long work tells how far it is: to a terminal by name, to a log now and then."""

import logging
import os
import pty
import subprocess
from pathlib import Path

import pytest

from qa import Library
from qa.progress import counted, logged
from tests.qa.commands import WENJU


def in_a_terminal(*arguments: str | Path) -> str:
    """What a command draws on a terminal of its own while it works."""
    ours, its = pty.openpty()
    command = [WENJU, *arguments]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=its)
    os.close(its)
    drawn = b""
    try:
        while piece := os.read(ours, 4096):
            drawn += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return drawn.decode()


def test_bars_name_the_file_that_is_worked_on(tmp_path: Path, small_model: Path) -> None:
    folder, library = tmp_path / "pages", ("--library", tmp_path / "library")
    folder.mkdir()
    for name in ("渡船.txt", "灯塔.txt"):
        (folder / name).write_text(f"{name}七点开。", encoding="utf-8")
    drawn = in_a_terminal("index", folder, *library, "--model", small_model)
    assert drawn.index("50%  read 渡船.txt") < drawn.index("100%  read 灯塔.txt")
    export = tmp_path / "all.wenju"
    drawn = in_a_terminal("export", export, *library)
    assert drawn.index("50%  export 渡船.txt") < drawn.index("100%  export 灯塔.txt")
    assert "100%  index 灯塔.txt" in in_a_terminal("import", export, *library)
    assert "100%  verify 灯塔.txt" in in_a_terminal("verify", *library)
    assert "100%  index" in in_a_terminal("reindex", *library)


def test_reindexing_the_same_model_tells_how_far_it_is(library: Library) -> None:
    library.add_bytes("a.txt", "\n\n".join(f"第{n}段。" for n in range(1500)).encode())
    told: list[tuple[str, int, int]] = []

    def listen(stage: str, done: int, total: int, item: str = "") -> None:
        assert item == ""
        told.append((stage, done, total))

    Library.reindex(library.path, None, listen).close()
    assert told == [("index", 1024, 1500), ("index", 1500, 1500)]


def test_nothing_to_do_is_done() -> None:
    told: list[tuple[str, int, int]] = []

    def listen(stage: str, done: int, total: int, item: str = "") -> None:
        assert item == ""
        told.append((stage, done, total))

    assert list(counted("", 0, "index", listen)) == []
    assert told == [("index", 0, 0)]


def test_the_log_says_how_many_there_were(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("wenju.test")
    assert list(logged("abc", log, pause=0)) == ["a", "b", "c"]
    assert caplog.messages == [f"Indexed {n} passages so far." for n in (1, 2, 3)]
    caplog.clear()
    assert list(logged("abc", log, pause=3600)) == ["a", "b", "c"]
    assert caplog.messages == []
