"""The file of an index: checked to the last byte, and mapped into memory if it is large.

FAISS opens a file with flipped bytes without an error, so a stamp at the end has a checksum
of itself and of everything before it. Stamp and index are one file, so that one rename
replaces both. FAISS's bytes come first, because it maps a file into memory only from its
beginning; then a search reads only the vectors that it needs. The file is a cache of the
store's vectors: a damaged one is refused with the command that rebuilds it.

    FAISS's own format                the codes of the vectors, by place
    the ids                           ascending, 8 bytes each, little-endian
    {"checksum": …, "count": …, …}    JSON, padded with spaces to 511 bytes, line feed
"""

import hashlib
import json
import os
import threading
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import faiss
import numpy as np

from embeddings.errors import IndexUnusable
from embeddings.index.flat import FlatVectors, IdArray
from embeddings.index.sieve import SievedVectors

REMEDY = "`wenju reindex` rebuilds it from the library's store"

_STAMP_BYTES = 512
_BLOCK = 1 << 20
_ID = np.dtype("<i8")
_FORMAT = "wenju-index-3"
# Writers of one process take turns at the temporary file.
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class IndexStamp:
    """The origin of an index file; saved with it and checked on loading.

    Attributes:
        fingerprint: of the model whose vectors it holds.
        dimension: of a vector.
        sequence: the store's sequence number that the index reflects.
        commit: the store's random name for that state; empty in files that older versions wrote.
    """

    fingerprint: str
    dimension: int
    sequence: int
    commit: str = ""


class StoredVectors(NamedTuple):
    """The vectors of an index file, and its stamp."""

    vectors: FlatVectors | SievedVectors
    stamp: IndexStamp


class _ParsedStamp(NamedTuple):
    """A stamp, and the number of ids in its file."""

    stamp: IndexStamp
    ids: int


def write(path: Path, vectors: FlatVectors | SievedVectors, stamp: IndexStamp) -> None:
    """Write an index and its stamp to ``path``, whole or not at all.

    A process that is killed leaves at most the temporary file, which the next writer
    overwrites. The caller excludes writers in other processes, by the lock of the library.

    Raises:
        OSError: the folder cannot be written; the file at ``path`` is unchanged.
    """
    temporary = path.with_name(path.name + ".tmp")
    with _writing:
        try:
            with temporary.open("w+b") as file:
                faiss.write_index(vectors.codes, faiss.PyCallbackIOWriter(file.write, _BLOCK))  # type: ignore[attr-defined]
                file.write(vectors.ids.astype(_ID).tobytes())
                file.write(_stamp(stamp, len(vectors.ids), _checksum_until(file, file.tell())))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def read(path: Path) -> StoredVectors:
    """Read the vectors at ``path`` and their stamp.

    Raises:
        IndexUnusable: it is missing, damaged, or no file of ours.
    """
    try:
        with path.open("rb") as file:
            end = max(0, os.fstat(file.fileno()).st_size - _STAMP_BYTES)
            file.seek(end)
            found = file.read(_STAMP_BYTES)
            stamp, count = _parsed(path, found)
            # Made again from the fields, the stamp must be the same: this checks its own
            # bytes and the index at once.
            if found != _stamp(stamp, count, _checksum_until(file, end)):
                raise IndexUnusable(f"{path} is damaged (its checksum is wrong): {REMEDY}")
            file.seek(end - _ID.itemsize * count)
            ids = np.frombuffer(file.read(_ID.itemsize * count), dtype=_ID).astype(np.int64)
            return StoredVectors(_vectors(ids, file), stamp)
    except FileNotFoundError as error:
        raise IndexUnusable(f"{path} is missing: {REMEDY}") from error
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"{path} cannot be read ({error}): {REMEDY}") from error


def _vectors(ids: IdArray, file: IO[bytes]) -> FlatVectors | SievedVectors:
    """Return the vectors of a checked file: many are mapped where the system can, few are read."""
    # By this name FAISS opens the file that was checked, even if its path has another now.
    name = f"/dev/fd/{file.fileno()}"
    if Path(name).exists():
        mapped = faiss.read_index(name, faiss.IO_FLAG_MMAP_IFC)
        if isinstance(mapped, faiss.IndexRefine):  # FAISS cannot add to what it maps
            return SievedVectors(ids, mapped)
    file.seek(0)
    codes = faiss.read_index(faiss.PyCallbackIOReader(file.read, _BLOCK))  # type: ignore[attr-defined]
    if isinstance(codes, faiss.IndexRefine):
        return SievedVectors(ids, codes)
    return FlatVectors(ids, codes)


def _checksum_until(file: IO[bytes], end: int) -> int:
    """Return the CRC-32 of a file's bytes up to ``end``; twice as fast as SHA-256."""
    file.seek(0)
    checksum = 0
    while (left := end - file.tell()) > 0 and (block := file.read(min(left, _BLOCK))):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _stamp(stamp: IndexStamp, count: int, checksum: int) -> bytes:
    """Return the bytes of a stamp, for an index of ``count`` ids whose bytes have a checksum."""
    fields: dict[str, Any] = {"format": _FORMAT, "count": count, **asdict(stamp)}
    if not stamp.commit:
        del fields["commit"]
    content = json.dumps(fields, sort_keys=True) + f"{checksum:08x}"
    fields["checksum"] = hashlib.sha256(content.encode()).hexdigest()
    return json.dumps(fields, sort_keys=True).encode().ljust(_STAMP_BYTES - 1) + b"\n"


def _parsed(path: Path, found: bytes) -> _ParsedStamp:
    try:
        fields = json.loads(found)
        if fields["format"] != _FORMAT:
            raise IndexUnusable(f"{path} is of another version of Wenju: {REMEDY}")
        stamp = IndexStamp(
            str(fields["fingerprint"]),
            int(fields["dimension"]),
            int(fields["sequence"]),
            str(fields.get("commit", "")),
        )
        return _ParsedStamp(stamp, int(fields["count"]))
    except (ValueError, LookupError, TypeError) as error:
        raise IndexUnusable(f"{path} is not an index file of ours, or damaged: {REMEDY}") from error
