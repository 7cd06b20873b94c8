"""A library in a folder: its store, its indexes, its models, kept in step.

The default :class:`qa.storage.protocols.Backend`. SQLite is the truth; FAISS and tantivy follow.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from corpus import Document
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
from qa.storage.records import Encoding, PassageTokens, StoredDocument, StoredPassage


@dataclass(frozen=True, slots=True)
class LocalState:
    """The :class:`State` of a folder; the store's transaction around it is open."""

    models: Models
    indexes: Indexes
    catalogue: Catalogue
    allowed: IdArray | None  # rows to search among

    @property
    def passage_count(self) -> int:
        """How many passages the library holds, searched or not."""
        return len(self.indexes.vectors)

    def lexical(self, query: str, k: int, context_weight: float) -> tuple[FloatArray, IdArray]:
        """The best rows by BM25."""
        return self.indexes.lexical.search(query, k, context_weight, self.allowed)

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """The nearest rows, best first."""
        _, rows = self.indexes.vectors.search(vector[None], k, self.allowed)
        nearest: IdArray = rows[0]
        return nearest

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """The cosine of each row with a vector."""
        return self.indexes.vectors.similarities(vector, rows)

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """The passage ids of the rows that are there."""
        return self.catalogue.passage_ids(rows)

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """The tokens of each row's passage."""
        return self.catalogue.tokens(rows, self.models.fingerprint)

    def token_counts(self, tokens: IntArray) -> IntArray:
        """In how many passages each token stands."""
        return self.catalogue.token_counts(tokens)


_ATTEMPTS = 3  # at a search that a change of model overtakes


class LocalBackend:
    """One library's parts. Threads may share it.

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
        self._attached[1].close()
        self._store.close()

    # -- searching ------------------------------------------------------------------

    @property
    def models(self) -> Models:
        """The models in use when last looked at."""
        return self._attached[0]

    @contextmanager
    def state(self, documents: Sequence[str] | None) -> Iterator[State]:
        """The present state; see :meth:`qa.storage.protocols.Backend.state`."""
        with ExitStack() as transaction:
            models, indexes = self._begin(transaction)
            allowed = None
            if documents is not None:
                ids = [self._catalogue.resolve(key) for key in documents]
                allowed = self._catalogue.rows_of(ids)
            yield LocalState(models, indexes, self._catalogue, allowed)

    def _begin(self, transaction: ExitStack) -> tuple[Models, Indexes]:
        """Open a transaction on a state whose model is the one we have the indexes of."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ModelMismatch):  # re-indexed between the refresh and the transaction
                return self._try_begin(transaction)
        return self._try_begin(transaction)

    def _try_begin(self, transaction: ExitStack) -> tuple[Models, Indexes]:
        self.refresh()
        models, indexes = self._attached
        transaction.enter_context(self._catalogue.state_of(models.fingerprint))
        return models, indexes

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of the rows that are still there, by row."""
        return self._catalogue.passages(rows)

    def text(self, document_id: str) -> str | None:
        """A document's stored text, or None if it is gone."""
        return self._catalogue.text(document_id)

    # -- documents ------------------------------------------------------------------

    def summaries(self) -> list[DocumentSummary]:
        """All documents, ordered by their first source."""
        return self._catalogue.summaries()

    def document(self, key: str) -> StoredDocument:
        """The document that goes by a key; see :func:`qa.storage.local.catalogue.resolve`."""
        return self._catalogue.document(self._catalogue.resolve(key))

    def sources(self) -> dict[str, str]:
        """Every source and the id of the document it holds."""
        return self._catalogue.sources()

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Those of some sources that are there, and the id of the document each holds."""
        held = self._catalogue.sources()
        return {source: held[source] for source in sources if source in held}

    def was_filled(self) -> bool:
        """Whether the library has ever held a document, removed since or not."""
        return self._store.was_filled()

    def holds(self, document_id: str) -> bool:
        """Whether a document is there."""
        return self._catalogue.holds(document_id)

    # -- writing --------------------------------------------------------------------

    @contextmanager
    def writing(self, models: Models) -> Iterator[None]:
        """The write lock, with these models still those in use.

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
        """Let another source hold a document that is stored already."""
        self._store.link(source, document_id)

    def put(self, batch: Iterable[tuple[str, Document, Sequence[Encoding]]]) -> None:
        """Put documents under sources, in one transaction."""
        self._store.put(batch)

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        self._change(lambda: self._store.remove_sources(sources))

    def committed(self) -> None:
        """Bring the indexes up to date with the store; the lock is held."""
        self._store.database.checkpoint()
        with suppress(ModelMismatch):  # re-indexed since: the next question takes that up
            _, indexes = self._attached
            indexes.refresh()
            indexes.save()

    def erase(self) -> None:
        """See that the index files hold nothing that was removed."""
        with self._lock.held():
            self._attached[1].erase()

    def remove(self, key: str) -> DocumentSummary:
        """Remove the document that goes by a key, and say what it was."""
        removed = self.document(key)
        self._change(lambda: self._store.remove_document(removed.document.id))
        return removed.summary

    def _change(self, change: Callable[[], None]) -> None:
        """Make one change to the store, and bring the indexes up to date."""
        self.refresh()
        with self._lock.held():
            change()
            self.committed()
            self._attached[1].erase()

    def verify(self, progress: Progress) -> VerifyReport:
        """Hold everything against everything else, while nobody writes."""
        self.refresh()
        with self._lock.held() if self._writable else nullcontext():
            _, indexes = self._attached
            indexes.refresh()
            return verify(self._store, self._catalogue, indexes, progress)

    # -- models ---------------------------------------------------------------------

    def refresh(self) -> Models:
        """Take up what other processes have changed, be it the model."""
        try:
            self._attached[1].refresh()
        except ModelMismatch:  # another process re-indexed the library, which is no fault
            with self._mutex:
                if self._attached[1].model != self._store.model():
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
        self._attached = models, indexes  # at once: another thread may be about to search


def backend_in_folder(address: str, *, create: bool) -> LocalBackend:
    """Return the backend of the library in a folder; see :class:`BackendFactory`.

    Raises:
        NoSuchLibrary: it is a file, or no library is there and ``create`` is false.
    """
    folder = locations.library_folder(Path(address))
    return LocalBackend(folder if create else locations.existing_library(folder))


def _may_write(path: Path) -> bool:
    file = path / FILE_NAME
    return os.access(path, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))
