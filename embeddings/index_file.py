"""The index on disk: one file, a stamp in front, checked to the last byte.

FAISS opens a file with flipped bytes without a word, so the stamp carries a
checksum of itself and of everything behind it. Stamp and index are one file, so
that one rename swaps both. The file is a cache of the store's vectors: it is
never worth more than the error that says to rebuild it.

    {"checksum": …, "count": …, …}   JSON, padded with spaces to 511 bytes, line feed
    the ids                           ascending, 8 bytes each, little-endian
    FAISS's own format                the codes of their vectors, in that order
"""

import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import faiss
import numpy as np

from embeddings.errors import IndexUnusable
from embeddings.flat import FlatVectors

REMEDY = "`wenju reindex` rebuilds it from the library's store"

_STAMP_BYTES = 512
_BLOCK = 1 << 20
_ID = np.dtype("<i8")
_FORMAT = "wenju-index-2"
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


def write(path: Path, index: FlatVectors, stamp: IndexStamp) -> None:
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
                file.write(bytes(_STAMP_BYTES))
                file.write(index.ids.astype(_ID).tobytes())
                faiss.write_index(index.codes, faiss.PyCallbackIOWriter(file.write, _BLOCK))  # type: ignore[attr-defined]
                header = _header(stamp, len(index), _hash_of_rest(file))
                file.seek(0)
                file.write(header)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def read(path: Path) -> tuple[FlatVectors, IndexStamp]:
    """The index at ``path`` and its stamp.

    Raises:
        IndexUnusable: it is missing, damaged, or no file of ours.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_STAMP_BYTES)
            stamp, count = _parsed(path, header)
            # Written again from what was read, it must come out the same: so the
            # stamp's own bytes, its checksum and the index are vouched for at once.
            if header != _header(stamp, count, _hash_of_rest(file)):
                raise IndexUnusable(f"{path} is damaged (its checksum is wrong): {REMEDY}")
            file.seek(_STAMP_BYTES)
            ids = np.frombuffer(file.read(_ID.itemsize * count), dtype=_ID).astype(np.int64)
            codes = faiss.read_index(faiss.PyCallbackIOReader(file.read, _BLOCK))  # type: ignore[attr-defined]
    except FileNotFoundError as error:
        raise IndexUnusable(f"{path} is missing: {REMEDY}") from error
    except (OSError, RuntimeError) as error:
        raise IndexUnusable(f"{path} cannot be read ({error}): {REMEDY}") from error
    return FlatVectors(ids, codes), stamp


def _hash_of_rest(file: IO[bytes]) -> str:
    """SHA-256 of everything behind the stamp."""
    file.seek(_STAMP_BYTES)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _header(stamp: IndexStamp, count: int, hash_of_rest: str) -> bytes:
    fields: dict[str, Any] = {"format": _FORMAT, "count": count, **asdict(stamp)}
    content = json.dumps(fields, sort_keys=True) + hash_of_rest
    fields["checksum"] = hashlib.sha256(content.encode()).hexdigest()
    return json.dumps(fields, sort_keys=True).encode().ljust(_STAMP_BYTES - 1) + b"\n"


def _parsed(path: Path, header: bytes) -> tuple[IndexStamp, int]:
    try:
        fields = json.loads(header)
        stamp = IndexStamp(
            str(fields["fingerprint"]), int(fields["dimension"]), int(fields["sequence"])
        )
        return stamp, int(fields["count"])
    except (ValueError, LookupError, TypeError) as error:
        raise IndexUnusable(f"{path} is not an index file of ours, or damaged: {REMEDY}") from error
