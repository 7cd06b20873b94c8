"""Index files that are not what they were: noticed, rebuilt, and the answers are right."""

import logging
import shutil
from pathlib import Path

import pytest

from tests.faults.damage import DAMAGES, Damage, index_files, swap
from tests.faults.trials import BEFORE, Executioner, Scene, faults_of


@pytest.fixture(scope="module")
def stranger(scene: Scene, executioner: Executioner) -> Path:
    """Another library with as many passages, whose index files could be ours."""
    path = scene.folder / "stranger"
    folder = scene.folder / "strange"
    folder.mkdir()
    for number, source in enumerate(BEFORE):
        (folder / source).write_text(f"陌生的第{number}份文件。", encoding="utf-8")
    model = scene.folder / "model"
    assert executioner.run(["index", folder, "--model", model, "--library", path]).code == 0
    return path


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_index_file(
    scene: Scene, stranger: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    names = index_files(scene.original)
    assert {"vectors.faiss", "lexical.json", "lexical/meta.json"} <= set(names)
    strange = dict(zip(sorted(names), sorted(index_files(stranger)), strict=True))
    damaged = 0
    for name in names:
        path = scene.copy()
        file = path / "indexes" / name
        before = file.read_bytes()
        damage(file, stranger / "indexes" / strange[name])
        changed = not file.exists() or file.read_bytes() != before
        caplog.clear()
        assert faults_of(path, BEFORE, BEFORE) == [], name
        warned = [record.getMessage() for record in caplog.records]
        index = "vector" if name == "vectors.faiss" else "lexical"
        if changed and name != "lexical/.managed.json":
            assert any(f"Rebuilding the {index} index" in message for message in warned), name
        caplog.clear()
        assert faults_of(path, BEFORE, BEFORE) == [], name
        assert caplog.records == [], name  # it was mended for good
        shutil.rmtree(path)
        damaged += changed
    assert damaged >= (4 if damage is swap else len(names))  # some are the same in both


def test_all_index_files_of_another_library(
    scene: Scene, stranger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = scene.copy()
    shutil.rmtree(path / "indexes")
    shutil.copytree(stranger / "indexes", path / "indexes")
    assert faults_of(path, BEFORE, BEFORE) == []
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert len(caplog.records) == 2


def test_no_index_files_at_all(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    path = scene.copy()
    shutil.rmtree(path / "indexes")
    assert faults_of(path, BEFORE, BEFORE) == []
    assert [record.getMessage() for record in caplog.records] == [
        "Rebuilding the vector index from the library: its file is missing.",
        "Rebuilding the lexical index from the library: it is missing.",
    ]
    (path / "indexes" / "lexical.json").unlink()
    shutil.rmtree(path / "indexes" / "lexical")
    assert faults_of(path, BEFORE, BEFORE) == []


def test_index_files_that_vanish_while_the_library_is_open(scene: Scene) -> None:
    from qa import Library

    path = scene.copy()
    with Library.open(path) as library:
        shutil.rmtree(path / "indexes")
        assert [hit.text for hit in library.search("年休假")][:1] == [BEFORE["annual.txt"]]
        library.add_bytes("new.txt", "公司在三楼设有母婴室。".encode())
        assert library.search("母婴室")[0].source == "new.txt"
        assert library.verify().problems == ()
    with Library.open(path) as library:
        assert library.search("母婴室")[0].source == "new.txt"
        assert library.verify().problems == ()


def test_an_older_copy_of_the_index_is_caught_up(
    scene: Scene, executioner: Executioner, caplog: pytest.LogCaptureFixture
) -> None:
    path = scene.copy()
    case = scene.cases[0]
    assert executioner.run(case.arguments_for(path)).code == 0
    for name in ("vectors.faiss", "lexical.json"):
        shutil.copyfile(scene.original / "indexes" / name, path / "indexes" / name)
    shutil.rmtree(path / "indexes" / "lexical")
    shutil.copytree(scene.original / "indexes" / "lexical", path / "indexes" / "lexical")
    assert faults_of(path, case.after, case.after) == []
    assert caplog.records == []


def test_a_newer_copy_of_the_index_is_made_anew(scene: Scene, executioner: Executioner) -> None:
    path = scene.copy()
    assert executioner.run(scene.cases[0].arguments_for(path)).code == 0
    for file in scene.original.glob("library.sqlite3*"):
        shutil.copyfile(file, path / file.name)
    assert faults_of(path, BEFORE, BEFORE) == []
