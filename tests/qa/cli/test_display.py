"""How the command line speaks: colours, quiet and verbose, help, completion."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from qa import Library
from tests.qa.commands import WENJU, wenju

LEAVE = "职工工作满一年可以享受五天年休假。"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("display")
    with Library.open(folder / "library") as library:
        library.add_bytes("leave.txt", f"{LEAVE}加班费按小时计算。".encode())
        library.add_bytes("pay.txt", "每月十五日发放工资。".encode())
    return folder / "library"


def in_terminal(*arguments: str | Path, **variables: str) -> str:
    """What the command prints where a terminal reads its output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    with subprocess.Popen(
        [WENJU, *arguments], stdout=theirs, stderr=theirs, env=environment
    ) as ran:
        os.close(theirs)
        read = b""
        while True:
            try:
                read += os.read(ours, 65536)
            except OSError:  # how Linux says that the other side was closed
                break
        assert ran.wait(timeout=60) == 0
    os.close(ours)
    return read.decode().replace("\r\n", "\n")


def test_a_terminal_gets_the_highlight_in_bold(library: Path) -> None:
    found = in_terminal("search", "年休假有几天", "-k", "1", "--library", library)
    assert f"\x1b[1m{LEAVE}\x1b[0m加班费按小时计算。" in found


def test_no_color_is_obeyed(library: Path) -> None:
    found = in_terminal("search", "年休假有几天", "-k", "1", "--library", library, NO_COLOR="1")
    assert found.endswith(f"\n{LEAVE}加班费按小时计算。\n")
    assert "\x1b" not in found


def test_a_pipe_gets_no_colour(library: Path) -> None:
    done = wenju("ask", "年休假有几天", "--library", library)
    assert done.stdout.startswith(f"{LEAVE} [1]\n\n[1] ")
    assert "\x1b" not in done.stdout


def test_quiet_keeps_the_answer_and_drops_the_notice(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    environment.pop("WENJU_LIBRARY", None)
    spoken = {}
    for options in ((), ("--quiet",)):
        done = subprocess.run(
            [WENJU, "ask", "年假有几天", *options],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0
        spoken[options] = (done.stdout, done.stderr)
    assert spoken[()][0] == spoken["--quiet",][0]
    assert spoken[()][1].startswith("You have no library yet")
    assert spoken["--quiet",][1] == ""


def test_verbose_says_what_was_opened_and_never_the_question(library: Path) -> None:
    done = wenju("ask", "年休假有几天", "--library", library, "-v")
    opened, answered = done.stderr.splitlines()
    assert opened.startswith(f"{library}, model static, opened in ")
    assert answered.startswith("6 characters answered in ")


def test_quiet_and_verbose_exclude_each_other() -> None:
    done = wenju("documents", "-q", "-v")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "wenju: --quiet and --verbose were both given; give one of them.\n"


@pytest.mark.parametrize("command", ["ask", "search", "index", "verify"])
def test_help_states_the_exit_status_and_examples_as_they_are_typed(command: str) -> None:
    lines = wenju(command, "--help").stdout.splitlines()
    codes = lines.index("  Exit status:")
    assert [line[:5] for line in lines[codes + 1 : codes + 4]] == ["    0", "    1", "    2"]
    assert lines[lines.index("  Examples:") + 1].startswith(f"    wenju {command} ")


def completed(words: str, **variables: str) -> list[str]:
    """What bash is offered for the last of some words."""
    environment = {
        **os.environ,
        "_WENJU_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        **variables,
    }
    done = subprocess.run([WENJU], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_tab_completes_commands_and_documents(library: Path, tmp_path: Path) -> None:
    assert completed("wenju ver") == ["verify"]
    assert completed("wenju show ", WENJU_LIBRARY=str(library)) == ["leave.txt", "pay.txt"]
    assert completed(f"wenju ask --library {library} --document p") == ["pay.txt"]
    assert completed("wenju show ", WENJU_LIBRARY=str(tmp_path / "none")) == []
