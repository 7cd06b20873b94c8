"""Encoding of a library in a folder, while what is there answers: in two stages, or anew."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from qa.errors import LibraryBusy
from qa.progress import Progress
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import begin, rebuild
from qa.storage.local.lock import WriteLock
from qa.storage.local.store import Store
from qa.storage.models import Models, load_models
from qa.storage.records import Encoding

STAGE = "understand"  # the name of the second stage in reports of progress
CONTEXTUAL_BATCH = 32  # passages
_BATCH = 1024  # likewise, of the first stage
_LOOK_AGAIN_SECONDS = 0.5  # at what another process does
# The index files are written once so many vectors have come.
_ANNOUNCED_AT_LEAST, _ANNOUNCED_AT_CHANGE = 1024, 0.05


def reindex(folder: Path, models: Models | None, progress: Progress) -> Models:
    """Encode every passage with another model, in both its stages, then use that model.

    Vectors are stored batch by batch, so an interrupted run continues where it stopped. The
    lock is free between batches; passages added meanwhile are encoded too. With the model
    that is in use already, the index files are made anew.

    Args:
        folder: of the library.
        models: the new ones; None for the library's own.
        progress: reports how far it is.

    Returns:
        The models now in use.
    """
    lock = WriteLock(folder)
    with lock.held():  # raises if the library can only be read
        store = Store(folder)
    try:
        stored = store.model()
        models = models or load_models(None if stored is None else stored.name)
        encode = _StaticEncoding(store, lock, models, progress)
        encode()
        if models.is_two_stage:
            ContextualReading(store, lock, models).run(progress, _leave_files)
        while not _use(store, lock, models):
            encode()  # what was added meanwhile
        if stored == models.model:
            with lock.held():
                rebuild(store, models.model, progress)
        return models
    finally:
        store.close()


def renew(store: Store, lock: WriteLock, models: Models, progress: Progress) -> None:
    """Encode the passages that the model in use has no static vectors of.

    A batch is one commit, so a run that was cut short goes on where it stopped, and searches
    use what is there. The lock is free between batches.

    Args:
        store: of the library, in which the models are those in use.
        lock: of the library.
        models: that encode.
        progress: reports how far it is.
    """
    total, done, row = store.passage_count(), store.vector_count(models.model), 0
    progress("encode", done, total)
    while True:
        with lock.held():
            if store.model() != models.model:  # re-indexed with another model meanwhile
                return
            missing = store.rows_without_vector(models.model, row, _BATCH)
            missing = missing or store.rows_without_vector(models.model, most=_BATCH)
            if not missing:
                store.end_renewal(models.model)
                return
            store.renew_vectors(models.model, *_encoded(store, models, missing))
        row, done = missing[-1], done + len(missing)
        progress("encode", done, max(done, total))


class ContextualReading:
    """The second stage: encodes the passages that lack contextual vectors, batch by batch.

    A batch is one commit. A lock of its own keeps other processes from encoding the same
    passages; the write lock is held for the commit alone, so that others add and remove
    documents meanwhile.

    Args:
        store: of the library.
        lock: of the library.
        models: of two stages; in use, or about to be.
    """

    def __init__(self, store: Store, lock: WriteLock, models: Models) -> None:
        self._store = store
        self._catalogue = Catalogue(store.database)
        self._lock = lock
        self._reading = reading_lock(store)
        self._models = models
        self._model = models.model

    def run(self, progress: Progress, grown: Callable[[], None]) -> None:
        """Encode until nothing is missing, or wait until another process has done so.

        Args:
            progress: reports how far it is.
            grown: called now and then when many vectors have come, and at the end.
        """
        waited = False
        while not self._is_complete():
            self._report(progress)
            with ExitStack() as stack:
                try:
                    stack.enter_context(self._reading.held(patience=_LOOK_AGAIN_SECONDS))
                except LibraryBusy:  # another process reads; it may end before it is done
                    waited = True
                    continue
                if not self._encode_all(progress, grown):
                    return
        if waited:
            self._report(progress)

    def _is_complete(self) -> bool:
        return self._store.contextual_count(self._model) >= self._store.passage_count()

    def _report(self, progress: Progress) -> int:
        done, total = self._store.contextual_count(self._model), self._store.passage_count()
        progress(STAGE, done, max(done, total))
        return done

    def _encode_all(self, progress: Progress, grown: Callable[[], None]) -> bool:
        """Encode what is missing; return false if another model is in use by now."""
        row = self._store.last_contextual_row(self._model)
        done = announced = self._report(progress)
        while missing := self._missing(row):
            passages = list(self._catalogue.passages(missing).values())
            vectors = self._models.encode_meaning(passages) if passages else []
            with self._lock.held():
                if not self._store.knows(self._model):
                    return False
                rows = [passage.row for passage in passages]
                self._store.add_contextual(self._model, rows, vectors)
            row, done = missing[-1], done + len(missing)
            if done - announced > max(_ANNOUNCED_AT_LEAST, _ANNOUNCED_AT_CHANGE * done):
                announced = done
                grown()
            progress(STAGE, done, max(done, self._store.passage_count()))
        grown()
        return True

    def _missing(self, after: int) -> list[int]:
        """Return some rows without contextual vectors, those beyond a row first."""
        missing = self._store.rows_without_contextual(self._model, after, CONTEXTUAL_BATCH)
        if missing or self._is_complete():
            return missing
        return self._store.rows_without_contextual(self._model, most=CONTEXTUAL_BATCH)


def reading_lock(store: Store) -> WriteLock:
    """Return the lock that the process holds which makes contextual vectors."""
    return WriteLock(store.database.path.parent, "reading")


class _Encoded(NamedTuple):
    rows: list[int]
    encodings: list[Encoding]


def _encoded(store: Store, models: Models, rows: Sequence[int]) -> _Encoded:
    """Encode the passages of some rows."""
    passages = list(Catalogue(store.database).passages(rows).values())
    return _Encoded([passage.row for passage in passages], models.encode_passages(passages))


class _StaticEncoding:
    """Encodes with a model that is not in use yet, batch by batch."""

    def __init__(self, store: Store, lock: WriteLock, models: Models, progress: Progress) -> None:
        self._store = store
        self._lock = lock
        self._models = models
        self._progress = progress
        self._done = 0
        self._wanted = len(store.rows_without_vector(models.model))

    def __call__(self) -> None:
        """Encode all passages that lack static vectors of the model."""
        row = 0
        while encoded := self._encode_batch(row):
            row = encoded[-1]
            self._done += len(encoded)
            self._progress("encode", self._done, max(self._done, self._wanted))

    def _encode_batch(self, after: int) -> list[int]:
        """Encode some passages and return their rows.

        The passages up to ``after`` were encoded before, so they are checked again only when no
        other is left: another change of model may have deleted their vectors.
        """
        with self._lock.held():
            missing = self._store.rows_without_vector(self._models.model, after, _BATCH)
            missing = missing or self._store.rows_without_vector(self._models.model, most=_BATCH)
            if missing:
                encoded = _encoded(self._store, self._models, missing)
                self._store.add_vectors(self._models.model, *encoded)
            return missing


def _use(store: Store, lock: WriteLock, models: Models) -> bool:
    """Use a model if it has encoded all passages, and return whether so."""
    with lock.held():
        if store.rows_without_vector(models.model, most=1):
            return False
        if store.model() != models.model:
            begin(store, models.model)
            store.use_model(models.model)
        return True


def _leave_files() -> None:
    """Leave the index files alone: they are those of the model that still answers."""
