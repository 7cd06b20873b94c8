"""Folders that go with their process: what a killed one left, the next one deletes."""

import shutil
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

_OWNER = "owner.lock"  # held as long as the process that made a folder lives


def own_folder(root: Path) -> tuple[Path, FileLock]:
    """A folder of this process's own; those that a dead process left are deleted.

    Args:
        root: the folder that they all lie in; made if need be.

    Returns:
        the folder, and the lock that says that it is in use.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(root / "start.lock"):
        for folder in root.iterdir():
            if folder.is_dir() and not folder.is_symlink():
                _delete_if_left(folder)
        own = Path(tempfile.mkdtemp(dir=root))
        owner = FileLock(own / _OWNER)
        owner.acquire()
    return own, owner


def _delete_if_left(folder: Path) -> None:
    owner = FileLock(folder / _OWNER)
    try:
        owner.acquire(timeout=0)
    except Timeout:
        return  # its process lives
    owner.release()
    shutil.rmtree(folder, ignore_errors=True)
