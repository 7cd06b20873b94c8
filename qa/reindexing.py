"""Changing a library's model while the old one keeps answering."""

from qa.indexing import encode
from qa.lock import WriteLock
from qa.models import Models
from qa.progress import Progress
from qa.store import Store

_BATCH = 1024  # passages


def reindex(store: Store, lock: WriteLock, models: Models, progress: Progress) -> None:
    """Give every passage a vector of another model, then make that model the one in use.

    Vectors are stored batch by batch, so a run that was cut short goes on where it
    stopped. The lock is free between batches; what others add meanwhile is encoded too.
    """
    model = models.model
    done = 0
    while True:
        with lock.held():
            missing = store.rows_without_vector(model)
            if not missing:
                store.use_model(model)
                return
            rows, texts = zip(*missing[:_BATCH], strict=True)
            store.add_vectors(model, rows, encode(texts, models))
            done += len(rows)
            progress("encode", done, done + len(missing) - len(rows))
