"""Re-indexing of a library in a folder, while the old model and indexes answer."""

from pathlib import Path

from qa.progress import Progress
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import begin, rebuild
from qa.storage.local.lock import WriteLock
from qa.storage.local.store import Store
from qa.storage.models import Models, load_models

_BATCH = 1024  # passages


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


def _encode_batch(store: Store, lock: WriteLock, models: Models, after: int) -> list[int]:
    """Encode some passages, or change over if none is left, and return their rows.

    The passages up to ``after`` were encoded before, so they are checked again only when no
    other is left: another change of model may have deleted their vectors.
    """
    with lock.held():
        missing = store.rows_without_vector(models.model, after, _BATCH)
        missing = missing or store.rows_without_vector(models.model, most=_BATCH)
        if missing:
            passages = Catalogue(store.database).passages(missing).values()
            texts = [passage.text for passage in passages]
            contexts = [passage.context for passage in passages]
            encodings = models.encode_passages(texts, contexts)
            store.add_vectors(models.model, [passage.row for passage in passages], encodings)
        elif store.model() != models.model:
            begin(store, models.model)
            store.use_model(models.model)
        return missing
