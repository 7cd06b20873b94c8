"""How the command line speaks: colours, quiet and verbose, help, completion."""

import os
import pty
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from corpus import Span
from qa import Answer, Citation, Hit, Library, PassageId, Place
from qa.cli.display import answer_text, hit_text
from qa.results import ShortAnswer
from tests.qa.commands import WENJU, wenju

LEAVE = "职工工作满一年可以享受五天年休假。"

PLACE = Place(PassageId("d:1"), "手册", None, ("年假",), "a.md", 3, 2, (Span(10, 27),))
HIT = Hit(1, 0.912, PLACE, LEAVE, (Span(11, 13),), (PassageId("e:1"),), relevance=0.874)
OTHER = Hit(2, 0.5, replace(PLACE, paragraph=4), "年假\n" * 60, (), relevance=0.02)
ANSWER = Answer(
    "年假有几天？",
    "年假有几天？",
    True,
    0.9,
    f"{LEAVE} [1]",
    (Citation(1, PLACE, LEAVE, 0.912),),
    (HIT,),
    short=ShortAnswer("五天", 1, (Span(21, 23),)),
)
SOURCE = "\x1b[36m[1]\x1b[0m \x1b[2m手册 › 年假 · a.md, p. 3, ¶ 2\x1b[0m"
SHOWN_HIT = (
    "1. \x1b[2m87%  手册 › 年假 · a.md, p. 3, ¶ 2 (+1 alike)\x1b[0m\n"
    "职工工作满一年可以享受\x1b[1m五天\x1b[0m年休假。"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("display")
    with Library.open(folder / "library") as library:
        library.add_bytes("leave.txt", f"{LEAVE}加班费按小时计算。".encode())
        library.add_bytes("pay.txt", "每月十五日发放工资。".encode())
    return folder / "library"


def test_the_short_answer_comes_before_the_quotes() -> None:
    quotes = f"{LEAVE} [1]\n\n{SOURCE}"
    number = "\x1b[36m[1]\x1b[0m"
    assert answer_text(ANSWER) == f"\x1b[1m五天\x1b[0m {number}\n\n{quotes}"
    assert answer_text(replace(ANSWER, short=None)) == quotes


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("年假有五天吗？", "yes", "是：五天"),
        ("年假有五天嗎？", "no", "否：五天"),
        ("Are there five days of leave?", "yes", "Yes: 五天"),
        ("Are there five days of leave?", "no", "No: 五天"),
    ],
)
def test_a_verdict_is_said_in_the_language_of_the_question(
    question: str, verdict: Literal["yes", "no"], said: str
) -> None:
    short = ShortAnswer("五天", 1, (Span(21, 23),), verdict)
    shown = answer_text(replace(ANSWER, question=question, short=short))
    assert shown.startswith(f"\x1b[1m{said}\x1b[0m \x1b[36m[1]")


def test_what_may_be_the_answer_is_shown_as_no_more_than_that() -> None:
    possible = replace(
        ANSWER,
        answered=False,
        text=None,
        citations=(),
        short=None,
        outcome="possible",
        hits=(HIT, OTHER, OTHER, OTHER),
    )
    brief = f"2. \x1b[2m2%  手册 › 年假 · a.md, p. 3, ¶ 4\x1b[0m\n   {'年假 ' * 33}年…"
    assert answer_text(possible) == (
        f"可能在这里 / This may be it:\n\n{SHOWN_HIT}\n\n"
        f"其他接近的段落 / Other near passages:\n\n{brief}\n{brief}"
    )
    alone = answer_text(replace(possible, hits=(HIT,)))
    assert alone == f"可能在这里 / This may be it:\n\n{SHOWN_HIT}"


def test_what_is_not_answered_and_what_is_said_about_the_library() -> None:
    assert hit_text(HIT) == SHOWN_HIT
    none = Answer("问", "问", False, 0.1, None, (), (HIT,))
    assert answer_text(none) == (
        "这些文档没有回答这个问题 / The documents do not answer this.\n"
        f"最接近的段落 / The nearest passages:\n\n{SHOWN_HIT}"
    )
    chat = Answer("你好", "你好", False, 0.0, "你好。\x1b[2J", (), (), "chat")
    assert answer_text(chat) == "你好。\\x1b[2J"


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
