"""A library in a folder: its store, its indexes, its models, kept in step.

The default :class:`qa.storage.protocols.Backend`. SQLite is the truth; FAISS and tantivy follow.

With models of two stages, words and static vectors answer at once, and a search uses the
contextual vectors that :meth:`LocalBackend.renew` has made by then.

A library may have been encoded by another version of its model than the one at hand. Then its
vectors answer nothing, and until :meth:`LocalBackend.renew` has replaced them, a search encodes
the passages that BM25 proposes while the question waits.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.errors import ModelMismatch, WenjuError
from qa.progress import Progress
from qa.results import DocumentSummary, PassageId, Renewal, UnreadPages, VerifyReport
from qa.storage import locations
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.database import has_no_space
from qa.storage.local.indexes import Indexes, begin
from qa.storage.local.lock import CannotLock, WriteLock, only_readable
from qa.storage.local.reindexing import ContextualReading, reading_lock, reindex, renew
from qa.storage.local.store import FILE_NAME, Store, copy_store
from qa.storage.local.verification import verify
from qa.storage.models import Models, is_version_of, load_models, mismatch
from qa.storage.permissions import private_folder
from qa.storage.protocols import State
from qa.storage.records import (
    NO_TOKENS,
    EncodedDocument,
    Encoding,
    Model,
    PassageTokens,
    RankedRows,
    StoredDocument,
    StoredPassage,
    packed,
)

_ATTEMPTS = 3  # at a search, when the model changes meanwhile
# So few passages without a static vector are all encoded before a search, .2 ms each; of more,
# those that BM25 proposes are.
_FEW = 256
_ENCODED_KEPT = 4096  # between searches


class LocalState:
    """The :class:`State` of a folder; the store's transaction around it is open.

    Args:
        models: that answer.
        indexes: at the latest commit.
        catalogue: reads of the store.
        allowed: rows to search among; None for all.
        missing: the rows of passages without a static vector of these models; None if there are
            many.
        encoded: what the models make of such passages, by row; added to.
    """

    def __init__(
        self,
        models: Models,
        indexes: Indexes,
        catalogue: Catalogue,
        allowed: IdArray | None,
        missing: Sequence[int] | None,
        encoded: dict[int, Encoding],
    ) -> None:
        self.models = models
        self._vectors, self._lexical = indexes.vectors, indexes.lexical
        self._outdated = _is_outdated(indexes.model, models.model)
        # A model with the same static part may not have been taken up yet.
        self._model = models.model if self._outdated else indexes.model
        same = indexes.model.fingerprint == models.fingerprint
        self._contextual = indexes.contextual if same else None
        self._catalogue = catalogue
        self._allowed = allowed
        self._proposed: IdArray = np.empty(0, np.int64)
        self._complete = missing is not None and not missing
        self._encoded = encoded
        self._few: IdArray = np.empty(0, np.int64)  # all that lack a vector, if they are few
        if missing is not None and len(missing) <= _FEW:
            self._few = np.array(missing, dtype=np.int64)
            self._encode(missing)

    @property
    def passage_count(self) -> int:
        """The number of passages in which the tokens of these models are counted."""
        return len(self._few) + (0 if self._outdated else len(self._vectors))

    def lexical(self, query: str, k: int, context_weight: float) -> RankedRows:
        """Return the best rows by BM25."""
        found = self._lexical.search(query, k, context_weight, self._allowed)
        self._proposed = found.rows
        return found

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """Return the nearest rows, best first."""
        rows, cosines = np.empty(0, np.int64), np.empty(0, np.float32)
        if not self._outdated:
            found = self._vectors.search(vector[None], k, self._allowed)
            rows, cosines = found.ids[0], found.scores[0]
        if not len(self._few):
            return rows
        few = self._few if self._allowed is None else np.intersect1d(self._few, self._allowed)
        rows = np.concatenate([rows, few])
        cosines = np.concatenate([cosines, self._cosines(vector, few)])
        return rows[np.lexsort((rows, -cosines))[:k]]

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row with a vector."""
        if self._outdated:
            cosines = np.full(len(rows), np.nan, dtype=np.float32)
        else:
            cosines = self._vectors.similarities(vector, rows)
        if not self._complete:
            lacking = np.isnan(cosines)
            best = self._proposed[np.isin(self._proposed, rows[lacking])]
            self._encode(best[:_FEW].tolist())
            cosines[lacking] = self._cosines(vector, rows[lacking])
        return cosines

    @property
    def has_contextual(self) -> bool:
        """Whether any passage has contextual vectors."""
        return self._contextual is not None and len(self._contextual) > 0

    def contextual(self, vector: FloatArray, k: int) -> IdArray:
        """Return the nearest rows by contextual vectors, best first."""
        if self._contextual is None:
            return np.empty(0, np.int64)
        (rows,) = self._contextual.search(vector[None], k, self._allowed).ids
        return np.asarray(rows, dtype=np.int64)

    def contextual_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row with a contextual vector."""
        if self._contextual is None:
            return np.full(len(rows), np.nan, dtype=np.float32)
        return self._contextual.similarities(vector, rows)

    def sentence_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row's most similar sentence with a contextual vector."""
        if self._contextual is None:
            return np.full(len(rows), np.nan, dtype=np.float32)
        return self._catalogue.sentence_similarities(vector, rows, self._model)

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """Return the passage ids of the rows that exist."""
        return self._catalogue.passage_ids(rows)

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """Return the tokens of each row's passage."""
        found = self._catalogue.tokens(rows, self._model.fingerprint)
        if self._complete:
            return found
        lacking = [row for row, tokens in zip(rows, found, strict=True) if tokens is NO_TOKENS]
        known = {row: self._encoded[row].passage_tokens for row in lacking if row in self._encoded}
        known |= self._cut([row for row in lacking if row not in known])
        return [known.get(row, tokens) for row, tokens in zip(rows, found, strict=True)]

    def token_counts(self, tokens: IntArray) -> IntArray:
        """Return the number of passages that have each token."""
        counts = self._catalogue.token_counts(tokens, self._model.fingerprint)
        for row in self._few.tolist():
            counts += np.isin(tokens, self._encoded[row].tokens)
        return counts

    def _cosines(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of a vector with each row that was encoded here, otherwise NaN."""
        cosines = np.full(len(rows), np.nan, dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            if row in self._encoded:
                cosines[place] = self._encoded[row].vector @ vector
        return cosines

    def _encode(self, rows: Sequence[int]) -> None:
        lacking = [row for row in rows if row not in self._encoded]
        if not lacking:
            return
        passages = self._catalogue.passages(lacking)
        encodings = self.models.encode_passages([*passages.values()])
        self._encoded.update(zip(passages, encodings, strict=True))

    def _cut(self, rows: Sequence[int]) -> dict[int, PassageTokens]:
        """Return the tokens of passages that have none stored."""
        if not rows:
            return {}
        passages = self._catalogue.passages(rows)
        tokens = self.models.token_encoder.tokens
        texts = tokens([passage.text for passage in passages.values()])
        contexts = tokens([passage.context for passage in passages.values()])
        return {
            row: PassageTokens(text.ids, context.ids, packed(text.spans[:, 0]))
            for row, text, context in zip(passages, texts, contexts, strict=True)
        }


def _is_outdated(stored: Model, model: Model) -> bool:
    """Return whether stored static vectors and tokens are of another model than one at hand."""
    return stored.static_fingerprint != model.static_fingerprint


class _Encoded(NamedTuple):
    """The encodings of passages by the models of one fingerprint, by row."""

    fingerprint: str
    encodings: dict[int, Encoding]


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
        private_folder(self.path)
        self._loaded = models
        self._encoded = _Encoded("", {})
        self._store = Store(self.path, writable=_may_write(self.path))
        self._catalogue = Catalogue(self._store.database)
        self._lock = WriteLock(self.path)
        try:
            stored = self._stored_model()
            if models is not None and not is_version_of(models.model, stored):
                raise mismatch(f"library in {self.path}", stored, models.model, self.location)
            self._indexes = self._indexes_of(stored)
        except BaseException:
            self._store.close()
            raise

    def reindex(self, models: Models | None, progress: Progress) -> None:
        """Encode all passages with other models, or make the index files anew."""
        with WriteLock(self.path).held():  # says so if the library can only be read
            store = Store(self.path)
        try:
            stored = store.model()
            models = models or load_models(None if stored is None else stored.name)
            renews = stored is not None and _is_to_be_renewed(store, stored, models)
        finally:
            store.close()
        if renews:
            self.connect(models)
            self.renew(progress)
            self.close()
        self.connect(reindex(self.path, models, progress))

    def copy_to(self, folder: Path) -> "LocalBackend":
        """Return a copy in an empty folder; it shares the models."""
        copy_store(self.path, folder)
        copy = LocalBackend(folder)
        copy.connect(self.models)
        return copy

    def close(self) -> None:
        """Let go of the files; a search under way in another thread fails."""
        self._indexes.close()
        self._store.close()

    # -- searching ------------------------------------------------------------------

    @property
    def models(self) -> Models:
        """The models in use when last looked at; loaded when they are first needed."""
        model = self._indexes.model
        if self._loaded is None or not is_version_of(self._loaded.model, model):
            with self._mutex:
                if self._loaded is None or not is_version_of(self._loaded.model, model):
                    self._loaded = load_models(model.name)
        return self._loaded

    @contextmanager
    def state(self, documents: Sequence[str] | None) -> Iterator[State]:
        """Return the present state; see :meth:`qa.storage.protocols.Backend.state`."""
        with ExitStack() as transaction:
            indexes = self._begin(transaction)
            models = self.models
            allowed = None
            if documents is not None:
                ids = [self._catalogue.resolve(key) for key in documents]
                allowed = self._catalogue.rows_of(ids)
            missing = self._missing(indexes, models)
            yield LocalState(
                models, indexes, self._catalogue, allowed, missing, self._encoded_of(models)
            )

    def _begin(self, transaction: ExitStack) -> Indexes:
        """Open a transaction on a state whose model is that of the indexes."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ModelMismatch):  # re-indexed between the refresh and the transaction
                return self._try_begin(transaction)
        return self._try_begin(transaction)

    def _try_begin(self, transaction: ExitStack) -> Indexes:
        indexes = self._follow()
        transaction.enter_context(self._catalogue.state_of(indexes.model.fingerprint))
        return indexes

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

    def unread_pages(self) -> list[UnreadPages]:
        """Return the documents that have pages which were not read, ordered by their source."""
        return self._catalogue.unread_pages()

    def document(self, key: str) -> StoredDocument:
        """Return the document of a key; see :func:`qa.storage.local.catalogue.resolve`."""
        return self._catalogue.document(self._catalogue.resolve(key))

    def sources(self) -> dict[str, str]:
        """Return the document id of every source."""
        return self._catalogue.sources()

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""
        return self._catalogue.sources_among(sources)

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
        with self._changing():
            stored = self._store.model()
            if stored is None or not is_version_of(models.model, stored):
                raise ModelMismatch(
                    "The library was re-indexed with another model while documents were being "
                    "added. What was committed before stays; add the rest again."
                )
            self._adopt(models)
            yield

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that is stored already."""
        self._store.link(source, document_id)

    def put(self, batch: Iterable[EncodedDocument]) -> None:
        """Put documents under sources, in one transaction."""
        try:
            self._store.put(batch)
        except sqlite3.OperationalError as error:
            if has_no_space(error):
                raise self._disk_full(error) from error
            raise

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        self._change(lambda: self._store.remove_sources(sources))

    def committed(self) -> None:
        """Bring the indexes up to date with the store; the caller holds the lock."""
        self._store.database.checkpoint()
        with suppress(ModelMismatch):  # re-indexed since: the next question takes that up
            self._indexes.refresh()
            self._indexes.save()

    def erase(self) -> None:
        """Delete every trace of removed documents from the index files."""
        with self._changing():
            self._indexes.erase()

    def remove(self, key: str) -> DocumentSummary:
        """Remove the document of a key, and return its summary."""
        removed = self.document(key)
        self._change(lambda: self._store.remove_document(removed.document.id))
        return removed.summary

    def _change(self, change: Callable[[], None]) -> None:
        """Make one change to the store, and bring the indexes up to date."""
        indexes = self._follow()
        with self._changing():
            try:
                change()
            except sqlite3.OperationalError as error:
                if not has_no_space(error):
                    raise
                indexes.delete_files()  # which are made anew from the store
                try:
                    change()
                except sqlite3.OperationalError as again:
                    raise self._disk_full(again) from again
            self.committed()
            indexes.erase()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The write lock, with the store open for writing.

        A library that was opened on a full disk could only be read until now: its index files
        are caches, and deleting them makes room.

        Raises:
            LibraryBusy: another process has held the lock for too long.
            WenjuError: the library can only be read.
        """
        with self._lock.held():
            if not self._store.database.writable:
                if not _may_write(self.path):
                    raise only_readable(self.path, "its folder or file is protected")
                self._indexes.delete_files()
                try:
                    self._store.database.open_for_writing()
                except (sqlite3.OperationalError, OSError) as error:
                    raise self._disk_full(error) from error
                self._indexes = self._indexes_of(self._stored_model())
            yield

    def _disk_full(self, error: Exception) -> WenjuError:
        return WenjuError(
            f"The library in {self.path} cannot be changed ({error}): the disk is full. Nothing "
            "was changed, and it still answers. Make room, then try again.",
            "disk_full",
        )

    def verify(self, progress: Progress) -> VerifyReport:
        """Compare all that is stored with itself, while nobody writes."""
        self._follow()
        with ExitStack() as stack:
            with suppress(CannotLock, OSError):
                stack.enter_context(self._lock.held())
            self._indexes.refresh()
            return verify(self._store, self._catalogue, self._indexes, progress)

    # -- models ---------------------------------------------------------------------

    def refresh(self) -> Models:
        """Take up what other processes have changed, the model included."""
        self._follow()
        return self.models

    def renewal(self) -> Renewal | None:
        """Return how many passages are read in full; None if all are."""
        indexes, models = self._follow(), self.models
        renewing = self._is_renewing(indexes.model, models.model)
        read = indexes.contextual
        if models.is_two_stage and (renewing or read is None or len(read) < len(indexes.vectors)):
            done = len(read) if read is not None and not renewing else 0
            writer = reading_lock(self._store).holder() or self._lock.holder()
            return Renewal(done, self._store.passage_count(), writer)
        if not renewing:
            return None
        done = self._store.vector_count(models.model)
        return Renewal(done, self._store.passage_count(), self._lock.holder())

    def renew(self, progress: Progress) -> None:
        """Encode what the models in use have not encoded; see :class:`Backend`."""
        models = self.refresh()
        if self._indexes.model != models.model:
            with self.writing(models):  # which takes them up
                pass
        if self._store.is_renewing():
            renew(self._store, self._lock, models, progress)
            self._announce()
        if models.is_two_stage:
            ContextualReading(self._store, self._lock, models).run(progress, self._announce)

    def _announce(self) -> None:
        """Bring the index files up to date with the vectors that have come."""
        with self._lock.held():
            self.committed()

    def _is_renewing(self, stored: Model, model: Model) -> bool:
        """Return whether passages lack static vectors of a model."""
        return _is_outdated(stored, model) or self._store.is_renewing()

    def _missing(self, indexes: Indexes, models: Models) -> list[int] | None:
        """Return the rows of passages without a static vector; None if there are many."""
        if not self._is_renewing(indexes.model, models.model):
            return []
        model = models.model if _is_outdated(indexes.model, models.model) else indexes.model
        # Counting takes a fraction of the time of looking for them.
        lacking = self._store.passage_count() - self._store.vector_count(model)
        return None if lacking > _FEW else self._store.rows_without_vector(model)

    def _encoded_of(self, models: Models) -> dict[int, Encoding]:
        """Return the encodings made for earlier searches; a row never names another passage."""
        fingerprint, encoded = self._encoded
        if fingerprint != models.fingerprint or len(encoded) > _ENCODED_KEPT:
            encoded = {}
            self._encoded = _Encoded(models.fingerprint, encoded)
        return encoded

    def _adopt(self, models: Models) -> None:
        """Make models the ones in use, if the library has those of another version.

        The write lock is held.
        """
        stored = self._store.model()
        if stored is not None and stored != models.model:
            begin(self._store, models.model)
            if _is_outdated(stored, models.model):
                self._store.begin_renewal(models.model)
            else:
                self._store.change_contextual_model(models.model)
            self._loaded, self._indexes = models, self._indexes_of(models.model)

    def _follow(self) -> Indexes:
        """The indexes at the latest commit, of the model that is in use there."""
        try:
            self._indexes.refresh()
        except ModelMismatch:  # another process re-indexed the library, which is no fault
            with self._mutex:
                if self._indexes.model != self._store.model():
                    self._indexes = self._indexes_of(self._stored_model())
        return self._indexes

    def _stored_model(self) -> Model:
        """The library's model; that of a new library is set here."""
        stored = self._store.model()
        if stored is not None:
            return stored
        models = self._loaded or load_models(None)
        with self._lock.held():
            stored = self._store.model()  # again: another process may have set one meanwhile
            if stored is None:
                stored = models.model
                begin(self._store, stored)
                self._store.use_model(stored)
        self._loaded = models
        return stored

    def _indexes_of(self, model: Model) -> Indexes:
        writable = self._store.database.writable
        return Indexes(self._store, self._catalogue, self._lock, model, writable=writable)


def backend_in_folder(address: str, *, create: bool) -> LocalBackend:
    """Return the backend of the library in a folder; see :class:`BackendFactory`.

    Raises:
        NoSuchLibrary: it is a file, or no library is there and ``create`` is false.
    """
    folder = locations.library_folder(Path(address))
    return LocalBackend(folder if create else locations.existing_library(folder))


def _is_to_be_renewed(store: Store, stored: Model, models: Models) -> bool:
    """Return whether vectors are missing that another version of the library's model has made."""
    changed = stored.fingerprint != models.fingerprint or store.is_renewing()
    return changed and is_version_of(models.model, stored)


def _may_write(path: Path) -> bool:
    file = path / FILE_NAME
    return os.access(path, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))
