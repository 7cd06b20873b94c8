"""What a library runs on: its store, its indexes, its models, kept in step.

This is the local backend; :class:`qa.library.Library` is the door to it.
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from embeddings.index import IdArray
from qa.catalogue import Catalogue
from qa.errors import ModelMismatch
from qa.indexes import INDEX_FOLDER, Indexes
from qa.indexing import Indexer, Item, Tally, files_of, gone, upload
from qa.lock import WriteLock
from qa.models import Models, load_models
from qa.progress import Progress, silent
from qa.results import DocumentSummary, IndexReport, VerifyReport
from qa.search import Candidates, Legs, Ranking, Searcher
from qa.store import FILE_NAME, Store
from qa.verification import verify

_ATTEMPTS = 3  # at a search that a change of model overtakes


class Engine:
    """One library's parts. Threads may share it.

    Args:
        path: the library's folder; it exists.
        models: those asked for; None for the library's own.

    Raises:
        ModelMismatch: the library was indexed with other models.
        EmbeddingError: a model cannot be had.
    """

    def __init__(self, path: Path, models: Models | None) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._writable = _may_write(path)
        self.store = Store(path, writable=self._writable)
        self.catalogue = Catalogue(self.store.database)
        self.lock = WriteLock(path)
        try:
            self._attach(models)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()

    def search(
        self, query: str, documents: Sequence[str] | None, legs: Legs, depth: int
    ) -> Candidates:
        """Search the library's present state; see :meth:`qa.search.Searcher.search`."""
        for _ in range(_ATTEMPTS - 1):
            self._refresh()
            with suppress(ModelMismatch):  # re-indexed between the two lines
                return self._searcher.search(query, self.rows_of(documents), legs, depth)
        self._refresh()
        return self._searcher.search(query, self.rows_of(documents), legs, depth)

    @property
    def indexer(self) -> Indexer:
        """Puts documents in, and brings the indexes up to date after each batch."""
        self._refresh()
        return Indexer(self.store, self.catalogue, self.lock, self.models, self._committed)

    def change(self, change: Callable[[], None]) -> None:
        """Make one change to the store, and bring the indexes up to date."""
        self._refresh()
        with self.lock.held():
            change()
            self._committed()

    def add(self, paths: Sequence[str | Path], *, prune: bool, progress: Progress) -> IndexReport:
        """Add files and folders; see :meth:`qa.library.Library.add`."""
        tally = Tally()
        items = files_of(paths, tally)
        self.indexer.add(items, tally, progress)
        if prune:
            self._prune(items, tally)
        return tally.report()

    def add_bytes(self, name: str, data: bytes) -> IndexReport:
        """Add one document under a name; see :meth:`qa.library.Library.add_bytes`."""
        tally = Tally()
        self.indexer.add([upload(name, data)], tally, silent)
        return tally.report()

    def _prune(self, items: Sequence[Item], tally: Tally) -> None:
        """Remove the sources that no item stands for, and tally them."""
        if sources := gone(self.catalogue.sources(), items, tally):
            self.change(lambda: self.store.remove_sources(sources))
            tally.removed.extend(sources)

    def remove(self, key: str) -> DocumentSummary:
        """Remove the document that goes by a key, and say what it was."""
        document_id = self.catalogue.resolve(key)
        summary = self.catalogue.document(document_id).summary
        self.change(lambda: self.store.remove_document(document_id))
        return summary

    def rows_of(self, documents: Sequence[str] | None) -> IdArray | None:
        """The rows to search among; None for all.

        Raises:
            NoSuchDocument: one of the ids, id prefixes or sources is not there.
        """
        if documents is None:
            return None
        return self.catalogue.rows_of([self.catalogue.resolve(key) for key in documents])

    def verify(self, progress: Progress) -> VerifyReport:
        """Hold everything against everything else, while nobody writes."""
        self._refresh()
        with self.lock.held() if self._writable else nullcontext():
            self._indexes.refresh()
            return verify(self.store, self.catalogue, self._indexes, progress)

    def _refresh(self) -> None:
        """Take up what other processes have changed, be it the model."""
        try:
            self._indexes.refresh()
        except ModelMismatch:  # another process re-indexed the library, which is no fault
            with self._mutex:
                if self._indexes.model != self.store.model():
                    self._attach(None)

    def _attach(self, models: Models | None) -> None:
        """Take up the library's model and its indexes."""
        stored = self.store.model()
        models = models or load_models(None if stored is None else stored.name)
        model = models.model
        if stored is None:
            with self.lock.held():
                stored = self.store.model()  # again: another process may have set one meanwhile
                if stored is None:
                    self.store.use_model(model)
        if stored is not None and stored.fingerprint != model.fingerprint:
            raise ModelMismatch(
                f"The library in {self._path} was indexed with the model {stored.name!r} "
                f"({stored.fingerprint}), and {model.name!r} ({model.fingerprint}) was asked for. "
                f"`wenju reindex --model {model.name} --library {self._path}` changes it over."
            )
        folder = self._path / INDEX_FOLDER
        indexes = Indexes(
            folder, self.store, self.catalogue, self.lock, model, writable=self._writable
        )
        self.models, self._indexes = models, indexes
        self._searcher = Searcher(indexes, self.catalogue, models, Ranking())

    def _committed(self) -> None:
        self.store.database.checkpoint()
        with suppress(ModelMismatch):  # re-indexed since: the next question takes that up
            self._indexes.refresh()
            self._indexes.save()


def _may_write(path: Path) -> bool:
    file = path / FILE_NAME
    return os.access(path, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))
