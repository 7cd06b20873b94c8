"""How many faults a library survives: every write point, and more of each kind than the tests.

Each fault is real: a process that dies by SIGKILL, an index file that is not what it was,
a file that cannot grow, a disk without a free byte or file, index files of a copy that went
another way, a library of an old version, a crowd of processes. A library survived if it opens,
verifies, holds each document wholly or not at all, finds what it holds and nothing else, and
the command done again completes its work.

Run: python -m benchmarks.faults   (fifteen minutes on two cores)
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

from benchmarks.machine import write_result
from corpus import DEFAULT_LIMITS
from qa import Library
from qa.storage.local import schema
from qa.storage.local.store import Store
from tests.faults.crowd import gather, write_files
from tests.faults.damage import DAMAGES, index_files
from tests.faults.disks import run
from tests.faults.hostile_files import HOSTILE
from tests.faults.trials import BEFORE, Executioner, Scene, faults_of, survive
from tests.qa.builders import write_static_model
from tests.qa.storage.old_libraries.make import VERSIONS, unpacked

MOMENTS = 40  # of each command, spread over the time it takes
FILE_BYTES = [1, 100, *range(1_000, 160_000, 4_096)]
WRITERS, FILES, BATCH, SEARCHERS = 6, 200, 20, 4

READING = ("ask 年休假有几天", "search 年休假", "documents", "show annual.txt", "verify")

Trial = tuple[str, list[str]]  # what was done, and what was wrong after it


def killed_at_points(scene: Scene, executioner: Executioner) -> Iterator[Trial]:
    """Each command, killed at each of its points."""
    for case in scene.cases:
        points = executioner.run(case.arguments_for(scene.copy_for(case))).points
        for fatal in range(1, points + 1):
            yield f"{case.name}, point {fatal}", survive(scene, executioner, case, fatal=fatal)


def killed_at_moments(scene: Scene, executioner: Executioner) -> Iterator[Trial]:
    """Each command, killed after some milliseconds, wherever it is then."""
    for case in scene.cases:
        whole = executioner.run(case.arguments_for(scene.copy_for(case))).milliseconds
        for moment in range(1, MOMENTS + 1):
            after = whole * moment / (MOMENTS + 1)
            found = survive(scene, executioner, case, milliseconds=after)
            yield f"{case.name}, after {after:.0f} ms", found


def files_that_cannot_grow(scene: Scene, executioner: Executioner) -> Iterator[Trial]:
    """Each command, with files bounded in size as by a full disk."""
    for case in scene.cases:
        for limit in FILE_BYTES:
            found = survive(scene, executioner, case, file_bytes=limit)
            yield f"{case.name}, {limit} bytes", found


def damaged_index_files(scene: Scene, executioner: Executioner) -> Iterator[Trial]:
    """Each index file, damaged in each way."""
    stranger = scene.copy()
    arguments = [word.format(library=stranger) for word in scene.cases[0].arguments]
    executioner.run(arguments)
    strange = index_files(stranger)
    for damage in DAMAGES:
        for number, name in enumerate(index_files(scene.original)):
            path = scene.copy()
            other = stranger / "indexes" / strange[number % len(strange)]
            damage(path / "indexes" / name, other)
            yield f"{name}, {damage.__name__}", faults_of(path, BEFORE, BEFORE)
            shutil.rmtree(path)


def full_disks(scene: Scene, executioner: Executioner) -> Iterator[Trial]:  # noqa: ARG001
    """Each command on a disk without a free byte or file; what only reads must succeed."""
    for lack, version in product(("bytes", "files"), (1, schema.VERSION)):
        for command in (*READING, "remove wages.txt"):
            disk = scene.folder / "disk"
            disk.mkdir(exist_ok=True)
            done, verified = run(disk, scene.copy(version), lack, command, "verify")
            allowed = (0,) if command in READING else (0, 2)
            wrong = [one.said for one in (done, verified) if "Traceback" in one.said]
            if done.code not in allowed or verified.code != 0:
                wrong.append(f"exit codes {done.code}, {verified.code}: {done.said}")
            yield f"no free {lack}, schema {version}: {command}", wrong


def forked(scene: Scene, executioner: Executioner) -> Iterator[Trial]:
    """The index files of a copy that went another way, after as many changes."""
    case = scene.cases[0]
    ours, theirs = scene.copy(), scene.copy()
    executioner.run(case.arguments_for(ours))
    with Library.open(theirs) as library:
        for change in range(sequence_of(ours) - sequence_of(theirs)):
            library.add_bytes(f"{change}.txt", f"第{change}次改动。".encode())
    for part in ("vectors.faiss", "lexical"):
        path = scene.folder / f"fork-{part}"
        shutil.copytree(ours, path)
        for found in (theirs / "indexes").glob(f"{part}*"):
            kept = path / "indexes" / found.name
            if found.is_dir():
                shutil.rmtree(kept)
                shutil.copytree(found, kept)
            else:
                shutil.copyfile(found, kept)
        yield f"{part} of a fork", faults_of(path, case.after, case.after)


def sequence_of(path: Path) -> int:
    """The number of changes of a library."""
    with closing(Store(path)) as store:
        return store.sequence()


def old_versions(scene: Scene, executioner: Executioner) -> Iterator[Trial]:  # noqa: ARG001
    """Libraries as each old version wrote them: they answer, are renewed, and answer."""
    for version in VERSIONS:
        path = unpacked(version.name, scene.folder)
        wrong: list[str] = []
        with Library.open(path) as library:
            for step in ("before", "after"):
                answer = library.ask("渡船几点开航")
                if not answer.answered or "六点" not in answer.citations[0].quote:
                    wrong.append(f"{step} the renewal it does not answer")
                wrong += [f"{step}: {problem.found}" for problem in library.verify().problems]
                library.renew()
        yield version.name, wrong


def hostile_files(scene: Scene, _: Executioner) -> Iterator[Trial]:
    """Each hostile file in a folder with two sound ones, within the usual bounds."""
    for number, hostile in enumerate(HOSTILE):
        folder = scene.folder / f"hostile-{number}"
        folder.mkdir()
        for name in ("before.txt", "z-after.txt"):
            (folder / name).write_text(f"{name} of file {number}.", encoding="utf-8")
        (folder / hostile.name).write_bytes(hostile.make())
        began = time.monotonic()
        with Library.open(folder / "library", model=scene.folder / "model") as library:
            report = library.add(folder)
            problems = [problem.found for problem in library.verify().problems]
        took = time.monotonic() - began
        if took > 2 * DEFAULT_LIMITS.wall_seconds:
            problems.append(f"it took {took:.0f} s")
        if not {"before.txt", "z-after.txt"} <= set(report.added):
            problems.append(f"only {report.added} were added")
        shutil.rmtree(folder)
        yield hostile.name, problems


def crowd(scene: Scene) -> dict[str, object]:
    """Six processes that add 200 files each while four search."""
    folders = write_files(scene.folder / "crowd", WRITERS, FILES)
    path = scene.folder / "crowded"
    done = gather(path, str(scene.folder / "model"), folders, SEARCHERS, BATCH)
    with Library.open(path) as library:
        sources = [source for document in library.documents() for source in document.sources]
        problems = library.verify().problems
    return {
        "writers": WRITERS,
        "files": WRITERS * FILES,
        "searches": sum(done.searches),
        "documents": len(sources),
        "duplicates": len(sources) - len(set(sources)),
        "errors": list(done.errors),
        "problems": [problem.to_dict() for problem in problems],
    }


def main() -> None:
    """Bring about every fault, print the counts, and write the result."""
    figures: dict[str, object] = {}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="wenju-faults-") as name, Executioner() as executioner:
        folder = Path(name)
        model = write_static_model(folder / "model", dimension=16, seed=1)
        other = write_static_model(folder / "other-model", dimension=24, seed=2)
        scene = Scene(folder, model, other)
        for kind in (
            killed_at_points,
            killed_at_moments,
            files_that_cannot_grow,
            damaged_index_files,
            full_disks,
            forked,
            old_versions,
            hostile_files,
        ):
            trials = list(kind(scene, executioner))
            wrong = {what: found for what, found in trials if found}
            figures[kind.__name__] = {
                "faults": len(trials),
                "survived": len(trials) - len(wrong),
                "not_survived": wrong,
            }
            failed += len(wrong)
            print(f"{kind.__doc__} {len(trials) - len(wrong)} of {len(trials)} survived")
            for what, found in wrong.items():
                print(f"  {what}: {found}")
        figures["crowd"] = crowded = crowd(scene)
        print(f"{crowd.__doc__} {crowded}")
    write_result("faults", figures)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
