"""A library that something happens to, and whether it came out of it whole."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from qa import Library, NoSuchDocument
from qa.storage.local import schema
from qa.storage.local.store import FILE_NAME
from tests.qa.builders import write_older_library

ROOT = Path(__file__).resolve().parents[2]
SIGKILL = 9

# What the documents say; each is found by its own words.
ANNUAL = "职工工作满一年可以享受五天年休假，分一次或者两次休完。"
WAGES = "加班费按小时计算，每月十五日发放到银行卡。"
WAGES_ANEW = "从明年起，加班费改为每月二十日发放到银行卡。"
POOL = "游泳池夏天开放到晚上九点，冬天停水检修。"
LIBRARY = "图书馆三层有自习室，进入要出示工作证。"

Texts = Mapping[str, str]  # by source
BEFORE: Texts = {"annual.txt": ANNUAL, "wages.txt": WAGES}
AFTER: Texts = {
    "annual.txt": ANNUAL,
    "wages.txt": WAGES_ANEW,
    "pool.txt": POOL,
    "library.txt": LIBRARY,
}


@dataclass(frozen=True)
class Ended:
    """How a process ended; see :func:`tests.faults.dying.run`."""

    signal: int
    code: int
    points: int
    milliseconds: float
    errors: str


class Executioner:
    """Has the command run by processes that die, or cannot write."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.dying"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()

    def run(
        self,
        arguments: Sequence[str | Path],
        *,
        fatal: int = 0,
        milliseconds: float = 0,
        file_bytes: int = 0,
    ) -> Ended:
        """Run one command; see :func:`tests.faults.dying.run`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "arguments": list(map(str, arguments)),
            "fatal": fatal,
            "milliseconds": milliseconds,
            "file_bytes": file_bytes,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        return Ended(**ended)


@dataclass(frozen=True)
class Case:
    """A command, and the states between which it may leave a library.

    Attributes:
        name: of the command.
        arguments: of the command; ``{library}`` stands for the library's folder.
        after: what the library holds when the command has done its work.
        version: of the schema that the library was written with.
        outdated: whether it was encoded by another version of its model.
    """

    name: str
    arguments: tuple[str, ...]
    after: Texts
    version: int = schema.VERSION
    outdated: bool = False

    def arguments_for(self, library: Path) -> list[str]:
        """The arguments with the library's folder in its place."""
        return [argument.format(library=library) for argument in self.arguments]


class Scene:
    """A library of two documents, and what the cases need beside it.

    Args:
        folder: an empty folder.
        model: the library's model.
        other_model: another one, for re-indexing.
    """

    def __init__(self, folder: Path, model: Path, other_model: Path) -> None:
        self.folder = folder
        self.original = folder / "original"
        self._write("before", BEFORE)
        after = self._write("after", AFTER)
        with Library.open(self.original, model=model) as library:
            library.add(folder / "before")
        export = folder / "after.wenju"
        with Library.open(folder / "exported", model=model) as library:
            library.add(after)
            from qa.portable import export as write_export
            from qa.progress import silent

            write_export(library, export, silent)
        library_option = ("--library", "{library}")
        self.cases = (
            Case("index", ("index", str(after), *library_option), AFTER),
            Case("import", ("import", str(export), *library_option), AFTER),
            Case("remove", ("remove", "wages.txt", *library_option), {"annual.txt": ANNUAL}),
            Case("reindex", ("reindex", "--model", str(other_model), *library_option), BEFORE),
            Case("upgrade", ("verify", *library_option), BEFORE, version=1),
            Case("renew", ("reindex", *library_option), BEFORE, outdated=True),
        )
        self._copies = 0

    def copy_for(self, case: Case) -> Path:
        """A fresh copy of the library, as a case needs it."""
        path = self.copy(case.version)
        if case.outdated:
            with closing(sqlite3.connect(path / FILE_NAME)) as connection:
                connection.execute("UPDATE models SET fingerprint = 'of an earlier version'")
                connection.execute(
                    "UPDATE settings SET value = 'of an earlier version' WHERE key = 'model'"
                )
                connection.commit()
            shutil.rmtree(path / "indexes")
            with Library.open(path) as library:  # which makes index files for that version
                library.documents()
        return path

    def copy(self, version: int = schema.VERSION) -> Path:
        """A fresh copy of the library, as a Wenju with some version of the schema made it."""
        self._copies += 1
        path = self.folder / f"copy-{self._copies}"
        if version == schema.VERSION:
            shutil.copytree(self.original, path)
        else:
            write_older_library(path, self.original, version)
        return path

    def _write(self, name: str, texts: Texts) -> Path:
        folder = self.folder / name
        folder.mkdir()
        for source, text in texts.items():
            (folder / source).write_text(text, encoding="utf-8")
        return folder


def faults_of(path: Path, before: Texts, after: Texts) -> list[str]:
    """What is wrong with a library that may be anywhere between two states.

    Every document must be wholly there or wholly absent, found if it is there and
    not if it is not, and everything must agree with everything else.
    """
    found: list[str] = []
    with Library.open(path) as library:
        found.extend(f"{problem.subject}: {problem.found}" for problem in library.verify().problems)
        texts: dict[str, str] = {}
        for document in library.documents():
            detail = library.show(document.id)
            if [passage.text for passage in detail.passages] != [detail.text]:
                found.append(f"{document.sources} is there in part")
            texts |= dict.fromkeys(document.sources, detail.text)
        for source in {*before, *after, *texts}:
            allowed = {before.get(source), after.get(source)}
            if texts.get(source) not in allowed:
                found.append(f"{source} holds {texts.get(source)!r}")
        found.extend(_search_faults(library, texts, {*before.values(), *after.values()}))
    return found


def _search_faults(library: Library, texts: Texts, known: set[str]) -> Iterator[str]:
    for text in known:
        hits = [hit.text for hit in library.search(text)]
        if text in texts.values():
            if hits[:1] != [text]:
                yield f"{text!r} is there and not found first, but {hits[:1]}"
        elif text in hits:
            yield f"{text!r} is gone and still found"
        if sorted(hits) != sorted(set(texts.values())):
            yield f"a search finds {hits}, the library holds {sorted(texts.values())}"


def survive(scene: Scene, executioner: Executioner, case: Case, **fault: float) -> list[str]:
    """Let a command meet a fault, then see that nothing is wrong and that it can be made up for.

    Returns:
        What is wrong, nothing if all is well.
    """
    path = scene.copy_for(case)
    ended = executioner.run(case.arguments_for(path), **fault)  # type: ignore[arg-type]
    if not ended.signal and ended.code not in (0, 2):
        return [f"exit code {ended.code}: {ended.errors}"]
    found = faults_of(path, BEFORE, case.after)
    if case.name == "remove":
        with Library.open(path) as library, suppress(NoSuchDocument):
            library.remove("wages.txt")
    else:
        again = executioner.run(case.arguments_for(path))
        if again.code != 0 or again.errors:
            found.append(f"once more: exit code {again.code}: {again.errors}")
    found += [f"once more: {fault}" for fault in faults_of(path, case.after, case.after)]
    shutil.rmtree(path)
    return found
