"""Both index files of a library made anew from its store, while others search the old ones."""

from pathlib import Path

from embeddings import VectorIndex
from qa.catalogue import Catalogue
from qa.changes import vectors_since
from qa.indexes import INDEX_FOLDER
from qa.lexical import LexicalIndex
from qa.lexical_file import LexicalStamp, forget, write_stamp
from qa.progress import Progress, counted
from qa.records import Model
from qa.store import Store
from qa.vector_file import save_vectors


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
