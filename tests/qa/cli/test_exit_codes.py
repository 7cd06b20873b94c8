"""Exit codes of the real command, whatever goes wrong, and output in any encoding."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from qa import Library
from qa.cli.exit_codes import ERROR, NEGATIVE, OUTPUT_CLOSED, SUCCESS, UNEXPECTED
from tests.qa.commands import WENJU

LEAVE = "职工工作满一年可以享受五天年休假 ☂。"
QUESTION = "年休假有几天"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exit-codes") / "library"
    with Library.open(path) as library:
        library.add_bytes("制度.md", f"# 员工手册\n\n## 休假\n\n{LEAVE}\n".encode())
    return path


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """An environment in which every question meets an unexpected error."""
    (tmp_path / "sitecustomize.py").write_text(
        "from qa.library import Library\n"
        "def fail(*_, **__):\n"
        "    raise KeyError('line one\\nline two')\n"
        "Library.ask = Library.search = fail\n",
        encoding="utf-8",
    )
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)}


def run(
    *arguments: str | Path, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [WENJU, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(variables or {})},
        timeout=120,
    )


def test_an_unexpected_error_exits_3_with_one_sentence(
    library: Path, broken: dict[str, str]
) -> None:
    for command in ("ask", "search"):
        done = run(command, QUESTION, "--library", library, variables=broken)
        assert (done.returncode, done.stdout) == (UNEXPECTED, b"")
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith("wenju: an unexpected error (KeyError: 'line one")
        assert "--verbose" in line
    piped = run("ask", "-", "--library", library, stdin=b"x\n", variables=broken)
    assert piped.returncode == UNEXPECTED


def test_verbose_shows_the_traceback(library: Path, broken: dict[str, str]) -> None:
    done = run("ask", QUESTION, "--library", library, "--verbose", variables=broken)
    assert done.returncode == UNEXPECTED
    assert b"Traceback (most recent call last):" in done.stderr
    assert b"sitecustomize.py" in done.stderr


def test_no_other_end_is_taken_for_a_no(library: Path, tmp_path: Path) -> None:
    assert run("ask", QUESTION, "--library", library).returncode == SUCCESS
    assert run("ask", "红烧肉怎么做", "--library", library).returncode == NEGATIVE
    assert run("ask", QUESTION, "--library", tmp_path / "none").returncode == ERROR
    assert run("ask").returncode == ERROR
    assert run("ask", QUESTION, "--no-such-option").returncode == ERROR
    assert run("eval", tmp_path / "none").returncode == ERROR


@pytest.mark.parametrize("arguments", [("ask", QUESTION), ("documents",), ("--help",)])
def test_an_output_that_is_closed_ends_quietly(library: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    variables = os.environ | {"WENJU_LIBRARY": str(library)}
    done = subprocess.run(
        [WENJU, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False, env=variables
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (OUTPUT_CLOSED, b"")


def test_an_output_that_cannot_be_written_is_an_error(library: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [WENJU, "ask", QUESTION, "--library", library],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == ERROR
    assert done.stderr == b"wenju: The output cannot be written (No space left on device).\n"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_the_output_is_written_in_every_encoding(library: Path, encoding: str) -> None:
    variables = {"PYTHONIOENCODING": encoding, "WENJU_LIBRARY": str(library)}
    questions = f"{QUESTION}\n".encode()
    for arguments, stdin in (
        (("ask", QUESTION), b""),
        (("ask", "-"), questions),
        (("search", QUESTION), b""),
        (("documents",), b""),
        (("show", "制度.md"), b""),
        (("chat",), QUESTION.encode(encoding, "ignore") + b"?\n"),
    ):
        done = run(*arguments, stdin=stdin, variables=variables)
        assert done.returncode == SUCCESS, done.stderr
        text = done.stdout.decode(encoding)
        assert "☂" not in text
        assert (LEAVE[:-3] in text) == (encoding == "gbk" and arguments[0] != "documents")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_json_means_the_same_in_every_encoding(library: Path, encoding: str) -> None:
    for arguments in (("ask", QUESTION), ("search", QUESTION), ("show", "制度.md")):
        command = (*arguments, "--json", "--library", library)
        plain = run(*command, variables={"PYTHONIOENCODING": "utf-8"})
        coded = run(*command, variables={"PYTHONIOENCODING": encoding})
        assert coded.returncode == SUCCESS, coded.stderr
        assert json.loads(coded.stdout.decode(encoding)) == json.loads(plain.stdout)
        assert "☂" in plain.stdout.decode()
        assert b"\\u2602" in coded.stdout
