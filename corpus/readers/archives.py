"""Open files that are ZIP archives inside, unless they would unpack to an excessive size."""

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.limits import Limits, raising

# Bytes. Below this size no ratio is suspicious, because an empty form compresses well.
_SMALL = 10_000_000
_MOST_FILES = 20_000
_CHUNK = 4096  # bytes, enough for the first elements of a file

# Errors of zipfile and its decompressors on a damaged archive.
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
    """Open an archive after checking the size that it would unpack to.

    Args:
        data: the bytes of the file.
        limits: bounds on the unpacked size (``expanded_bytes``, ``expansion``).
        kind: of the file, for the message.

    Raises:
        UnreadableFile: if it is not an archive, or an encrypted one.
        FileTooLarge: if it is a zip bomb, or just too large.
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
    if largest > limits.file_bytes:  # parsing takes many times as much memory
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
    """Refuse an archive whose XML declares a document type.

    With its entities a few bytes can expand to gigabytes, and no Office program writes one.
    Files that are not XML are skipped.

    Raises:
        UnreadableFile: if an entry declares one, or is damaged.
    """
    for entry in archive.infolist():
        try:
            with archive.open(entry) as file:
                if _has_document_type(file):
                    raise UnreadableFile.damaged(kind, f"{entry.filename!r} has a document type")
        except DAMAGE as error:
            raise UnreadableFile.damaged(kind, f"at {entry.filename!r}: {error}") from error


def _has_document_type(file: IO[bytes]) -> bool:
    """Return whether XML declares a document type before its first element."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    if hasattr(parser, "SetReparseDeferralEnabled"):  # else expat 2.6 reads on before it tells
        parser.SetReparseDeferralEnabled(False)
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    try:
        while not found and (chunk := file.read(_CHUNK)):
            parser.Parse(chunk)
        if not found:  # what it has put off may hold the document type
            parser.Parse(b"", True)
    except expat.ExpatError:
        pass  # not XML, but a picture for example
    return found[:1] == [True]


def read_entry(archive: zipfile.ZipFile, name: str, kind: str) -> bytes:
    """Return the bytes of one file in an archive.

    Raises:
        UnreadableFile: if it is missing or damaged.
    """
    try:
        return archive.read(name)
    except KeyError as error:
        raise UnreadableFile.damaged(kind, f"it holds no {name!r}") from error
    except DAMAGE as error:
        raise UnreadableFile.damaged(kind, f"at {name!r}: {error}") from error
