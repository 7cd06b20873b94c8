"""The documents speak the truth: commands run, flags exist, links lead somewhere."""

import functools
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.readers import SUPPORTED_SUFFIXES
from tests.project.sources import ROOT

GUIDES = ["README.md", "docs/guide.md", "docs/guide.zh.md"]
WITH_PYTHON = [*GUIDES, "docs/writer.md", "docs/writer.zh.md"]
DOCUMENTS = [*GUIDES, "docs/evaluation.md"]
ALL_DOCUMENTS = [
    *DOCUMENTS,
    "docs/writer.md",
    "docs/writer.zh.md",
    "docs/architecture.md",
    "docs/contracts.md",
    "docs/contributing.md",
    "docs/dependencies.md",
    "docs/extending.md",
    "docs/extending.zh.md",
    "docs/glossary.md",
    "docs/reading.md",
    "docs/scale.md",
    "docs/scale.zh.md",
    "docs/security.md",
    "docs/space.md",
    "docs/space.zh.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
]
BIN = Path(sys.executable).parent

NOT_RUN = {  # the beginning of a command, and why no test of this file runs it
    "make run": "serves until it is stopped; the browser tests open the same page",
    "make test": "is what is running",
    "python3 -m venv": "needs the network; tests/project/test_wheel.py does the like",
    ".venv/bin/pip install": "needs the network; tests/project/test_wheel.py does the like",
    "wenju serve": "serves until it is stopped; the browser tests open the same page",
    ".venv/bin/wenju serve": "the same",
    "wenju calibrate": "needs some hundred questions; tests/qa has its own",
}

HANDBOOK = """# 员工手册

作者：人力资源部

## 工资

工资被拖欠时，员工可以先向部门主管书面反映，三个工作日内没有答复的，向劳动监察大队投诉。

## 年假

工作满一年的员工每年有五天带薪年假，满十年的有十天。

## 女职工关爱

公司为女职工设立母婴室，每年安排一次女职工专项体检。
"""

EVALUATION_SET = {
    "corpus.jsonl": """\
{"_id": "p1", "title": "考勤制度", "text": "工作满一年的员工每年有五天带薪年假。"}
{"_id": "p2", "title": "考勤制度", "text": "加班须事先经部门主管同意。"}
""",
    "queries.jsonl": """\
{"_id": "q1", "text": "年假有几天", "answers": ["五天"]}
{"_id": "q2", "text": "加班要谁同意", "answers": ["部门主管"]}
""",
    "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\tp1\t1\nq2\tp2\t1\n",
}

OWN_QUESTIONS = {
    "questions.txt": "工资被拖欠怎么办\n年假有几天\n",
    "questions.csv": """\
question,passage,source,answer
年假有几天,工作满一年的员工每年有五天带薪年假,handbook.md,五天
""",
    "questions.jsonl": """\
{"question": "工资被拖欠怎么办", "passage": "向劳动监察大队投诉", "answers": ["劳动监察大队"]}
""",
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the files that the documents' examples name."""
    (tmp_path / "handbook.md").write_text(HANDBOOK, "utf-8")
    for name, text in OWN_QUESTIONS.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "notes.txt").write_text("会议定于周五下午三点召开。\n", "utf-8")
    for name, text in EVALUATION_SET.items():
        (tmp_path / "my-set").mkdir(exist_ok=True)
        (tmp_path / "my-set" / name).write_text(text, "utf-8")
    return tmp_path


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def commands(document: str) -> list[str]:
    lines = "".join(blocks(document, "bash")).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def run(
    command: list[str], cwd: Path, standard_input: str | None = None
) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        command, cwd=cwd, env=environment, input=standard_input, capture_output=True, text=True
    )


@functools.cache
def help_of(subcommand: str) -> str:
    shown = run(["wenju", *subcommand.split(), "--help"], ROOT)
    assert shown.returncode == 0, f"there is no `wenju {subcommand}`\n{shown.stderr}"
    # A group's flags are those of its own commands.
    inner = re.findall(r"^  ([a-z]+)  ", shown.stdout.partition("Commands:")[2], re.M)
    return shown.stdout + "".join(help_of(f"{subcommand} {command}") for command in inner)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_runs(document: str, desk: Path) -> None:
    """In order, each with the exit code that its comment states, or 0."""
    assert commands(document)
    for line in commands(document):
        if line.startswith(tuple(NOT_RUN)):
            continue
        command, _, comment = line.partition(" #")
        stated = re.search(r"(?:exits|退出码) (\d)", comment)
        command, _, file = command.partition(" < ")
        read = (desk / file.strip()).read_text("utf-8") if file else None
        done = run(shlex.split(command), desk, read)
        assert done.returncode == int(stated[1] if stated else 0), f"{line}\n{done.stderr}"


@pytest.mark.parametrize("document", WITH_PYTHON)
def test_every_python_example_runs(document: str, desk: Path) -> None:
    """The blocks of one document follow each other, as its reader would type them."""
    examples = blocks(document, "python")
    assert examples
    done = run([sys.executable, "-c", "\n".join(examples)], desk)
    assert done.returncode == 0, done.stderr
    assert "工资被拖欠" in done.stdout


def test_the_first_example_bears_a_handbook_that_does_not_answer(desk: Path) -> None:
    (desk / "handbook.md").write_text("# 食堂\n\n午餐从十一点半供应到一点。\n", "utf-8")
    for example, no in zip(blocks("README.md", "python"), ("not in", "文档里没有"), strict=True):
        done = run([sys.executable, "-c", example], desk)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(no)


def test_what_is_not_run_still_stands_somewhere() -> None:
    everything = [line for document in DOCUMENTS for line in commands(document)]
    assert {p for p in NOT_RUN if not any(line.startswith(p) for line in everything)} == set()


@pytest.mark.parametrize("document", ALL_DOCUMENTS)
def test_every_command_and_flag_named_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    named: dict[str, set[str]] = {}
    for subcommand, rest in re.findall(r"\bwenju ([a-z]+)\b([^`#\n|]*)", text):
        named.setdefault(subcommand, set()).update(re.findall(r"(?<![\w-])--?[a-z][\w-]*", rest))
    for subcommand, flags in named.items():
        missing = {flag for flag in flags if not re.search(rf"{flag}\b", help_of(subcommand))}
        assert missing == set(), f"{document}, wenju {subcommand}"


@pytest.mark.parametrize("document", ALL_DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    folder = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (folder / link).exists()] == []


def test_the_table_is_the_measured_one() -> None:
    """The README's figures are those that ``make bench`` wrote, or it says there are none."""
    text = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| .* \| (.+) \| (.+) \| (.+) \|$", text, re.M)
    results = ROOT / "benchmarks" / "results" / "quality.json"
    figures = json.loads(results.read_text("utf-8"))["figures"] if results.exists() else None
    for leg in ("lexical", "dense", "full"):
        for unknown in ("*not yet measured*", "*尚未测量*"):
            cells = tuple(
                f"{figures[name][leg]['nDCG@10']:.3f}" if figures else unknown
                for name in ("xquad-zh", "xquad-en", "cmrc2018-dev")
            )
            bold = tuple(f"**{cell}**" for cell in cells)
            assert cells in rows or bold in rows, f"README.md, {leg}: | {' | '.join(cells)} |"


@pytest.mark.parametrize("document", ["docs/guide.md", "docs/guide.zh.md"])
def test_the_guide_names_every_format(document: str) -> None:
    rows = re.findall(r"^\| (`\.[^|]*)\|", (ROOT / document).read_text("utf-8"), re.M)
    assert set(re.findall(r"`(\.\w+)`", "".join(rows))) == SUPPORTED_SUFFIXES


def test_both_languages_of_the_guide_have_the_same_parts() -> None:
    english, chinese = (
        [len(marks) for marks in re.findall(r"^(#+) ", (ROOT / name).read_text("utf-8"), re.M)]
        for name in ("docs/guide.md", "docs/guide.zh.md")
    )
    assert english == chinese
