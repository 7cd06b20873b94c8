"""The FAISS and tantivy indexes of a library, kept at the store's sequence number.

Both are caches. When they are opened they are checked; what is missing is caught up
from the store, what is damaged is rebuilt, and the log says so. Only the holder of the
write lock writes files.
"""

import logging
import threading
from contextlib import suppress
from pathlib import Path

from embeddings import EXACT_UP_TO, VectorIndex
from qa.errors import LibraryBusy, ModelMismatch
from qa.progress import Progress, counted, logged
from qa.storage.local.catalogue import Catalogue, vectors_since
from qa.storage.local.lexical_file import (
    LexicalStamp,
    forget,
    read_stamp,
    worth_rebuilding,
    write_stamp,
)
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.local.lock import WriteLock
from qa.storage.local.store import Store
from qa.storage.local.vector_file import load_vectors, save_vectors, worth_saving, written
from qa.storage.records import Model

_log = logging.getLogger(__name__)

INDEX_FOLDER = "indexes"  # within a library's folder


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
        self._added = self._removed = 0  # vectors, since their file was written
        self._written = written(folder)  # the file that the vectors are of
        self.vectors, self._sequence = load_vectors(folder, store, model)
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
        current = self._store.sequence() == self._sequence == self._stamp.sequence
        if current and not self._superseded():
            return
        with self._mutex:
            if self._superseded():
                self._take_over_vectors()
            self._refresh_vectors()
            self._refresh_lexical()

    def save(self) -> None:
        """Write the vector index, unless little was added beside its size.

        The write lock is held by the caller.
        """
        if self._writable and worth_saving(len(self.vectors), self._added):
            self._save_vectors()

    def erase(self) -> None:
        """See that the files hold nothing that was removed; the write lock is held.

        Of a large library, the lexical index keeps the words of removed passages until
        they are many, or until it is rebuilt: `wenju reindex`.
        """
        if self._writable and self._removed:
            self._save_vectors()
        if self._writable and worth_rebuilding(self._lexical_folder, len(self.lexical)):
            self.rebuild_lexical()

    def rebuild_lexical(self) -> None:
        """Make the lexical index anew, while the old one answers; the write lock is held."""
        with self._mutex, self._store.database.reading():
            sequence = self._store.sequence()
            self.lexical.rebuild(self._catalogue.added_since(0))
            self._stamp_lexical(LexicalStamp(sequence, self._stamp.files))

    def _save_vectors(self) -> None:
        if self._added or self._removed:
            with self._mutex:
                save_vectors(self.vectors, self._folder, self._store, self._model, self._sequence)
                self._written = written(self._folder)
                self._added = self._removed = 0

    def _save_if_free(self) -> None:
        """Write what was rebuilt or caught up, unless that is in anyone's way."""
        if self._writable:
            with suppress(LibraryBusy, OSError), self._lock.held(patience=0):
                self.save()  # or else the next writer does
                self.erase()

    # -- vectors --------------------------------------------------------------------

    def _superseded(self) -> bool:
        """Whether another process has put many vectors behind another sieve since.

        A question must find the same in every process, so all use the same one.
        """
        if len(self.vectors) <= EXACT_UP_TO:
            return False
        return written(self._folder) not in (None, self._written)

    def _take_over_vectors(self) -> None:
        self._written = written(self._folder)
        self.vectors, self._sequence = load_vectors(self._folder, self._store, self._model)
        self._added = self._removed = 0

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
            self._removed += self.vectors.remove(removed) if len(removed) else 0
            for rows, vectors in vectors_since(self._store.database, self._sequence):
                missing = self.vectors.lacks(rows)  # all, unless an earlier try was cut short
                self.vectors.add(rows[missing], vectors[missing])
                self._added += len(rows)
        self._sequence = sequence

    # -- lexical --------------------------------------------------------------------

    @property
    def _lexical_folder(self) -> Path:
        return self._folder / "lexical"

    def _load_lexical(self) -> tuple[LexicalIndex, LexicalStamp]:
        """The index and its stamp; an empty one at 0 if the files are of no use."""
        opened = self._open_lexical()
        if opened is not None:
            return opened
        if not self._writable:  # tantivy opens nothing that it may not write to
            if read_stamp(self._lexical_folder, self._identity) is None:
                self._tell_of_rebuilding()
            self._in_memory = True
            return _in_memory()
        with self._lock.held():  # a writer may have been between its commit and its stamp
            opened = self._open_lexical()
            if opened is not None:
                return opened
            self._tell_of_rebuilding()
            forget(self._lexical_folder)
            self._lexical_folder.mkdir(parents=True)
            index = LexicalIndex(self._lexical_folder)
            # Stamped at once: another process must not take it for damaged.
            stamp = write_stamp(self._lexical_folder, self._identity, 0, LexicalStamp(0, {}))
            return index, stamp

    def _tell_of_rebuilding(self) -> None:
        if not self._store.is_empty():
            reason = "damaged" if self._lexical_folder.exists() else "missing"
            _log.warning("Rebuilding the lexical index from the library: it is %s.", reason)

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
            self._stamp_lexical(self._stamp)

    def _stamp_lexical(self, stamp: LexicalStamp) -> None:
        self._stamp = write_stamp(self._lexical_folder, self._identity, stamp.sequence, stamp)

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
            added = logged(self._catalogue.added_since(self._stamp.sequence), _log)
            self.lexical.update(removed.tolist(), added)
        self._stamp = LexicalStamp(sequence, self._stamp.files)


def _in_memory() -> tuple[LexicalIndex, LexicalStamp]:
    """An empty lexical index that has no files."""
    return LexicalIndex(None), LexicalStamp(0, {})


def rebuild(store: Store, model: Model, progress: Progress) -> None:
    """Make the index files of a library's present state; the write lock is held.

    Args:
        store: of the library.
        model: the one in use.
        progress: told how far it is.
    """
    folder = store.database.path.parent / INDEX_FOLDER
    with store.database.reading():
        sequence, total = store.sequence(), store.passage_count()
        vectors = VectorIndex(model.dimension)
        for rows, found in vectors_since(store.database, 0):
            vectors.add(rows, found)
        save_vectors(vectors, folder, store, model, sequence)
        lexical = _lexical(folder / "lexical")
        passages = Catalogue(store.database).added_since(0)
        lexical.rebuild(counted(passages, total, "index", progress))
        write_stamp(folder / "lexical", store.identity(), sequence, LexicalStamp(sequence, {}))


def _lexical(folder: Path) -> LexicalIndex:
    """The index in a folder; an empty one if its files are damaged."""
    try:
        return LexicalIndex(folder)
    except ValueError:
        forget(folder)
        return LexicalIndex(folder)
