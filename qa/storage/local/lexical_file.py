"""The files of a lexical index: whether they are the ones that were written, and how current.

tantivy keeps its files consistent through a crash and does not notice a flipped byte, so a
stamp beside the folder has a checksum of each file. Segment files never change once they
are written; only new ones are read again for it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.storage.records import Commit

_VERSION, _NO_MODEL = 2, 1
# Rebuilding takes a second at this size. In a larger index the words of removed passages
# stay until there are many of them.
_ALWAYS_REBUILT_BELOW = 20_000  # passages
_REBUILT_AT = 0.05  # of all passages


@dataclass(frozen=True, slots=True)
class Origin:
    """The library and the model that index files must have been made from.

    Attributes:
        library: the identity of the library, because a row means another passage elsewhere.
        model: the fingerprint of the model in use.
    """

    library: str
    model: str


@dataclass(frozen=True, slots=True)
class LexicalStamp:
    """The state of a lexical index when it was last written.

    Attributes:
        commit: of the store that it reflects.
        files: checksum of each file, by name.
    """

    commit: Commit
    files: Mapping[str, str]


def read_stamp(folder: Path, origin: Origin, *, check_files: bool = True) -> LexicalStamp | None:
    """Return the stamp of an index; None if it has none, or another origin or other files.

    Args:
        folder: of the index.
        origin: what it must have been made from.
        check_files: compare the checksums of the files.
    """
    try:
        stamp = _read(folder)
        if stamp["version"] == _NO_MODEL:  # which the words do not depend on
            stamp["model"] = origin.model
        elif stamp["version"] != _VERSION:
            return None
        if Origin(stamp["library"], stamp["model"]) != origin:
            return None
        files = {str(name): str(checksum) for name, checksum in stamp["files"].items()}
        commit = Commit(int(stamp["sequence"]), str(stamp.get("id", "")))
        if check_files and any(_checksum(folder / name) != files[name] for name in files):
            return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return LexicalStamp(commit, files)


def write_stamp(folder: Path, origin: Origin, commit: Commit, known: LexicalStamp) -> LexicalStamp:
    """Stamp the files as they are.

    Args:
        folder: of the index.
        origin: what it was made from.
        commit: of the store that it reflects.
        known: its last stamp, whose checksums of segments still hold.

    Returns:
        the stamp as written.
    """
    files = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".lock" or _is_temporary(path):
            continue
        is_segment = path.suffix != ".json"  # meta.json and .managed.json change
        checksum = known.files.get(path.name) if is_segment else None
        files[path.name] = checksum or _checksum(path)
    _write(folder, origin, LexicalStamp(commit, files))
    return LexicalStamp(commit, files)


def change_model(folder: Path, before: Origin, after: Origin) -> None:
    """Stamp an index for another model of the same library: its words do not depend on it.

    An index with another stamp is left alone, and rebuilt when it is opened.
    """
    stamp = read_stamp(folder, before, check_files=False)
    if stamp is not None:
        _write(folder, after, stamp)


def delete(folder: Path) -> None:
    """Delete an index: its stamp first, so that it never describes files made later."""
    _path(folder).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def clean(folder: Path) -> None:
    """Delete the temporary files that killed writers left; the caller holds the write lock."""
    if folder.is_dir():
        for path in filter(_is_temporary, list(folder.iterdir())):
            path.unlink(missing_ok=True)


def _is_temporary(path: Path) -> bool:
    """Return whether tantivy writes a file only to rename it."""
    return path.name.startswith(".tmp")


def worth_rebuilding(folder: Path, size: int) -> bool:
    """Return whether an index holds so many removed passages that it should be made anew.

    tantivy only marks a passage as removed; its words stay in the file of its segment.

    Args:
        folder: of the index.
        size: passages in it.
    """
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        removed = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    except (OSError, ValueError, LookupError, TypeError):  # in memory, or damaged
        return False
    return removed > 0 and (size < _ALWAYS_REBUILT_BELOW or removed > _REBUILT_AT * size)


def _path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _read(folder: Path) -> dict[str, Any]:
    stamp: dict[str, Any] = json.loads(_path(folder).read_text(encoding="utf-8"))
    return stamp


def _write(folder: Path, origin: Origin, stamp: LexicalStamp) -> None:
    written = {"files": stamp.files, **stamp.commit._asdict()}
    content = {"version": _VERSION, **asdict(origin), **written}
    temporary = _path(folder).with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(_path(folder))


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
