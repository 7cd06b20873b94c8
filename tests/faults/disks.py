"""Disks that are full, for a library to be on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.faults.trials import ROOT
from tests.qa.storage.old_libraries.make import HERE

# In a namespace of its own, where it may mount a disk in memory, and fill it.
NAMESPACE = ("unshare", "--map-root-user", "--mount")
SCRIPT = """
set -e
mount -t tmpfs -o size={kilobytes}k,nr_inodes={files} tmpfs "$1"
cp -a "$2" "$1/library"
if [ "$3" = bytes ]; then
  cat /dev/zero > "$1/filling" 2> /dev/null || true
else
  number=0; while : 2> /dev/null > "$1/$number"; do number=$((number + 1)); done 2> /dev/null
fi
cd {root}
shift 3
set +e
while [ $# -gt 0 ]; do
  echo "== $1"; eval "$1" 2>&1; echo "-- $?"; shift
done
"""


class Ran(NamedTuple):
    """A command, what it wrote, and its exit code."""

    said: str
    code: int


def can_mount(folder: Path) -> bool:
    """Return whether a disk can be mounted on a folder, in a namespace of its own."""
    probe = [*NAMESPACE, "mount", "-t", "tmpfs", "x", str(folder)]
    found = shutil.which(NAMESPACE[0]) is not None
    return found and subprocess.run(probe, capture_output=True, check=False).returncode == 0


def run(disk: Path, library: Path, lack: str, *commands: str, spare: int = 400) -> list[Ran]:
    """Run commands of ``wenju`` on a copy of a library on a full disk.

    Args:
        disk: an empty folder.
        library: to be copied.
        lack: of ``bytes``, or of ``files``.
        commands: without the program's name; ``{documents}`` stands for some to index.
        spare: kilobytes that the disk is larger than the library, before it is filled.
    """
    used = sum(path.stat().st_size for path in library.rglob("*"))
    files = sum(1 for _ in library.rglob("*"))
    script = SCRIPT.format(kilobytes=used // 1024 + spare, files=files + 40, root=ROOT)
    wenju = Path(sys.executable).with_name("wenju")
    copy = disk / "library"
    lines = [
        f"{wenju} {command.format(documents=HERE / 'documents')} --library {copy}"
        for command in commands
    ]
    done = subprocess.run(
        [*NAMESPACE, "bash", "-c", script, "-", str(disk), str(library), lack, *lines],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    parts = done.stdout.split("== ")[1:]
    return [
        Ran(said.partition("\n")[2], int(code))
        for said, _, code in (part.rpartition("-- ") for part in parts)
    ]
