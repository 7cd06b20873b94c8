"""A library that may only be read: it answers, and says plainly that it cannot change."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa import Library
from tests.faults.trials import ANNUAL, BEFORE, POOL, Scene
from tests.qa.commands import bound_by_permissions, parsed, wenju
from tests.qa.storage.old_libraries.make import unpacked

LEXICAL = "lexical index from the library: it is {}"


@pytest.fixture
def prefix() -> tuple[str, ...]:
    return bound_by_permissions()


@pytest.fixture
def path(scene: Scene) -> Iterator[Path]:
    """A library of our own that is closed to writing by :func:`close`."""
    path = scene.copy()
    yield path
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o755)


def close(path: Path) -> None:
    """Let nobody write to a library any more."""
    for folder, _, files in os.walk(path):
        for name in files:
            (Path(folder) / name).chmod(0o444)
    for folder, _, _ in os.walk(path, topdown=False):
        Path(folder).chmod(0o555)


def search(
    path: Path, prefix: tuple[str, ...], query: str = "年休假", said: str = ""
) -> list[dict[str, Any]]:
    done = wenju("search", query, "--library", path, "--json", prefix=prefix)
    found: list[dict[str, Any]] = parsed(done)
    assert done.stderr == said
    return found


def test_it_answers(path: Path, prefix: tuple[str, ...]) -> None:
    close(path)
    before = sorted(str(file) for file in path.rglob("*"))
    assert [hit["text"] for hit in search(path, prefix)] == [ANNUAL, BEFORE["wages.txt"]]
    assert parsed(wenju("verify", "--library", path, "--json", prefix=prefix))["problems"] == []
    assert sorted(str(file) for file in path.rglob("*")) == before


@pytest.mark.parametrize(
    "command", [["index", __file__], ["remove", "annual.txt"], ["reindex"], ["import", "x"]]
)
def test_it_says_plainly_that_it_cannot_change(
    path: Path, prefix: tuple[str, ...], command: list[str], scene: Scene
) -> None:
    close(path)
    operands = [str(scene.folder / "after.wenju") if word == "x" else word for word in command]
    if command[0] == "reindex":
        operands += ["--model", str(scene.folder / "other-model")]
    if command[0] == "index":
        operands = ["index", str(scene.folder / "after")]
    done = wenju(*operands, "--library", path, prefix=prefix)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"wenju: The library in {path} can only be read")
    assert "Copy it into a folder that you may write to" in line


@pytest.mark.parametrize(
    ("missing", "reasons"),
    [
        ("", ["vector index from the library: its file is missing", LEXICAL.format("missing")]),
        ("vectors.faiss", ["vector index from the library: its file is missing"]),
        ("lexical.json", [LEXICAL.format("damaged")]),
        ("lexical", [LEXICAL.format("missing")]),
    ],
)
def test_it_answers_without_its_index_files_and_says_so(
    path: Path, prefix: tuple[str, ...], missing: str, reasons: list[str]
) -> None:
    said = "".join(f"Rebuilding the {reason}.\n" for reason in reasons)
    found = path / "indexes" / missing
    if found.is_dir():
        shutil.rmtree(found)
    else:
        found.unlink()
    close(path)
    assert [hit["text"] for hit in search(path, prefix, said=said)] == [ANNUAL, BEFORE["wages.txt"]]


def test_it_answers_with_index_files_that_lag_behind(
    path: Path, prefix: tuple[str, ...], scene: Scene
) -> None:
    with Library.open(path) as library:
        library.add_bytes("pool.txt", POOL.encode())
    shutil.rmtree(path / "indexes")
    shutil.copytree(scene.original / "indexes", path / "indexes")
    close(path)
    hits = search(path, prefix, "游泳池")
    assert hits[0]["text"] == POOL
    assert len(hits) == 3


READER = """
import sys
from qa import Library
library = Library.open(sys.argv[1])
print("ready", flush=True)
for query in sys.stdin:
    print(*[hit.source for hit in library.search(query)], flush=True)
"""


def test_a_reader_without_rights_sees_what_a_writer_does(
    path: Path, prefix: tuple[str, ...]
) -> None:
    """The writer has rights that the reader, bound by permissions, has not."""
    if not prefix:
        pytest.skip("two users are needed, or root and setpriv")
    close(path)
    import sys

    reader = subprocess.Popen(
        [*prefix, sys.executable, "-c", READER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert reader.stdin is not None
    assert reader.stdout is not None

    def ask(query: str) -> list[str]:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write(f"{query}\n")
        reader.stdin.flush()
        return reader.stdout.readline().split()

    assert reader.stdout.readline() == "ready\n"
    assert ask("年休假") == ["annual.txt", "wages.txt"]
    with Library.open(path) as writer:  # as root, whom no bits bind
        writer.add_bytes("pool.txt", POOL.encode())
        assert ask("游泳池")[0] == "pool.txt"
        writer.remove("annual.txt")
        assert "annual.txt" not in ask("年休假")
    assert ask("游泳池")[0] == "pool.txt"
    reader.communicate()
    assert reader.returncode == 0
    assert json.loads(wenju("documents", "--library", path, "--json").stdout)


@pytest.mark.parametrize("name", ["schema-1-first", "schema-2", "schema-5"])
def test_an_old_library_answers(tmp_path: Path, prefix: tuple[str, ...], name: str) -> None:
    path = unpacked(name, tmp_path)
    close(path)
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*")}
    done = wenju("ask", "渡船几点开航", "--library", path, "--json", prefix=prefix)
    assert "六点" in parsed(done)["citations"][0]["quote"]
    assert "still reading" in done.stderr
    assert len(parsed(wenju("documents", "--library", path, "--json", prefix=prefix))) == 3
    assert wenju("verify", "--library", path, prefix=prefix).returncode == 0
    refused = wenju("remove", "果园.md", "--library", path, prefix=prefix)
    assert refused.returncode == 2
    assert "can only be read" in refused.stderr
    assert {file: file.stat().st_mtime_ns for file in path.rglob("*")} == before
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o755)
