"""What can befall the index files of a library."""

import shutil
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path, Path], None]


def truncate(path: Path, _: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path, _: Path) -> None:
    """Leave nothing in a file."""
    path.write_bytes(b"")


def flip(path: Path, _: Path) -> None:
    """Change one bit."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def delete(path: Path, _: Path) -> None:
    """Take a file away."""
    path.unlink()


def swap(path: Path, other: Path) -> None:
    """Put another library's file in a file's place."""
    shutil.copyfile(other, path)


DAMAGES: list[Damage] = [truncate, empty, flip, delete, swap]


def index_files(library: Path) -> list[str]:
    """The files of both indexes with something in them, relative to their folder."""
    folder = library / "indexes"
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"  # those are empty
    )
