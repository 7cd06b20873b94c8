"""The files of a library are its owner's, whatever the umask says."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library, WenjuError
from tests.qa.storage.old_libraries.make import HERE

DOCUMENTS = HERE / "documents"


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The umask of the process."""
    before = os.umask(request.param)
    yield int(request.param)
    os.umask(before)


def modes(path: Path) -> set[tuple[str, str]]:
    """The kinds and permissions that occur in a library."""
    return {
        ("folder" if one.is_dir() else "file", oct(stat.S_IMODE(one.stat().st_mode)))
        for one in (path, *path.rglob("*"))
    }


PRIVATE = {("folder", "0o700"), ("file", "0o600")}


@pytest.mark.usefixtures("umask")
def test_they_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "library"
    with Library.open(path) as library:
        library.add(DOCUMENTS)
        assert modes(path) == PRIVATE  # while it is open, too
        library.remove("果园.md")
    assert modes(path) == PRIVATE


def test_those_of_older_versions_are_mended_when_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "library"
    with Library.open(path) as library:
        library.add(DOCUMENTS)
    for one in (path, *path.rglob("*")):
        one.chmod(0o755 if one.is_dir() else 0o644)
    other = path / "notes.txt"
    other.write_text("none of ours", encoding="utf-8")
    other.chmod(0o644)
    with Library.open(path) as library:
        library.add_bytes("new.txt", "游泳池夏天开放到晚上九点。".encode())
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    other.unlink()
    assert modes(path) == PRIVATE


def test_others_are_let_in_on_purpose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_UMASK", "027")
    path = tmp_path / "library"
    with Library.open(path) as library:
        library.add(DOCUMENTS)
    assert modes(path) == {("folder", "0o750"), ("file", "0o640")}


@pytest.mark.parametrize("value", ["9", "abc", "100", "-1"])
def test_an_umask_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("WENJU_UMASK", value)
    with pytest.raises(WenjuError, match="WENJU_UMASK=027"):
        Library.open(tmp_path / "library")
