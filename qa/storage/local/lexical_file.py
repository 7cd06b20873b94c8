"""Whether a lexical index on disk is the one that was written, and how far it is.

tantivy keeps its files consistent through a crash but does not notice a flipped
byte, so a stamp beside the folder holds a checksum of each file. Segment files never
change once written; only new ones are read again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_VERSION = 1
# A second's work. Of a larger index, the words of what was removed wait until they are many.
_REBUILD_ALWAYS_BELOW = 20_000  # passages
_REBUILD_AT = 0.05  # of all passages


@dataclass(frozen=True, slots=True)
class LexicalStamp:
    """What the files of a lexical index were when it was last written.

    Attributes:
        sequence: the store's sequence number that it reflects.
        files: checksum of each file, by name.
    """

    sequence: int
    files: Mapping[str, str]


def read_stamp(folder: Path, library: str, *, check_files: bool = True) -> LexicalStamp | None:
    """The stamp of an index; None if there is none, or the files are not as it says.

    Args:
        folder: of the index.
        library: the identity of the library that it must belong to.
        check_files: compare the files' checksums.
    """
    try:
        stamp = json.loads(_path(folder).read_text(encoding="utf-8"))
        if (stamp["version"], stamp["library"]) != (_VERSION, library):
            return None
        files = {str(name): str(checksum) for name, checksum in stamp["files"].items()}
        sequence = int(stamp["sequence"])
        if check_files and any(_checksum(folder / name) != files[name] for name in files):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return LexicalStamp(sequence, files)


def write_stamp(folder: Path, library: str, sequence: int, known: LexicalStamp) -> LexicalStamp:
    """Stamp the files as they are; checksums of segments that ``known`` has are kept."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".lock":
            continue
        fixed = path.suffix != ".json"  # meta.json and .managed.json change, segments do not
        files[path.name] = known.files.get(path.name, "") if fixed else ""
        files[path.name] = files[path.name] or _checksum(path)
    stamp = LexicalStamp(sequence, files)
    content = json.dumps(
        {"version": _VERSION, "library": library, "sequence": sequence, "files": files}
    )
    temporary = _path(folder).with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(_path(folder))
    return stamp


def forget(folder: Path) -> None:
    """Delete an index: its stamp first, which must never vouch for files made later."""
    _path(folder).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def worth_rebuilding(folder: Path, size: int) -> bool:
    """Whether an index keeps so many passages that were removed that it should be made anew.

    tantivy only marks a passage as removed; its words stay in the file of its segment.

    Args:
        folder: of the index.
        size: passages in it.
    """
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        left = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    except (OSError, ValueError, LookupError, TypeError):  # in memory, or damaged
        return False
    return left > 0 and (size < _REBUILD_ALWAYS_BELOW or left > _REBUILD_AT * size)


def _path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
