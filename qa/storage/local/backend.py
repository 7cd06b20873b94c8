"""A library in a folder: its store, its indexes and its models at one state.

The default :class:`qa.storage.protocols.Backend`. SQLite is the truth; FAISS and tantivy
follow it.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.errors import ModelMismatch
from qa.progress import Progress
from qa.results import DocumentSummary, PassageId, VerifyReport
from qa.storage import locations
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import Indexes, begin
from qa.storage.local.lock import WriteLock
from qa.storage.local.reindexing import reindex
from qa.storage.local.store import FILE_NAME, Store, copy_store
from qa.storage.local.verification import verify
from qa.storage.models import Models, load_models, mismatch
from qa.storage.protocols import State
from qa.storage.records import (
    EncodedDocument,
    PassageTokens,
    RankedRows,
    StoredDocument,
    StoredPassage,
)

_ATTEMPTS = 3  # at a search, when the model changes meanwhile


@dataclass(frozen=True, slots=True)
class LocalState:
    """The :class:`State` of a folder; the store's transaction around it is open."""

    models: Models
    indexes: Indexes
    catalogue: Catalogue
    allowed: IdArray | None  # rows to search among

    @property
    def passage_count(self) -> int:
        """The number of passages of the library, searched or not."""
        return len(self.indexes.vectors)

    def lexical(self, query: str, k: int, context_weight: float) -> RankedRows:
        """Return the best rows by BM25."""
        return self.indexes.lexical.search(query, k, context_weight, self.allowed)

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """Return the nearest rows, best first."""
        nearest: IdArray = self.indexes.vectors.search(vector[None], k, self.allowed).ids[0]
        return nearest

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row with a vector."""
        return self.indexes.vectors.similarities(vector, rows)

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """Return the passage ids of the rows that exist."""
        return self.catalogue.passage_ids(rows)

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """Return the tokens of each row's passage."""
        return self.catalogue.tokens(rows, self.models.fingerprint)

    def token_counts(self, tokens: IntArray) -> IntArray:
        """Return the number of passages that have each token."""
        return self.catalogue.token_counts(tokens)


class _Attached(NamedTuple):
    """The models in use, and the indexes of their vectors."""

    models: Models
    indexes: Indexes


class LocalBackend:
    """One library in a folder. Threads may share it.

    Args:
        path: the library's folder; made if need be.
    """

    in_folder = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.location = str(path)
        self._mutex = threading.Lock()

    def connect(self, models: Models | None) -> None:
        """Open the files; see :meth:`qa.storage.protocols.Backend.connect`."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._writable = _may_write(self.path)
        self._store = Store(self.path, writable=self._writable)
        self._catalogue = Catalogue(self._store.database)
        self._lock = WriteLock(self.path)
        try:
            self._attach(models)
        except BaseException:
            self._store.close()
            raise

    def reindex(self, models: Models | None, progress: Progress) -> None:
        """Encode all passages with other models, or make the index files anew."""
        self.connect(reindex(self.path, models, progress))

    def copy_to(self, folder: Path) -> "LocalBackend":
        """Return a copy in an empty folder; it shares the models."""
        copy_store(self.path, folder)
        copy = LocalBackend(folder)
        copy.connect(self.models)
        return copy

    def close(self) -> None:
        """Let go of the files; a search under way in another thread fails."""
        self._attached.indexes.close()
        self._store.close()

    # -- searching ------------------------------------------------------------------

    @property
    def models(self) -> Models:
        """The models that were last known to be in use."""
        return self._attached.models

    @contextmanager
    def state(self, documents: Sequence[str] | None) -> Iterator[State]:
        """Return the present state; see :meth:`qa.storage.protocols.Backend.state`."""
        with ExitStack() as transaction:
            models, indexes = self._begin(transaction)
            allowed = None
            if documents is not None:
                ids = [self._catalogue.resolve(key) for key in documents]
                allowed = self._catalogue.rows_of(ids)
            yield LocalState(models, indexes, self._catalogue, allowed)

    def _begin(self, transaction: ExitStack) -> _Attached:
        """Open a transaction on a state whose model is that of the indexes."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ModelMismatch):  # re-indexed between the refresh and the transaction
                return self._try_begin(transaction)
        return self._try_begin(transaction)

    def _try_begin(self, transaction: ExitStack) -> _Attached:
        self.refresh()
        attached = self._attached
        transaction.enter_context(self._catalogue.state_of(attached.models.fingerprint))
        return attached

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of the rows that are still there, by row."""
        return self._catalogue.passages(rows)

    def text(self, document_id: str) -> str | None:
        """Return a document's stored text, or None if it is gone."""
        return self._catalogue.text(document_id)

    # -- documents ------------------------------------------------------------------

    def summaries(self) -> list[DocumentSummary]:
        """Return all documents, ordered by their first source."""
        return self._catalogue.summaries()

    def document(self, key: str) -> StoredDocument:
        """Return the document of a key; see :func:`qa.storage.local.catalogue.resolve`."""
        return self._catalogue.document(self._catalogue.resolve(key))

    def sources(self) -> dict[str, str]:
        """Return the document id of every source."""
        return self._catalogue.sources()

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""
        held = self._catalogue.sources()
        return {source: held[source] for source in sources if source in held}

    def was_filled(self) -> bool:
        """Return whether the library has ever held a document, removed since or not."""
        return self._store.was_filled()

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""
        return self._catalogue.holds(document_id)

    # -- writing --------------------------------------------------------------------

    @contextmanager
    def writing(self, models: Models) -> Iterator[None]:
        """Hold the write lock, after checking that these models are still in use.

        Raises:
            LibraryBusy: another process has held the lock for too long.
            ModelMismatch: the library was re-indexed with another model meanwhile.
        """
        with self._lock.held():
            model = self._store.model()
            if model is None or model.fingerprint != models.fingerprint:
                raise ModelMismatch(
                    "The library was re-indexed with another model while documents were being "
                    "added. What was committed before stays; add the rest again."
                )
            yield

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that is stored already."""
        self._store.link(source, document_id)

    def put(self, batch: Iterable[EncodedDocument]) -> None:
        """Put documents under sources, in one transaction."""
        self._store.put(batch)

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        self._change(lambda: self._store.remove_sources(sources))

    def committed(self) -> None:
        """Bring the indexes up to date with the store; the caller holds the lock."""
        self._store.database.checkpoint()
        with suppress(ModelMismatch):  # re-indexed since: the next question takes that up
            _, indexes = self._attached
            indexes.refresh()
            indexes.save()

    def erase(self) -> None:
        """Delete every trace of removed documents from the index files."""
        with self._lock.held():
            self._attached.indexes.erase()

    def remove(self, key: str) -> DocumentSummary:
        """Remove the document of a key, and return its summary."""
        removed = self.document(key)
        self._change(lambda: self._store.remove_document(removed.document.id))
        return removed.summary

    def _change(self, change: Callable[[], None]) -> None:
        """Make one change to the store, and bring the indexes up to date."""
        self.refresh()
        with self._lock.held():
            change()
            self.committed()
            self._attached.indexes.erase()

    def verify(self, progress: Progress) -> VerifyReport:
        """Compare all that is stored with itself, while nobody writes."""
        self.refresh()
        with self._lock.held() if self._writable else nullcontext():
            _, indexes = self._attached
            indexes.refresh()
            return verify(self._store, self._catalogue, indexes, progress)

    # -- models ---------------------------------------------------------------------

    def refresh(self) -> Models:
        """Take up what other processes have changed, the model included."""
        try:
            self._attached.indexes.refresh()
        except ModelMismatch:  # another process re-indexed the library, which is no fault
            with self._mutex:
                if self._attached.indexes.model != self._store.model():
                    self._attach(None)
        return self.models

    def _attach(self, models: Models | None) -> None:
        """Take up the library's model and its indexes."""
        stored = self._store.model()
        models = models or load_models(None if stored is None else stored.name)
        model = models.model
        if stored is None:
            with self._lock.held():
                stored = self._store.model()  # again: another process may have set one meanwhile
                if stored is None:
                    begin(self._store, model)
                    self._store.use_model(model)
        if stored is not None and stored.fingerprint != model.fingerprint:
            raise mismatch(f"library in {self.path}", stored, model, self.location)
        indexes = Indexes(self._store, self._catalogue, self._lock, model, writable=self._writable)
        self._attached = _Attached(
            models, indexes
        )  # in one step: another thread may be about to search


def backend_in_folder(address: str, *, create: bool) -> LocalBackend:
    """Return the backend of the library in a folder; see :class:`BackendFactory`.

    Raises:
        NoSuchLibrary: it is a file, or has no library and ``create`` is false.
    """
    folder = locations.library_folder(Path(address))
    return LocalBackend(folder if create else locations.existing_library(folder))


def _may_write(path: Path) -> bool:
    file = path / FILE_NAME
    return os.access(path, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))
