"""The file of the vector index: begun with a model, loaded if it is usable, saved."""

import logging
from pathlib import Path
from typing import NamedTuple

from embeddings import IndexStamp, IndexUnusable, VectorIndex
from qa.storage.local.store import Store
from qa.storage.permissions import private_folder
from qa.storage.records import NO_COMMIT, Commit, Model

_log = logging.getLogger(__name__)

_NAME = "vectors.faiss"
# Saving writes the whole file, so a small addition to a large index waits: catching up from
# the store takes less time than writing.
_ALWAYS_SAVED_BELOW = 20_000  # vectors
_SAVED_AT_CHANGE = 0.05  # of all vectors


class LoadedVectors(NamedTuple):
    """A vector index, and the commit of the store that it reflects."""

    vectors: VectorIndex
    commit: Commit


class FileVersion(NamedTuple):
    """The identity of one writing of a file; each writing makes a new file."""

    inode: int
    modified_ns: int


def worth_saving(size: int, unsaved: int) -> bool:
    """Return whether an index of ``size`` vectors should be saved for so many additions."""
    return size < _ALWAYS_SAVED_BELOW or unsaved > _SAVED_AT_CHANGE * size


def begin_vectors(folder: Path, store: Store, model: Model) -> None:
    """Replace the file of another model by an empty one, to be caught up from the store.

    The caller holds the write lock. A file that is missing later was lost, which is logged.
    """
    save_vectors(VectorIndex(model.dimension), folder, store, model, NO_COMMIT)


def save_vectors(
    index: VectorIndex, folder: Path, store: Store, model: Model, commit: Commit
) -> None:
    """Write an index that reflects a commit of the store; the caller holds the lock."""
    private_folder(folder)
    stamp = IndexStamp(_fingerprint(store, model), model.dimension, *commit)
    index.save(folder / _NAME, stamp)


def delete_vectors(folder: Path) -> None:
    """Delete the file."""
    (folder / _NAME).unlink(missing_ok=True)


def load_vectors(folder: Path, store: Store, model: Model) -> LoadedVectors:
    """Return the index in a folder; an empty one if the file is not usable."""
    empty = LoadedVectors(VectorIndex(model.dimension), NO_COMMIT)
    path = folder / _NAME
    if not path.exists():
        if not store.is_empty():
            _log.warning("Rebuilding the vector index from the library: its file is missing.")
        return empty
    try:
        index, stamp = VectorIndex.load(path, _fingerprint(store, model), model.dimension)
    except IndexUnusable as error:
        _log.warning("Rebuilding the vector index from the library. %s", error)
        return empty
    commit = Commit(stamp.sequence, stamp.commit)
    if not store.has(commit):
        _log.warning(
            "Rebuilding the vector index: its file belongs to another state of the library."
        )
        return empty
    return LoadedVectors(index, commit)


def file_version(folder: Path) -> FileVersion | None:
    """Return the version of the file in a folder; None if there is no file."""
    try:
        status = (folder / _NAME).stat()
    except FileNotFoundError:
        return None
    return FileVersion(status.st_ino, status.st_mtime_ns)


def _fingerprint(store: Store, model: Model) -> str:
    """Return the fingerprint of model and library: another library's rows mean other passages."""
    return f"{model.fingerprint}@{store.identity()}"
