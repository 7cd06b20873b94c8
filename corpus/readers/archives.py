"""Files that are ZIP archives inside: opened only if what they hold is of a sane size."""

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.limits import Limits, raising

# Below this size no ratio is suspicious: an empty form compresses well.
_SMALL = 10_000_000
_MOST_FILES = 20_000
_CHUNK = 4096  # bytes; the first elements of a file stand in them

# What a damaged archive makes zipfile and its decompressors raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # an encrypted entry, and the base of NotImplementedError
    ValueError,
    LookupError,
)


def open_archive(data: bytes, limits: Limits, kind: str) -> zipfile.ZipFile:
    """Open an archive after checking what it would unpack to.

    Args:
        data: the bytes of the file.
        limits: bounds on the unpacked size (``expanded_bytes``, ``expansion``).
        kind: what the file should be, for the message.

    Raises:
        UnreadableFile: if it is no archive, or a locked one.
        FileTooLarge: if it is a zip bomb, or merely too large.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise UnreadableFile.damaged(kind, str(error)) from error
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_FILES or size > limits.expanded_bytes:
        raise FileTooLarge(
            f"the {kind} file would unpack to {size:,} bytes in {len(entries):,} files, "
            f"the limits are {limits.expanded_bytes:,} and {_MOST_FILES:,}; split it, or "
            f"{raising('expanded_bytes')}",
            "unpacks_too_large",
            size=size,
            limit=limits.expanded_bytes,
        )
    if size > _SMALL and size > limits.expansion * len(data):
        raise FileTooLarge(
            f"the {kind} file would unpack to {size // max(len(data), 1):,} times its size, "
            f"the limit is {limits.expansion}: it looks like a zip bomb; if it is none, "
            f"{raising('expansion')}",
            "zip_bomb",
        )
    largest = max((entry.file_size for entry in entries), default=0)
    if largest > limits.file_bytes:  # parsed, it takes many times as much memory
        raise FileTooLarge(
            f"the {kind} file holds one of {largest:,} bytes, "
            f"the limit is {limits.file_bytes:,}; split it, or {raising('file_bytes')}",
            "unpacks_too_large",
            size=largest,
            limit=limits.file_bytes,
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile.encrypted(kind)
    return archive


def refuse_document_types(archive: zipfile.ZipFile, kind: str) -> None:
    """Refuse an archive whose XML brings a document type: with entities a few bytes are gigabytes.

    No Office program writes one. What is no XML is passed over: nobody will read it as such.

    Raises:
        UnreadableFile: if it does, or is damaged.
    """
    for entry in archive.infolist():
        try:
            with archive.open(entry) as file:
                if _has_document_type(file):
                    raise UnreadableFile.damaged(kind, f"{entry.filename!r} has a document type")
        except DAMAGE as error:
            raise UnreadableFile.damaged(kind, f"at {entry.filename!r}: {error}") from error


def _has_document_type(file: IO[bytes]) -> bool:
    """Whether XML says what its entities are, before its first element."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    try:
        while not found and (chunk := file.read(_CHUNK)):
            parser.Parse(chunk)
    except expat.ExpatError:
        pass  # it may be a picture
    return found[:1] == [True]


def read_entry(archive: zipfile.ZipFile, name: str, kind: str) -> bytes:
    """The bytes of one file in an archive.

    Raises:
        UnreadableFile: if it is missing or damaged.
    """
    try:
        return archive.read(name)
    except KeyError as error:
        raise UnreadableFile.damaged(kind, f"it holds no {name!r}") from error
    except DAMAGE as error:
        raise UnreadableFile.damaged(kind, f"at {name!r}: {error}") from error
