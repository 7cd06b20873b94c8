"""``wenju ask -`` and ``wenju search -``: a question a line, an answer a line."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qa import Library
from tests.qa.commands import WENJU

LEAVE = "职工工作满一年可以享受五天年休假。"
PAY = "加班费按小时计算，每月十五日发放。"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    with Library.open(folder / "library") as library:
        library.add_bytes("leave.txt", LEAVE.encode())
        library.add_bytes("pay.txt", PAY.encode())
    return folder / "library"


def piped(
    command: str, lines: bytes, library: Path, *options: str
) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        [WENJU, command, "-", "--library", library, "--json", *options],
        input=lines,
        capture_output=True,
        timeout=120,
        check=False,
    )
    values = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return done.returncode, values, done.stderr.decode()


def test_each_question_gets_the_answer_it_gets_alone(library: Path) -> None:
    questions = ["年休假有几天", "加班费什么时候发", "红烧肉怎么做"]
    lines = f"{questions[0]}\n\n{json.dumps({'question': questions[1]})}\n  {questions[2]}\n"
    code, answers, err = piped("ask", lines.encode(), library)
    with Library.open(library) as opened:
        assert answers == json.loads(json.dumps([opened.ask(q).to_dict() for q in questions]))
    assert [answer["answered"] for answer in answers] == [True, True, False]
    assert (code, err) == (0, "")


def test_none_answered_is_one(library: Path) -> None:
    code, answers, _ = piped("ask", "红烧肉怎么做\n".encode(), library)
    assert (code, [answer["answered"] for answer in answers]) == (1, [False])


def test_no_question_is_one(library: Path) -> None:
    assert piped("ask", b"\n \n", library) == (1, [], "")


def test_an_error_has_its_line_and_the_others_go_on(library: Path) -> None:
    long = "假" * 20_000
    lines = "\n".join(['{"question": 7}', '{"question"', long, "年休假有几天"]).encode()
    code, answers, err = piped("ask", lines + b"\n\xff\xfe\n", library)
    assert code == 2
    assert [sorted(answer) for answer in answers[:3]] == [
        ["code", "error", "error_zh", "question"]
    ] * 3
    assert answers[0] == {
        "question": '{"question": 7}',
        "error": '{"question": 7} has no text under "question".',
        "code": "line_without_text",
        "error_zh": "这一行的 JSON 里，question 没有文字。",
    }
    assert answers[2]["question"] == long
    assert answers[3]["text"] == f"{LEAVE} [1]"
    assert answers[4] == {
        "question": r"\xff\xfe",
        "error": r"b'\xff\xfe\n' is not UTF-8. Convert the file: iconv -t utf-8",
        "code": "line_not_utf8",
        "error_zh": "这一行不是 UTF-8 文字。请先转换文件：iconv -t utf-8",
    }
    assert (len(answers), err) == (5, "")


def test_searches(library: Path) -> None:
    code, found, _ = piped("search", "年休假\n加班费\n".encode(), library, "-k", "1")
    assert code == 0
    assert [one["query"] for one in found] == ["年休假", "加班费"]
    assert [[hit["text"] for hit in one["hits"]] for one in found] == [[LEAVE], [PAY]]


def test_an_answer_comes_before_the_next_question_is_asked(library: Path) -> None:
    process = subprocess.Popen(
        [WENJU, "ask", "-", "--library", library, "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question, quote in (("年休假有几天", LEAVE), ("加班费什么时候发", PAY)):
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["citations"][0]["quote"] == quote
        process.stdin.close()
        assert process.wait(timeout=60) == 0
