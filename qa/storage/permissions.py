"""The permissions of a library's files: its owner's alone, whatever the umask says.

``WENJU_UMASK`` lets others in: 027 the group, 022 everyone, to read.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qa.errors import WenjuError

_VARIABLE = "WENJU_UMASK"
_OWNER_ONLY = 0o077
_FOLDER, _FILE = 0o777, 0o666
_PERMISSIONS = 0o777  # of a mode, without what kind of file it is
_OURS = ("library.sqlite3*", "write.*", "indexes", "recognised", "thresholds.json")


def private_folder(path: Path) -> None:
    """Make a folder for a library's files, or do nothing if it is there.

    Raises:
        OSError: it cannot be made.
    """
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(_FOLDER & ~_umask())


def private_file(path: Path) -> None:
    """Make an empty file, or do nothing if it is there.

    Raises:
        OSError: it cannot be made.
    """
    mode = _FILE & ~_umask()
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        path.chmod(mode)


def replace_private_file(path: Path, text: str) -> None:
    """Write a small file; a reader finds the old content or the new one, never a part.

    Raises:
        OSError: it cannot be written; the old content stays.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        private_file(temporary)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def make_private(library: Path) -> None:
    """Give a library's folder and files the permissions that they should have.

    What belongs to another user, or is gone by now, is left as it is.
    """
    umask = _umask()
    for path in _files(library):
        with suppress(OSError):
            mode = (_FOLDER if path.is_dir() else _FILE) & ~umask
            if path.stat().st_mode & _PERMISSIONS != mode:
                path.chmod(mode)


def _files(library: Path) -> Iterator[Path]:
    yield library
    for pattern in _OURS:
        for path in library.glob(pattern):
            yield path
            yield from path.rglob("*")


def _umask() -> int:
    value = os.environ.get(_VARIABLE)
    if not value:
        return _OWNER_ONLY
    try:
        umask = int(value, 8)
    except ValueError:
        umask = -1
    if not 0 <= umask <= _OWNER_ONLY:
        raise WenjuError(
            f"${_VARIABLE} is {value!r}; it must be octal, from 000 to 077: {_VARIABLE}=027",
            "bad_umask",
            {"name": _VARIABLE},
        )
    return umask
