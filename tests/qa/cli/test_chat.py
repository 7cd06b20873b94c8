"""``wenju chat`` as a process, with its questions piped in and typed at a terminal."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

PROMPT = "问 › "
WENJU = str(Path(sys.executable).with_name("wenju"))
FIRST = "工伤认定要在多少天内申请？"
FOLLOWUP = "要证明什么？"
QUERY = "→ 工伤，要证明什么？"
ANSWER = "举证责任在单位"


def chat(*lines: str, arguments: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [WENJU, "chat", *arguments],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_a_followup_shows_the_query_and_the_cited_answer() -> None:
    done = chat(FIRST, "", FOLLOWUP)
    assert done.returncode == 0
    shown = [line for line in done.stdout.splitlines() if line.startswith("→")]
    assert shown == [QUERY]
    assert ANSWER in done.stdout
    assert "[1] 问据编写组 · 工伤：认定、时限和待遇" in done.stdout
    assert "\x1b" not in done.stdout
    assert "›" not in done.stdout.splitlines()[0]  # no prompt where nobody types


def test_undo_and_new() -> None:
    followup = chat(FIRST, FOLLOWUP).stdout
    alone = chat(FOLLOWUP).stdout
    done = chat(FIRST, FOLLOWUP, "/undo", "/new", FOLLOWUP, "/undo")
    assert done.returncode == 0
    assert QUERY not in alone
    assert done.stdout == followup + 3 * alone


def test_undo_before_any_question_and_a_bad_question_do_not_end_it() -> None:
    done = chat("/undo", "字" * 8_001, FIRST)
    assert done.returncode == 0
    assert [line.split(":")[0] for line in done.stderr.splitlines()[-2:]] == ["wenju", "wenju"]
    assert "30天之内提出" in done.stdout


def test_answers_and_errors_are_lines_of_json() -> None:
    done = chat("/undo", FIRST, FOLLOWUP, "字" * 8_001, arguments=("--json",))
    assert done.returncode == 0
    refused, first, followup, long = map(json.loads, done.stdout.splitlines())
    assert (refused["question"], refused["code"]) == ("/undo", "failed")
    assert (first["question"], first["query"], first["answered"]) == (FIRST, FIRST, True)
    assert (followup["question"], f"→ {followup['query']}") == (FOLLOWUP, QUERY)
    assert followup["text"].endswith("[1]")
    assert long["error_zh"] == "问题有 8,001 个字，最多读 8,000 个字。请缩短再问。"


def test_the_end_of_the_input_ends_it() -> None:
    done = chat()
    assert (done.returncode, done.stdout) == (0, "")


def test_only_the_documents_named() -> None:
    done = chat(FIRST, arguments=("--document", "hotlines.md"))
    assert "hotlines.md" in done.stdout
    assert "work-injury.md" not in done.stdout


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    done = chat(FIRST, arguments=("--library", str(tmp_path / "none")))
    assert done.returncode == 2
    assert done.stderr.startswith("wenju: ")


def test_at_a_terminal_it_prompts_and_dims_the_query() -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [WENJU, "chat"], stdin=follower, stdout=follower, stderr=subprocess.DEVNULL
    ) as process:
        os.close(follower)
        try:
            read_to_prompt(leader)
            for line in (FIRST, FOLLOWUP):
                os.write(leader, f"{line}\n".encode())
                screen = read_to_prompt(leader)
            os.write(leader, b"\x04")
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
            os.close(leader)
    assert f"\x1b[2m{QUERY}" in screen
    assert ANSWER in screen


def read_to_prompt(terminal: int) -> str:
    """What appears up to the next prompt; what is typed before it might be lost."""
    screen = b""
    deadline = time.monotonic() + 60
    while PROMPT not in screen.decode(errors="ignore"):
        assert time.monotonic() < deadline, screen
        if select.select([terminal], [], [], 1)[0]:
            screen += os.read(terminal, 65_536)
    return screen.decode(errors="ignore")
