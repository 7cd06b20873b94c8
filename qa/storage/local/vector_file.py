"""The file of the vector index: begun with a model, taken up if it is of use, saved."""

import logging
from pathlib import Path

from embeddings import IndexStamp, IndexUnusable, VectorIndex
from qa.storage.local.store import Store
from qa.storage.records import Model

_log = logging.getLogger(__name__)

_NAME = "vectors.faiss"
# Saving rewrites the whole file, so a small addition to a large index waits: what the file
# lacks is caught up from the store in less time than the writing takes.
_SAVE_ALWAYS_BELOW = 20_000  # vectors
_SAVE_AT_CHANGE = 0.05  # of all vectors


def worth_saving(size: int, unsaved: int) -> bool:
    """Whether so many additions to an index of some size are worth writing it anew."""
    return size < _SAVE_ALWAYS_BELOW or unsaved > _SAVE_AT_CHANGE * size


def begin_vectors(folder: Path, store: Store, model: Model) -> None:
    """Put an empty index in the place of another model's, to be caught up from the store.

    The write lock is held. A file that is missing later was lost, and is told of.
    """
    save_vectors(VectorIndex(model.dimension), folder, store, model, 0)


def save_vectors(
    index: VectorIndex, folder: Path, store: Store, model: Model, sequence: int
) -> None:
    """Write an index that reflects the store's sequence number; the write lock is held."""
    folder.mkdir(exist_ok=True)
    index.save(folder / _NAME, IndexStamp(_fingerprint(store, model), model.dimension, sequence))


def load_vectors(folder: Path, store: Store, model: Model) -> tuple[VectorIndex, int]:
    """The index and its sequence number; an empty one at 0 if the file is of no use."""
    empty = VectorIndex(model.dimension), 0
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
    if stamp.sequence > store.sequence():
        _log.warning(
            "Rebuilding the vector index: its file belongs to a later state of the library."
        )
        return empty
    return index, stamp.sequence


def written(folder: Path) -> tuple[int, int] | None:
    """What tells one writing of the file from the next; None if there is no file."""
    try:
        status = (folder / _NAME).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _fingerprint(store: Store, model: Model) -> str:
    """Of the model, and of the library: another library's rows are other passages."""
    return f"{model.fingerprint}@{store.identity()}"
