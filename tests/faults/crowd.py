"""Several processes that write to one library while others search it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_WRITER = """
import sys
from pathlib import Path
from qa import Library
path, model, folder, batch = sys.argv[1:]
files = sorted(Path(folder).iterdir())
with Library.open(path, model=model) as library:
    print("ready", flush=True)
    sys.stdin.readline()
    added = 0
    for start in range(0, len(files), int(batch)):
        report = library.add(*files[start : start + int(batch)])
        assert not report.failed, report.failed
        added += len(report.added)
print(added)
"""

_SEARCHER = """
import json, sys, threading
from qa import Library
path, model = sys.argv[1:]
stop = threading.Event()
with Library.open(path, model=model) as library:
    print("ready", flush=True)
    sys.stdin.readline()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set())).start()
    searches = 0
    while not stop.is_set():
        hits = library.search("第三人的第七份文件写着什么")
        ids = [hit.passage_id for hit in hits]
        assert len(ids) == len(set(ids)), ids
        assert all(hit.text.endswith("。") for hit in hits)
        searches += 1
print(searches)
"""


@dataclass(frozen=True)
class Crowd:
    """What a crowd did.

    Attributes:
        added: documents, by writer.
        searches: by searcher.
        errors: what any of them said on stderr, but that it waits for another writer, which
            is no error in a crowd.
    """

    added: tuple[int, ...]
    searches: tuple[int, ...]
    errors: tuple[str, ...]


def write_files(folder: Path, writers: int, files: int) -> list[Path]:
    """A folder for each writer; every document is found by its own words."""
    folders = []
    for writer in range(writers):
        own = folder / f"writer-{writer}"
        own.mkdir(parents=True)
        for number in range(files):
            text = f"第{writer}人的第{number}份文件写着编号{writer}之{number}。"
            (own / f"{writer}-{number:03}.txt").write_text(text, encoding="utf-8")
        folders.append(own)
    return folders


def gather(path: Path, model: str, folders: list[Path], searchers: int, batch: int) -> Crowd:
    """Let a writer add each folder, all at once, while others search."""

    def start(script: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, str(path), model, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    writing = [start(_WRITER, str(folder), str(batch)) for folder in folders]
    searching = [start(_SEARCHER) for _ in range(searchers)]
    for process in (*writing, *searching):
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()  # ready
    for process in (*writing, *searching):
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    written = [process.communicate() for process in writing]
    searched = [process.communicate("stop\n") for process in searching]
    return Crowd(
        added=tuple(int(out or 0) for out, _ in written),
        searches=tuple(int(out or 0) for out, _ in searched),
        errors=tuple(filter(None, (_errors(said) for _, said in (*written, *searched)))),
    )


def _errors(said: str) -> str:
    lines = said.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("Waiting for another writer: "))
