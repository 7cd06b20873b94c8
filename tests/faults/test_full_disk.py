"""A disk without a free byte, or without a free file: a sound library answers all the same."""

from pathlib import Path

import pytest

from qa import Library
from tests.faults.disks import can_mount, run
from tests.faults.trials import ANNUAL, BEFORE, Scene
from tests.qa.storage.old_libraries.make import HERE


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where a disk can be mounted."""
    if not can_mount(tmp_path):
        pytest.skip("no disk can be mounted here (unshare, apt: util-linux)")
    return tmp_path


@pytest.mark.parametrize("lack", ["bytes", "files"])
def test_a_sound_library_answers(disk: Path, scene: Scene, lack: str) -> None:
    commands = (
        "ask 年休假有几天",
        "search 年休假 --json",
        "documents",
        "verify",
        "show annual.txt",
    )
    asked, searched, listed, verified, shown = run(disk, scene.original, lack, *commands)
    assert [one.code for one in (asked, searched, listed, verified, shown)] == [0] * 5, asked.said
    assert ANNUAL in searched.said
    assert "annual.txt" in listed.said
    assert "sound" in verified.said
    assert shown.said == f"{BEFORE['annual.txt']}\n"
    for one in (asked, searched, listed, verified, shown):
        assert "Traceback" not in one.said


@pytest.mark.parametrize("lack", ["bytes", "files"])
def test_a_library_of_an_older_schema_answers(disk: Path, scene: Scene, lack: str) -> None:
    asked, listed = run(disk, scene.copy(1), lack, "ask 年休假有几天", "documents")
    assert (asked.code, listed.code) == (0, 0), asked.said
    assert "annual.txt" in listed.said


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose index files are larger than what a removal writes."""
    path = tmp_path_factory.mktemp("many") / "library"
    texts = [
        f"第{number}条 职工工作满{number}年，可以休假{number % 9}天。" for number in range(400)
    ]
    with Library.open(path) as library:
        library.add(HERE / "documents")
        library.add_bytes("rules.txt", "\n\n".join(texts).encode())
    return path


@pytest.mark.parametrize("lack", ["bytes", "files"])
def test_removing_makes_its_own_room(disk: Path, many: Path, lack: str) -> None:
    """The index files are caches: deleting them leaves room for SQLite's log."""
    removed, asked, listed, verified = run(
        disk, many, lack, "remove 果园.md", "ask 苹果树什么时候修剪", "documents", "verify"
    )
    assert removed.code == 0, removed.said
    assert asked.code == 1, asked.said
    assert "果园" not in listed.said
    assert "渡船.md" in listed.said
    assert verified.code == 0, verified.said


@pytest.mark.parametrize("command", ["remove annual.txt", "index {documents}"])
def test_what_cannot_be_changed_is_said_plainly(disk: Path, scene: Scene, command: str) -> None:
    changed, listed, asked = run(
        disk, scene.original, "bytes", command, "documents", "ask 年休假有几天"
    )
    assert changed.code == 2, changed.said
    assert "the disk is full. Nothing was changed" in changed.said
    assert "annual.txt" in listed.said
    assert asked.code == 0
