"""Two copies of a library go separate ways: the index files of one are found out by the other."""

import shutil
from pathlib import Path

import pytest

from qa import Library
from tests.faults.trials import ANNUAL, LIBRARY, POOL, WAGES, Scene


@pytest.fixture
def forks(scene: Scene) -> tuple[Path, Path]:
    """Two copies of one library, changed as often, in different ways."""
    ours, theirs = scene.copy(), scene.copy()
    with Library.open(ours) as library:
        library.add_bytes("pool.txt", POOL.encode())
    with Library.open(theirs) as library:
        library.add_bytes("library.txt", LIBRARY.encode())
    return ours, theirs


def check(library: Library) -> None:
    """See that a library finds what it holds, and nothing else."""
    for text in (ANNUAL, WAGES, POOL):
        assert library.search(text)[0].text == text
    assert LIBRARY not in [hit.text for hit in library.search(LIBRARY, 20)]
    assert len(library.search("职工", 20)) == 3
    assert library.verify().problems == ()


@pytest.mark.parametrize("part", ["vectors.faiss", "lexical", ""])
def test_index_files_of_a_fork(forks: tuple[Path, Path], part: str) -> None:
    ours, theirs = (fork / "indexes" / part for fork in forks)
    if theirs.is_dir():
        shutil.rmtree(ours)
        shutil.copytree(theirs, ours)
    else:
        shutil.copyfile(theirs, ours)
    if part == "lexical":
        shutil.copyfile(theirs.with_suffix(".json"), ours.with_suffix(".json"))
    with Library.open(forks[0]) as library:
        check(library)


def test_index_files_of_a_fork_with_more_changes_since(forks: tuple[Path, Path]) -> None:
    ours, theirs = forks
    with Library.open(ours) as library:
        library.add_bytes("more.txt", "食堂中午十二点开饭。".encode())
        library.remove("more.txt")
    shutil.rmtree(ours / "indexes")
    shutil.copytree(theirs / "indexes", ours / "indexes")
    with Library.open(ours) as library:
        check(library)


def test_a_fork_takes_the_place_of_an_open_library(forks: tuple[Path, Path]) -> None:
    ours, theirs = forks
    with Library.open(theirs) as before:
        assert before.search(LIBRARY)[0].text == LIBRARY
    with Library.open(theirs) as library:
        assert library.search(LIBRARY)[0].text == LIBRARY
        # The backend's own file, so that the open connection reads the other content.
        import sqlite3
        from contextlib import closing

        with (
            closing(sqlite3.connect(ours / "library.sqlite3")) as source,
            closing(sqlite3.connect(theirs / "library.sqlite3")) as target,
        ):
            source.backup(target)
        check(library)
