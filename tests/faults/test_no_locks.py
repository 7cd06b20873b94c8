"""A file system without locks: the library can be read. And what killed writers leave goes."""

import errno
import fcntl
from pathlib import Path
from typing import Any

import pytest

from qa import Library, WenjuError
from tests.faults.trials import ANNUAL, POOL, Scene


@pytest.fixture(params=[errno.ENOLCK, errno.EOPNOTSUPP])
def path(scene: Scene, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library where nobody can lock."""

    def refuse(*_: Any) -> None:  # noqa: ANN401 (whatever it is called with)
        raise OSError(request.param, "no locks available")

    path = scene.copy()
    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(fcntl, "lockf", refuse)
    return path


def test_it_is_read(path: Path) -> None:
    with Library.open(path) as library:
        assert library.search("年休假")[0].text == ANNUAL
        assert len(library.documents()) == 2
        assert library.verify().problems == ()
        with pytest.raises(WenjuError, match="can only be read"):
            library.remove("annual.txt")
        with pytest.raises(WenjuError, match="can only be read"):
            library.add_bytes("pool.txt", POOL.encode())
        assert library.search("年休假")[0].text == ANNUAL


def test_it_is_read_without_its_index_files(path: Path) -> None:
    for file in (path / "indexes").glob("*.*"):
        file.unlink()
    with Library.open(path) as library:
        assert library.search("年休假")[0].text == ANNUAL
        assert library.verify().problems == ()


def test_temporary_files_of_killed_writers_are_deleted(scene: Scene) -> None:
    path = scene.copy()
    left = path / "indexes" / "lexical" / ".tmpAbC123"
    left.write_bytes(b"half a file")
    with Library.open(path) as library:
        assert library.search("年休假")[0].text == ANNUAL
        assert library.verify().problems == ()
    assert not left.exists()
