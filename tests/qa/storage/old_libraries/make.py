"""Make libraries as old versions of Wenju wrote them, from the history of the project.

    python -m tests.qa.storage.old_libraries.make [NAME ...]

Each entry of :data:`VERSIONS` is checked out into a temporary folder, its own code indexes
``documents/``, and the folder of the library is packed beside this file. The libraries are
committed, because the history cannot be asked for in every place where the tests run.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]

# The name of a library says its schema. Version 1 of the schema had three forms before
# version 2 came, all with the same number.
_INDEX = """
import os
import sys
from pathlib import Path
from qa import Library
os.environ["WENJU_MODEL"] = "static"  # before schema 7 there was no other
library = Library.open(Path(sys.argv[1]))
library.add(Path(sys.argv[2]))
library.add_bytes("gone.txt", "这一篇后来删除了，谁也不该再找到它。".encode())
library.remove("gone.txt")
print(sorted(source for one in library.documents() for source in one.sources))
library.close()
"""


class Version(NamedTuple):
    """Code of the past, and the bundled model beside it.

    Attributes:
        name: of the library that it makes.
        commit: of the code.
        model: the commit whose bundled model it works with.
    """

    name: str
    commit: str
    model: str


VERSIONS = (
    Version("schema-1-first", "e4476c3", "0d07ec8"),
    Version("schema-1-identity", "43ad77b", "0d07ec8"),
    Version("schema-1-contexts", "840b261", "0d07ec8"),
    Version("schema-2", "0d07ec8", "0d07ec8"),
    Version("schema-3", "9e0ac68", "9e0ac68"),
    Version("schema-3-aa98d0a", "aa98d0a", "aa98d0a"),
    Version("schema-4", "59d3bac", "59d3bac"),
    Version("schema-5", "8604524", "8604524"),
    Version("schema-5-2f9b0c2", "2f9b0c2", "2f9b0c2"),
    Version("schema-5-fb5388e", "fb5388e", "fb5388e"),
    Version("schema-6", "7395762", "7395762"),
    Version("schema-7", "7d6de2c", "7d6de2c"),
)


def unpacked(name: str, folder: Path) -> Path:
    """An old library, ready to be opened."""
    with tarfile.open(HERE / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / name


def make(version: Version) -> Path:
    """Return the packed library that a version makes of the documents."""
    with tempfile.TemporaryDirectory() as temporary:
        code, library = Path(temporary) / "code", Path(temporary) / version.name
        code.mkdir()
        _unpack(version.commit, code, ":!embeddings/model")
        _unpack(version.model, code, "embeddings/model")
        subprocess.run(
            [sys.executable, "-c", _INDEX, library, HERE / "documents"],
            cwd=code,
            env={"PYTHONPATH": str(code), "HOME": temporary, "PATH": ""},
            check=True,
        )
        packed = HERE / f"{version.name}.tar.xz"
        with tarfile.open(packed, "w:xz", preset=9) as archive:
            archive.add(library, version.name, filter=_anonymous)
    return packed


def _unpack(commit: str, folder: Path, paths: str) -> None:
    """Put files of a commit into a folder."""
    wanted = [".", paths] if paths.startswith(":!") else [paths]
    archive = subprocess.run(
        ["git", "-C", ROOT, "archive", commit, "--", *wanted],  # noqa: S607
        check=True,
        capture_output=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    for wanted in VERSIONS:
        if wanted.name in sys.argv[1:] or not sys.argv[1:]:
            made = make(wanted)
            print(made.name, made.stat().st_size)  # noqa: T201
