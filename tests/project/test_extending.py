"""The examples of docs/extending.md, run as printed: as objects, and as installed entry points."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.project.sources import ROOT

PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
LINES_OF_AN_EXAMPLE = 22  # with its imports, and without blank lines

LECTURE = """\
0:00:01.000,0:00:04.000
Welcome to the lecture on rivers.

0:00:05.000,0:00:09.500
The museum opens at nine o'clock
on every day but Monday.
"""
HANDBOOK = "# 员工手册\n\n## 年假\n\n工作满一年的员工每年有五天带薪年假。\n"


class Embeddings(BaseHTTPRequestHandler):
    """OpenAI's /v1/embeddings: of each text, a vector of its characters."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [{"embedding": vector(text)} for text in body["input"]]
        reply = json.dumps({"data": rows}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
        pass


def vector(text: str) -> list[float]:
    found = np.full(32, 0.1)
    for character in text:
        found[hashlib.sha256(character.encode()).digest()[0] % 32] += 1
    return [float(figure) for figure in found]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Embeddings) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/v1/embeddings"
        listening.shutdown()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the modules of the page, and what they read."""
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S):
        name = re.match(r"# (\w+\.py)\n", block)
        assert name is not None, block
        (tmp_path / name[1]).write_text(block, "utf-8")
    (tmp_path / "lecture.sbv").write_text(LECTURE, "utf-8")
    (tmp_path / "handbook.md").write_text(HANDBOOK, "utf-8")
    return tmp_path


@pytest.fixture
def site(desk: Path) -> Path:
    """A folder of installed distributions with one that announces the entry points of the page."""
    groups: dict[str, dict[str, str]] = {}
    for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S):
        groups.update(tomllib.loads(block)["project"]["entry-points"])
    del groups["wenju.backends"]  # that of this distribution
    return installed(desk, groups)


def installed(desk: Path, groups: dict[str, dict[str, str]]) -> Path:
    information = desk / "site" / "examples-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: examples\nVersion: 1.0\n")
    lines = []
    for group, entries in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (information / "entry_points.txt").write_text("\n".join(lines))
    return information.parent


def run(desk: Path, *command: str, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    folders = [str(desk), *([] if site is None else [str(site)]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
    return subprocess.run(
        [sys.executable, *command], cwd=desk, env=environment, capture_output=True, text=True
    )


def wenju(desk: Path, *arguments: str, site: Path) -> subprocess.CompletedProcess[str]:
    program = "from qa.cli import main; main()"
    return run(desk, "-c", program, *arguments, "--library", "library", site=site)


def test_the_examples_are_short() -> None:
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S):
        assert len([line for line in block.splitlines()[1:] if line]) <= LINES_OF_AN_EXAMPLE


def test_a_reader_as_an_object(desk: Path) -> None:
    done = run(desk, "read_a_film.py")
    assert done.stdout == "The museum opens at nine o'clock\non every day but Monday.\n", (
        done.stderr
    )


def test_a_reader_as_an_entry_point(desk: Path, site: Path) -> None:
    assert wenju(desk, "index", "lecture.sbv", site=site).returncode == 0
    done = wenju(desk, "ask", "When does the museum open?", site=site)
    assert "nine o'clock" in done.stdout, done.stderr


def test_without_the_extension_the_format_is_unknown(desk: Path) -> None:
    done = wenju(desk, "index", "lecture.sbv", site=desk)
    assert done.returncode == 2
    assert "the suffix '.sbv'" in done.stderr


def test_an_encoder_as_an_object(desk: Path, server: str) -> None:
    done = run(desk, "ask_with_a_server.py", server)
    assert "五天" in done.stdout, done.stderr
    script = "from qa import Library\nLibrary.open('handbook').ask('年假有几天')"
    refused = run(desk, "-c", script)
    assert f"an encoder object named '{server}'" in refused.stderr
    assert "Library.open(path, model=encoder)" in refused.stderr


def test_an_encoder_as_an_entry_point(desk: Path, site: Path, server: str) -> None:
    model = f"remote:{server}"
    done = wenju(desk, "index", "handbook.md", "--model", model, site=site)
    assert done.returncode == 0, done.stderr
    asked = wenju(desk, "ask", "年假有几天", site=site)  # found by the name that is stored
    assert "五天" in asked.stdout, asked.stderr
    without = wenju(desk, "ask", "年假有几天", site=desk)
    assert without.returncode == 2
    assert "no extension is installed for the prefix 'remote'" in without.stderr


def test_a_broken_extension_names_its_distribution(desk: Path) -> None:
    groups = {"wenju.readers": {".sbv": "nowhere:read"}, "wenju.backends": {"db": "nowhere:open"}}
    site = installed(desk, groups)
    done = wenju(desk, "index", "lecture.sbv", site=site)
    assert done.returncode == 2
    assert "of examples cannot be loaded" in done.stderr
    script = "from qa import Library\nLibrary.open('db://host/name')"
    assert "upgrade examples, or uninstall it" in run(desk, "-c", script, site=site).stderr
