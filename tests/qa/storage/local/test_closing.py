"""A closed library lets go of its files."""

import shutil
from pathlib import Path

import pytest

from embeddings.index import arrangement
from qa import Library, WenjuError
from qa.storage.local import vector_file

TEXTS = "".join(f"第{number}条 职工可以享受{number}天年休假。\n\n" for number in range(300))


def held(path: Path) -> list[str]:
    """The files of a folder that this process has open or mapped."""
    maps = Path("/proc/self/maps").read_text("utf-8").splitlines()
    mapped = {line.split(maxsplit=5)[5] for line in maps if str(path) in line}
    descriptors = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    opened = {str(link.readlink()) for link in descriptors if link.exists()}
    return sorted(name for name in mapped | opened if name.startswith(str(path)))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux lists what is open")
def test_nothing_is_held_after_closing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (arrangement, vector_file):
        monkeypatch.setattr(module, "EXACT_UP_TO", 200)  # beyond, the file is mapped
    path = tmp_path / "library"
    with Library.open(path) as library:
        library.add_bytes("leave.txt", TEXTS.encode())
    with Library.open(path) as library:
        assert library.search("年休假有几天")
        assert len(held(path)) > 1
    assert held(path) == []
    library.close()  # once more does no harm
    shutil.rmtree(path)
    with pytest.raises(WenjuError):
        library.documents()
    assert not path.exists()
