"""Archives of files (``.zip``, ``.tar``, ``.tgz``): each file in them is read as usual."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.limits import Limits, raising
from corpus.model import Extraction, Member
from corpus.readers.archives import open_archive, read_entry

_MOST_MEMBERS = 2_000
_UTF8_NAME = 0x800  # flag of an entry; other names are in the code page of an old machine
_OF_SYSTEM = ("__MACOSX", "Thumbs.db")


def read_zip(data: bytes, limits: Limits) -> Extraction:
    """Read a ZIP archive of files."""
    with open_archive(data, limits, "zip") as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check_number(len(entries))
        members = (
            Member(
                entry.filename if entry.flag_bits & _UTF8_NAME else _decoded(entry.filename),
                read_entry(archive, entry.filename, "zip"),
            )
            for entry in entries
            if _is_read(entry.filename)
        )
        return Extraction("", (), members=tuple(members))


def read_tar(data: bytes, limits: Limits) -> Extraction:
    """Read a tar archive of files, compressed or not."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            return Extraction("", (), members=tuple(_tar_members(archive, limits)))
    except (tarfile.TarError, OSError, EOFError, ValueError, LookupError) as error:
        raise UnreadableFile.damaged("tar", str(error)) from error


def _tar_members(archive: tarfile.TarFile, limits: Limits) -> Iterator[Member]:
    size = number = 0
    for entry in archive:
        if not entry.isfile() or not _is_read(entry.name):
            continue
        number += 1
        size += entry.size
        _check_number(number)
        if size > limits.expanded_bytes or entry.size > limits.file_bytes:
            raise FileTooLarge(
                f"the tar file would unpack to more than {limits.expanded_bytes:,} bytes; "
                f"split it, or {raising('expanded_bytes')}",
                "unpacks_too_large",
                size=size,
                limit=limits.expanded_bytes,
            )
        file = archive.extractfile(entry)
        if file is not None:
            yield Member(entry.name.removeprefix("./"), file.read())


def _check_number(members: int) -> None:
    if members > _MOST_MEMBERS:
        raise FileTooLarge(
            f"the archive holds more than {_MOST_MEMBERS:,} files; unpack it and index the folder",
            "too_many_members",
            limit=_MOST_MEMBERS,
        )


def _is_read(name: str) -> bool:
    """Return whether a file is neither hidden nor left by a system."""
    parts = PurePosixPath(name).parts
    return not any(part.startswith(".") or part in _OF_SYSTEM for part in parts if part != ".")


def _decoded(name: str) -> str:
    """Return a name that the library has decoded with the wrong code page."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
