"""The index on disk: one file, checked to the last byte, of which many vectors stay there.

FAISS opens a file with flipped bytes without a word, so a stamp at the end carries a
checksum of itself and of everything before it. Stamp and index are one file, so that one
rename swaps both. FAISS's bytes come first, because it can map a file into memory only
from its beginning: then a search reads the vectors that it needs, and no more.
The file is a cache of the store's vectors: it is never worth more than the error that
says to rebuild it.

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
from typing import IO, Any

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
    """What an index file was built from; saved with it and checked on load.

    Attributes:
        fingerprint: of the model whose vectors it holds.
        dimension: of a vector.
        sequence: the store's sequence number that the index reflects.
    """

    fingerprint: str
    dimension: int
    sequence: int


def write(path: Path, vectors: FlatVectors | SievedVectors, stamp: IndexStamp) -> None:
    """Put an index and its stamp at ``path``, whole or not at all.

    A process that is killed leaves at most the temporary file, whose name is
    always the same: the next writer takes it over. Writers in other processes
    must be kept away by the caller, as a library's own lock does.

    Raises:
        OSError: the folder cannot be written; what was at ``path`` is still there.
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


def read(path: Path) -> tuple[FlatVectors | SievedVectors, IndexStamp]:
    """The vectors at ``path`` and their stamp.

    Raises:
        IndexUnusable: it is missing, damaged, or no file of ours.
    """
    try:
        with path.open("rb") as file:
            end = max(0, os.fstat(file.fileno()).st_size - _STAMP_BYTES)
            file.seek(end)
            found = file.read(_STAMP_BYTES)
            stamp, count = _parsed(path, found)
            # Written again from what was read, it must come out the same: so the
            # stamp's own bytes, its checksum and the index are vouched for at once.
            if found != _stamp(stamp, count, _checksum_until(file, end)):
                raise IndexUnusable(f"{path} is damaged (its checksum is wrong): {REMEDY}")
            file.seek(end - _ID.itemsize * count)
            ids = np.frombuffer(file.read(_ID.itemsize * count), dtype=_ID).astype(np.int64)
            return _vectors(ids, file), stamp
    except FileNotFoundError as error:
        raise IndexUnusable(f"{path} is missing: {REMEDY}") from error
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"{path} cannot be read ({error}): {REMEDY}") from error


def _vectors(ids: IdArray, file: IO[bytes]) -> FlatVectors | SievedVectors:
    """The vectors of a checked file: many stay in the file where the system can, few are read."""
    # By this name FAISS opens the very file that was checked, whatever its path is now.
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
    """CRC-32 of a file's bytes up to ``end``; against accidents, at twice SHA-256's speed."""
    file.seek(0)
    checksum = 0
    while (left := end - file.tell()) > 0 and (block := file.read(min(left, _BLOCK))):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _stamp(stamp: IndexStamp, count: int, checksum: int) -> bytes:
    """The stamp's bytes, for an index of so many ids whose bytes have a checksum."""
    fields: dict[str, Any] = {"format": _FORMAT, "count": count, **asdict(stamp)}
    content = json.dumps(fields, sort_keys=True) + f"{checksum:08x}"
    fields["checksum"] = hashlib.sha256(content.encode()).hexdigest()
    return json.dumps(fields, sort_keys=True).encode().ljust(_STAMP_BYTES - 1) + b"\n"


def _parsed(path: Path, found: bytes) -> tuple[IndexStamp, int]:
    try:
        fields = json.loads(found)
        if fields["format"] != _FORMAT:
            raise IndexUnusable(f"{path} is of another version of Wenju: {REMEDY}")
        stamp = IndexStamp(
            str(fields["fingerprint"]), int(fields["dimension"]), int(fields["sequence"])
        )
        return stamp, int(fields["count"])
    except (ValueError, LookupError, TypeError) as error:
        raise IndexUnusable(f"{path} is not an index file of ours, or damaged: {REMEDY}") from error
