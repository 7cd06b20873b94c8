"""The FAISS and tantivy indexes of a library, kept at the store's latest commit.

All are caches. They are checked when they are opened; what is missing is caught up from
the store, and what is damaged is rebuilt, with a line in the log. Only the holder of the
write lock writes files. Where files cannot be written (a full disk, a folder that may only be
read, a file system without locks), the indexes are kept in memory.
"""

import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from embeddings import VectorIndex
from qa.errors import LibraryBusy, WenjuError
from qa.progress import Progress, counted, logged
from qa.storage.local import lexical_file
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.lexical_file import LexicalStamp, Origin, read_stamp, write_stamp
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.local.lock import CannotLock, WriteLock
from qa.storage.local.store import Store
from qa.storage.local.vector_file import (
    FollowingVectors,
    begin_vectors,
    kinds_of,
    rebuild_vectors,
)
from qa.storage.permissions import private_folder
from qa.storage.records import NO_COMMIT, Model

_log = logging.getLogger(__name__)

INDEX_FOLDER = "indexes"  # within a library's folder
_LEXICAL = "lexical"  # within that


class _Lexical(NamedTuple):
    """A lexical index and the stamp of its files."""

    lexical: LexicalIndex
    stamp: LexicalStamp


class Indexes:
    """All indexes at one commit. Threads may share them.

    Args:
        store: the truth.
        catalogue: reads of the truth.
        lock: the library's write lock.
        model: the model whose vectors the store contains.
        writable: whether this process may ever write files.
    """

    def __init__(
        self, store: Store, catalogue: Catalogue, lock: WriteLock, model: Model, *, writable: bool
    ) -> None:
        self._folder = index_folder(store)
        self._store = store
        self._catalogue = catalogue
        self._lock = lock
        self._writable = writable
        self._mutex = threading.RLock()
        self._origin = origin_of(store, model)
        self._in_memory = False  # the lexical index, where its files must not be written
        self.model = model
        self._followed = [
            FollowingVectors(kind, self._folder, store, catalogue, model)
            for kind in kinds_of(model)
        ]
        self.lexical, self._stamp = self._load_lexical()
        self.refresh()
        self._save_if_free()

    @property
    def vectors(self) -> VectorIndex:
        """The static vectors."""
        return self._followed[0].vectors

    @property
    def contextual(self) -> VectorIndex | None:
        """The contextual vectors; None where the model has none."""
        return self._followed[1].vectors if self.model.contextual else None

    # -- all --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring all indexes to the store's latest commit.

        Raises:
            ModelMismatch: the library was re-indexed with another model meanwhile.
        """
        head = self._store.head()
        commits = [self._stamp.commit, *(each.commit for each in self._followed)]
        superseded = any(each.is_superseded() for each in self._followed)
        if all(commit == head for commit in commits) and not superseded:
            return
        with self._mutex:
            for each in self._followed:
                each.refresh()
            self._refresh_lexical()

    def save(self) -> None:
        """Write the vectors, unless few were added in proportion to their number.

        The caller holds the write lock. On a full disk the files stay behind.
        """
        if self._writable:
            with self._mutex:
                for each in self._followed:
                    each.save()

    def erase(self) -> None:
        """Remove from the files whatever was removed; the caller holds the write lock.

        A large lexical index keeps the words of removed passages until there are many of
        them, or until it is rebuilt: `wenju reindex`. A file that cannot be written anew is
        deleted.
        """
        if not self._writable:
            return
        with self._mutex:
            for each in self._followed:
                each.erase()
        if lexical_file.worth_rebuilding(self._lexical_folder, len(self.lexical)):
            try:
                self._rebuild_lexical()
            except (OSError, ValueError):
                self._move_lexical_to_memory()

    def delete_files(self) -> None:
        """Delete the files, to make room on a full disk; the caller holds the write lock.

        The indexes go on in memory.
        """
        with self._mutex:
            for each in self._followed:
                each.delete_file()
            self._move_lexical_to_memory()

    def close(self) -> None:
        """Let go of the files: what maps them into memory goes with the last search."""
        with self._mutex:
            for each in self._followed:
                each.close()
            self.lexical = LexicalIndex(None)

    def _save_if_free(self) -> None:
        """Write what was rebuilt or caught up, unless another writer is at work."""
        if self._writable:
            with suppress(WenjuError, OSError), self._lock.held(patience=0):
                lexical_file.clean(self._lexical_folder)
                self.save()  # otherwise the next writer does
                self.erase()

    # -- lexical ----------------------------------------------------------------------

    @property
    def _lexical_folder(self) -> Path:
        return self._folder / _LEXICAL

    def _load_lexical(self) -> _Lexical:
        """Return the index and its stamp; an empty one if the files are not usable."""
        opened = self._open_lexical()
        if opened is not None:
            return opened
        if self._writable:
            with suppress(OSError, ValueError, CannotLock), self._lock.held():
                return self._begin_lexical()
        # tantivy opens nothing that it may not write to
        elif read_stamp(self._lexical_folder, self._origin) is None:
            self._log_rebuilding()
        self._in_memory = True
        return _lexical_in_memory()

    def _begin_lexical(self) -> _Lexical:
        """Return the index in new files; the caller holds the write lock."""
        opened = self._open_lexical()  # a writer may have been between its commit and its stamp
        if opened is not None:
            return opened
        self._log_rebuilding()
        lexical_file.delete(self._lexical_folder)
        private_folder(self._folder)
        private_folder(self._lexical_folder)
        index = LexicalIndex(self._lexical_folder)
        # Stamped at once: another process must not consider it damaged.
        nothing = LexicalStamp(NO_COMMIT, {})
        return _Lexical(index, write_stamp(self._lexical_folder, self._origin, NO_COMMIT, nothing))

    def _log_rebuilding(self) -> None:
        if self._store.is_empty():
            return
        reason = "damaged" if self._lexical_folder.exists() else "missing"
        _log.warning("Rebuilding the lexical index from the library: it is %s.", reason)

    def _open_lexical(self) -> _Lexical | None:
        stamp = read_stamp(self._lexical_folder, self._origin)
        if stamp is None or not self._store.has(stamp.commit):
            return None
        try:
            return _Lexical(LexicalIndex(self._lexical_folder), stamp)
        except (ValueError, OSError):
            return None

    def _refresh_lexical(self) -> None:
        if self._pass_by_unchanged_words():
            return
        if not self._writable or self._in_memory:
            self._refresh_lexical_in_memory()
            return
        try:
            with self._lock.held(patience=0):
                try:
                    self._write_lexical()
                except (ValueError, OSError):  # damaged or deleted while it was open
                    self.lexical, self._stamp = self._load_lexical()
                    self._write_lexical()
        except LibraryBusy:  # the other writer will bring the files up to date itself
            with suppress(ValueError):
                self._reload_lexical()
        except (CannotLock, ValueError, OSError):
            self._refresh_lexical_in_memory()

    def _pass_by_unchanged_words(self) -> bool:
        """Move to the latest commit if no passage came or went until then, and return whether so.

        Contextual vectors come in many commits, which concern no word.
        """
        with self._store.database.reading():
            commit = self._stamp.commit
            if not self._store.has(commit) or self._catalogue.has_changed_since(commit.sequence):
                return False
            self._stamp = LexicalStamp(self._store.head(), self._stamp.files)
            return True

    def _refresh_lexical_in_memory(self) -> None:
        """Follow the library without writing: by its writers' files, or else in memory."""
        if not self._in_memory:
            with suppress(ValueError, OSError):
                self._reload_lexical()
            if self._stamp.commit == self._store.head():
                return
            self.lexical, self._stamp = _lexical_in_memory()
            self._in_memory = True
        self._update_lexical()

    def _write_lexical(self) -> None:
        """Bring the files up to date; the caller holds the write lock."""
        self._reload_lexical()
        if self._stamp.commit != self._store.head():
            self._update_lexical()
            if not self._in_memory:
                self._stamp_lexical(self._stamp)

    def _move_lexical_to_memory(self) -> None:
        """Delete the files of the lexical index, and make it anew in memory."""
        with suppress(OSError):
            lexical_file.delete(self._lexical_folder)
        self.lexical, self._stamp = _lexical_in_memory()
        self._in_memory = True
        self._update_lexical()

    def _rebuild_lexical(self) -> None:
        """Make the lexical index anew, while the old one answers."""
        with self._mutex, self._store.database.reading():
            head = self._store.head()
            self.lexical.rebuild(self._catalogue.added_since(0))
            self._stamp_lexical(LexicalStamp(head, self._stamp.files))

    def _stamp_lexical(self, stamp: LexicalStamp) -> None:
        self._stamp = write_stamp(self._lexical_folder, self._origin, stamp.commit, stamp)

    def _reload_lexical(self) -> None:
        """Take up what other processes have committed."""
        if self._in_memory:
            return
        stamp = read_stamp(self._lexical_folder, self._origin, check_files=False)
        if stamp is not None and stamp.commit.sequence > self._stamp.commit.sequence:
            self._stamp = stamp
        self.lexical.reload()

    def _update_lexical(self) -> None:
        with self._store.database.reading():
            head = self._store.head()
            if not self._store.has(self._stamp.commit):  # the file was replaced by a copy of it
                self.lexical.rebuild(self._catalogue.added_since(0))
                self._stamp = LexicalStamp(head, self._stamp.files)
                return
            since = self._stamp.commit.sequence
            removed = self._catalogue.removed_since(since)
            added = logged(self._catalogue.added_since(since), _log)
            self.lexical.update(removed.tolist(), added)
        self._stamp = LexicalStamp(head, self._stamp.files)


def index_folder(store: Store) -> Path:
    """Return the folder of a library's index files."""
    return store.database.path.parent / INDEX_FOLDER


def origin_of(store: Store, model: Model) -> Origin:
    """Return what the index files of a library are made from."""
    return Origin(store.identity(), model.fingerprint)


def begin(store: Store, model: Model) -> None:
    """Prepare the index files for another model; the caller holds the write lock.

    The vectors are caught up from the store. The words do not depend on the model, so the
    lexical index stays as it is.
    """
    begin_vectors(index_folder(store), store, model)
    before = store.model()
    if before is not None:
        folder = index_folder(store) / _LEXICAL
        lexical_file.change_model(folder, origin_of(store, before), origin_of(store, model))


def rebuild(store: Store, model: Model, progress: Progress) -> None:
    """Make the index files of a library's present state; the caller holds the write lock.

    Args:
        store: of the library.
        model: the one in use.
        progress: reports how far it is.
    """
    folder = index_folder(store)
    with store.database.reading():
        head, total = store.head(), store.passage_count()
        rebuild_vectors(folder, store, model, head)
        lexical = _opened_or_new(folder / _LEXICAL)
        passages = Catalogue(store.database).added_since(0)
        lexical.rebuild(counted(passages, total, "index", progress))
        write_stamp(folder / _LEXICAL, origin_of(store, model), head, LexicalStamp(NO_COMMIT, {}))


def _lexical_in_memory() -> _Lexical:
    return _Lexical(LexicalIndex(None), LexicalStamp(NO_COMMIT, {}))


def _opened_or_new(folder: Path) -> LexicalIndex:
    """Return the index in a folder; an empty one if its files are damaged."""
    try:
        return LexicalIndex(folder)
    except ValueError:
        lexical_file.delete(folder)
        return LexicalIndex(folder)
