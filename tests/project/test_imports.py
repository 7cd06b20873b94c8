"""What each command loads: a start that imports little is fast on every machine."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ports import free_port

# Tells at its end which modules were loaded, the standard library's apart.
TELLING = """
import atexit, json, sys
from pathlib import Path

def tell():
    loaded = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
    Path(sys.argv.pop()).write_text(json.dumps(sorted(loaded)))

report = sys.argv[-1]
atexit.register(lambda: (sys.argv.append(report), tell()))
sys.argv = ["wenju", *sys.argv[1:-1]]
from qa.cli import main
main()
"""

OURS = {"corpus", "embeddings", "qa"}
INDEX = {"faiss", "numpy", "tantivy"}
MODEL = {"safetensors", "tokenizers"}
FOLDERS = {"filelock", "platformdirs", "packaging", "threadpoolctl"}
# typer itself, and what it converts a command's arguments with.
COMMAND_LINE = {
    *("typer", "annotated_doc", "shellingham"),
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
}
# Takes seconds to import, and no question needs it.
HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "matplotlib"}


def loaded_by(tmp_path: Path, *arguments: str) -> set[str]:
    """The packages that a command loads."""
    report = tmp_path / "loaded.json"
    command = [sys.executable, "-c", TELLING, *arguments, str(report)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return packages(report)


def packages(report: Path) -> set[str]:
    names = json.loads(report.read_text(encoding="utf-8"))
    return {name for name in names if not name.startswith(("_", "swig_", "cython_"))}


def test_help_loads_no_reader_and_no_server(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "--help")
    assert loaded >= OURS | {"typer"}
    assert loaded <= OURS | INDEX | MODEL | FOLDERS | COMMAND_LINE


def test_a_question_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    document = tmp_path / "leave.txt"
    document.write_text("职工每年享受五天年休假。", encoding="utf-8")
    library = ["--library", str(tmp_path / "library")]
    loaded_by(tmp_path, "index", str(document), *library)
    loaded = loaded_by(tmp_path, "ask", "年休假有几天", *library)
    assert loaded >= OURS | INDEX | MODEL
    assert loaded <= OURS | INDEX | MODEL | FOLDERS | COMMAND_LINE


@pytest.mark.slow
def test_the_server_loads_no_torch(tmp_path: Path) -> None:
    report = tmp_path / "loaded.json"
    port = free_port()
    arguments = ["serve", "--port", str(port), str(report)]
    with subprocess.Popen([sys.executable, "-c", TELLING, *arguments], cwd=ROOT) as server:
        try:
            answered(f"http://127.0.0.1:{port}/", server)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    loaded = packages(report)
    assert loaded >= OURS | INDEX | MODEL | {"gradio"}
    assert loaded.isdisjoint(HEAVY)


def answered(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server gives its page."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address) as page:  # noqa: S310  # our own server
                assert page.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server ended with {server.returncode}")
