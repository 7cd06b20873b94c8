"""Re-indexing of a library in a folder, while the old model and indexes answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from qa.progress import Progress
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import begin, rebuild
from qa.storage.local.lock import WriteLock
from qa.storage.local.store import Store
from qa.storage.models import Models, load_models
from qa.storage.records import Encoding

_BATCH = 1024  # passages
_SLOW_BATCH = 64  # likewise, of models that take longer than the bundled one


def reindex(folder: Path, models: Models | None, progress: Progress) -> Models:
    """Encode every passage with another model, then use that model.

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
        done = row = 0
        wanted = len(store.rows_without_vector(models.model))
        while encoded := _encode_batch(store, lock, models, row):
            row = encoded[-1]
            done += len(encoded)
            progress("encode", done, max(done, wanted))
        if stored == models.model:
            with lock.held():
                rebuild(store, models.model, progress)
        return models
    finally:
        store.close()


def renew(store: Store, lock: WriteLock, models: Models, progress: Progress) -> None:
    """Encode the passages that the model in use has no vectors of.

    A batch is one commit, so a run that was cut short goes on where it stopped, and searches
    use what is there. The lock is free between batches.

    Args:
        store: of the library, in which the models are those in use.
        lock: of the library.
        models: that encode.
        progress: told how far it is.
    """
    total, done, row = store.passage_count(), store.vector_count(models.model), 0
    size = _BATCH if models.encoder is models.token_encoder else _SLOW_BATCH
    progress("encode", done, total)
    while True:
        with lock.held():
            if store.model() != models.model:  # re-indexed with another model meanwhile
                return
            missing = store.rows_without_vector(models.model, row, size)
            missing = missing or store.rows_without_vector(models.model, most=size)
            if not missing:
                store.end_renewal(models.model)
                return
            store.renew_vectors(models.model, *_encoded(store, models, missing))
        row, done = missing[-1], done + len(missing)
        progress("encode", done, max(done, total))


class _Encoded(NamedTuple):
    rows: list[int]
    encodings: list[Encoding]


def _encoded(store: Store, models: Models, rows: Sequence[int]) -> _Encoded:
    """Encode the passages of some rows."""
    passages = list(Catalogue(store.database).passages(rows).values())
    return _Encoded([passage.row for passage in passages], models.encode_passages(passages))


def _encode_batch(store: Store, lock: WriteLock, models: Models, after: int) -> list[int]:
    """Encode some passages, or change over if none is left, and return their rows.

    The passages up to ``after`` were encoded before, so they are checked again only when no
    other is left: another change of model may have deleted their vectors.
    """
    with lock.held():
        missing = store.rows_without_vector(models.model, after, _BATCH)
        missing = missing or store.rows_without_vector(models.model, most=_BATCH)
        if missing:
            store.add_vectors(models.model, *_encoded(store, models, missing))
        elif store.model() != models.model:
            begin(store, models.model)
            store.use_model(models.model)
        return missing
