"""The FAISS and tantivy indexes of a library, kept at the store's sequence number.

Both are caches. When they are opened they are checked; what is missing is caught up
from the store, what is damaged is rebuilt, and the log says so. Only the holder of the
write lock writes files.
"""

import logging
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np

from embeddings import IndexStamp, IndexUnusable, VectorIndex
from qa.catalogue import Catalogue
from qa.errors import LibraryBusy, ModelMismatch
from qa.lexical import LexicalIndex
from qa.lexical_file import LexicalStamp, forget, read_stamp, write_stamp
from qa.lock import WriteLock
from qa.records import Model
from qa.store import Store

_log = logging.getLogger(__name__)

# Saving rewrites the whole file, so a small change to a large index waits: what the file
# lacks is caught up from the store in less time than the writing takes.
_SAVE_ALWAYS_BELOW = 20_000  # vectors
_SAVE_AT_CHANGE = 0.05  # of all vectors


INDEX_FOLDER = "indexes"  # within a library's folder
_VECTOR_FILE = "vectors.faiss"


def forget_vectors(library: Path) -> None:
    """Delete the vectors of a model that is no longer in use; the write lock is held."""
    (library / INDEX_FOLDER / _VECTOR_FILE).unlink(missing_ok=True)


class Indexes:
    """Both indexes at one sequence number. Threads may share them.

    Args:
        folder: where their files lie; made if need be.
        store: the truth.
        catalogue: reads of the truth.
        lock: the library's write lock.
        model: the model whose vectors the store holds.
        writable: whether this process may ever write files.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        catalogue: Catalogue,
        lock: WriteLock,
        model: Model,
        *,
        writable: bool,
    ) -> None:
        self._folder = folder
        self._store = store
        self._catalogue = catalogue
        self._lock = lock
        self._model = model
        self._writable = writable
        self._mutex = threading.RLock()
        self._identity = store.identity()
        if writable:
            folder.mkdir(exist_ok=True)
        self._in_memory = False  # the lexical index, where its files must not be written
        self._unsaved = 0  # vectors added or removed since the file was written
        self.vectors, self._sequence = self._load_vectors()
        self.lexical, self._stamp = self._load_lexical()
        self.refresh()
        self._save_if_free()

    @property
    def model(self) -> Model:
        """The model whose vectors these are."""
        return self._model

    def refresh(self) -> None:
        """Bring both indexes to the store's present sequence number.

        Raises:
            ModelMismatch: the library was re-indexed with another model meanwhile.
        """
        if self._store.sequence() == self._sequence == self._stamp.sequence:
            return
        with self._mutex:
            self._refresh_vectors()
            self._refresh_lexical()

    def save(self) -> None:
        """Write the vector index, unless the change is small beside its size.

        The write lock is held by the caller.
        """
        size = len(self.vectors)
        worthwhile = size < _SAVE_ALWAYS_BELOW or self._unsaved > _SAVE_AT_CHANGE * size
        if self._writable and self._unsaved and worthwhile:
            with self._mutex:
                stamp = IndexStamp(self._fingerprint, self._model.dimension, self._sequence)
                self._folder.mkdir(exist_ok=True)
                self.vectors.save(self._vector_file, stamp)
                self._unsaved = 0

    def _save_if_free(self) -> None:
        """Write a vector index that was rebuilt or caught up, unless that is in anyone's way."""
        if not (self._writable and self._unsaved):
            return
        with suppress(LibraryBusy, OSError), self._lock.held(patience=0):
            self.save()  # or else the next writer does

    # -- vectors --------------------------------------------------------------------

    @property
    def _vector_file(self) -> Path:
        return self._folder / _VECTOR_FILE

    @property
    def _fingerprint(self) -> str:
        """Of the model, and of the library: another library's rows are other passages."""
        return f"{self._model.fingerprint}@{self._identity}"

    def _load_vectors(self) -> tuple[VectorIndex, int]:
        """The index and its sequence number; an empty one at 0 if the file is of no use."""
        empty = VectorIndex(self._model.dimension), 0
        if not self._vector_file.exists():
            return empty
        try:
            index, stamp = VectorIndex.load(
                self._vector_file, self._fingerprint, self._model.dimension
            )
        except IndexUnusable as error:
            _log.warning("Rebuilding the vector index from the library. %s", error)
            return empty
        if stamp.sequence > self._store.sequence():
            _log.warning(
                "Rebuilding the vector index: its file belongs to a later state of the library."
            )
            return empty
        return index, stamp.sequence

    def _refresh_vectors(self) -> None:
        with self._store.database.reading():
            sequence = self._store.sequence()
            if sequence == self._sequence:
                return
            model = self._store.model()
            if model is None or model.fingerprint != self._model.fingerprint:
                raise ModelMismatch(
                    f"The library was re-indexed with another model while it was open with "
                    f"{self._model.name!r}. Open it anew."
                )
            removed = self._catalogue.removed_since(self._sequence)
            added = list(self._catalogue.added_since(self._sequence))
        removed_count = self.vectors.remove(removed) if len(removed) else 0
        if added:
            ids = np.array([passage.row for passage in added], dtype=np.int64)
            self.vectors.add(ids, np.stack([passage.vector for passage in added]))
        self._sequence = sequence
        self._unsaved += removed_count + len(added)

    # -- lexical --------------------------------------------------------------------

    @property
    def _lexical_folder(self) -> Path:
        return self._folder / "lexical"

    def _load_lexical(self) -> tuple[LexicalIndex, LexicalStamp]:
        """The index and its stamp; an empty one at 0 if the files are of no use."""
        opened = self._open_lexical()
        if opened is not None:
            return opened
        if not self._writable:
            self._in_memory = True
            return _in_memory()
        with self._lock.held():  # a writer may have been between its commit and its stamp
            opened = self._open_lexical()
            if opened is not None:
                return opened
            if self._lexical_folder.exists():
                _log.warning("Rebuilding the lexical index from the library: it is damaged.")
            forget(self._lexical_folder)
            self._lexical_folder.mkdir(parents=True)
            index = LexicalIndex(self._lexical_folder)
            # Stamped at once: another process must not take it for damaged.
            stamp = write_stamp(self._lexical_folder, self._identity, 0, LexicalStamp(0, {}))
            return index, stamp

    def _open_lexical(self) -> tuple[LexicalIndex, LexicalStamp] | None:
        stamp = read_stamp(self._lexical_folder, self._identity)
        if stamp is None or stamp.sequence > self._store.sequence():
            return None
        try:
            return LexicalIndex(self._lexical_folder), stamp
        except ValueError:
            return None

    def _refresh_lexical(self) -> None:
        if not self._writable:
            self._refresh_lexical_in_memory()
            return
        try:
            with self._lock.held(patience=0):
                try:
                    self._write_lexical()
                except (ValueError, OSError):  # damaged or deleted while they were open
                    self.lexical, self._stamp = self._load_lexical()
                    self._write_lexical()
        except LibraryBusy:  # the other writer will bring the files up to date itself
            with suppress(ValueError):
                self._take_over_lexical()

    def _refresh_lexical_in_memory(self) -> None:
        """Follow the library without writing: by what its writers stamp, or else in memory."""
        if not self._in_memory:
            with suppress(ValueError):
                self._take_over_lexical()
            if self._stamp.sequence == self._store.sequence():
                return
            self.lexical, self._stamp, self._in_memory = *_in_memory(), True
        self._update_lexical()

    def _write_lexical(self) -> None:
        """Bring the files up to date; the write lock is held."""
        self._take_over_lexical()
        if self._stamp.sequence != self._store.sequence():
            self._update_lexical()
            self._stamp = write_stamp(
                self._lexical_folder, self._identity, self._stamp.sequence, self._stamp
            )

    def _take_over_lexical(self) -> None:
        """See what other processes have committed."""
        stamp = read_stamp(self._lexical_folder, self._identity, check_files=False)
        if stamp is not None and stamp.sequence > self._stamp.sequence:
            self._stamp = stamp
        self.lexical.reload()

    def _update_lexical(self) -> None:
        with self._store.database.reading():
            sequence = self._store.sequence()
            removed = self._catalogue.removed_since(self._stamp.sequence)
            added = self._catalogue.added_since(self._stamp.sequence)
            self.lexical.update(removed.tolist(), added)
        self._stamp = LexicalStamp(sequence, self._stamp.files)


def _in_memory() -> tuple[LexicalIndex, LexicalStamp]:
    """An empty lexical index that has no files."""
    return LexicalIndex(None), LexicalStamp(0, {})
