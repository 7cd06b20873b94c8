"""The one source of truth of a library: SQLite.

Documents, passages, vectors and the sequence number live here; the FAISS and
tantivy files are caches that :mod:`qa.indexes` derives from it. Each change is one
transaction that raises the sequence number, so every reader sees a document wholly
or not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from corpus import Document
from embeddings.encoder import IntArray
from qa.database import Database
from qa.insertion import insert_documents, insert_vectors
from qa.records import Encoding, Model
from qa.token_counts import count_tokens

FILE_NAME = "library.sqlite3"


class Store:
    """Documents, passages and vectors. Threads may share one store.

    Args:
        path: the library's folder.
        writable: whether this process may ever write to it.

    Raises:
        LibraryDamaged: the file is no database, another program's, or a newer Wenju's.
    """

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self.database = Database(path / FILE_NAME, writable=writable)
        self._execute = self.database.execute

    def close(self) -> None:
        """Close the connections of all threads."""
        self.database.close()

    # -- sequence number and model --------------------------------------------------

    def sequence(self) -> int:
        """The number of changes so far; every committed change raises it."""
        row = self._execute("SELECT value FROM settings WHERE key = 'sequence'").fetchone()
        return int(row[0])

    def is_empty(self) -> bool:
        """Whether the library holds no passage."""
        return self._execute("SELECT 1 FROM passages LIMIT 1").fetchone() is None

    def was_filled(self) -> bool:
        """Whether the library has ever held a passage, removed since or not."""
        found = self._execute("SELECT 1 FROM sqlite_sequence WHERE name = 'passages'")
        return found.fetchone() is not None

    def passage_count(self) -> int:
        """The number of passages."""
        return int(self._execute("SELECT count(*) FROM passages").fetchone()[0])

    def identity(self) -> str:
        """What tells this library's index files from another's."""
        row = self._execute("SELECT value FROM settings WHERE key = 'identity'").fetchone()
        return "" if row is None else str(row[0])

    def model(self) -> Model | None:
        """The model in use; None before the first was set."""
        row = self._execute(
            "SELECT name, fingerprint, dimension FROM models WHERE fingerprint ="
            " (SELECT value FROM settings WHERE key = 'model')"
        ).fetchone()
        return None if row is None else Model(*row)

    def use_model(self, model: Model) -> None:
        """Search this model's vectors from now on, and forget all others'."""
        with self._changing():
            model_id = self._model_id(model)
            self._execute(
                "INSERT INTO settings VALUES ('model', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (model.fingerprint,),
            )
            self._execute("DELETE FROM models WHERE id <> ?", (model_id,))

    def add_vectors(self, model: Model, rows: Sequence[int], encodings: Sequence[Encoding]) -> None:
        """Store vectors of a model that is not yet in use beside those of the one that is."""
        with self.database.writing():
            insert_vectors(self.database, self._model_id(model), rows, encodings)

    def rows_without_vector(self, model: Model, after: int = 0, most: int = -1) -> list[int]:
        """The rows of passages that a model has not encoded yet, ascending.

        Args:
            model: the model.
            after: only rows beyond this one.
            most: only so many; all by default.
        """
        found = self._execute(
            "SELECT row FROM passages p WHERE row > ? AND NOT EXISTS (SELECT 1 FROM vectors v"
            " WHERE v.model = (SELECT id FROM models WHERE fingerprint = ?) AND v.row = p.row)"
            " ORDER BY row LIMIT ?",
            (after, model.fingerprint, most),
        )
        return [row for (row,) in found]

    # -- changes --------------------------------------------------------------------

    def put(self, batch: Iterable[tuple[str, Document, Sequence[Encoding]]]) -> None:
        """Put documents under sources, in one transaction.

        What a source held before goes, unless another source holds it too. The
        encodings are the model's in use, one a passage.
        """
        model = self.model()
        if model is None:
            raise ValueError("use_model comes before put")
        batch = list(batch)
        with self._changing() as sequence:
            documents = [(document, encodings) for _, document, encodings in batch]
            insert_documents(self.database, self._model_id(model), documents, sequence)
            self._point([(source, document.id) for source, document, _ in batch], sequence)

    def document_of(self, source: str) -> str | None:
        """The id of the document that a source holds, if there is one."""
        found = self._execute("SELECT document_id FROM sources WHERE source = ?", (source,))
        row = found.fetchone()
        return None if row is None else str(row[0])

    def link(self, source: str, document_id: str) -> None:
        """Let another source hold a document that is stored already."""
        with self._changing() as sequence:
            self._point([(source, document_id)], sequence)

    def remove_sources(self, sources: Iterable[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        with self._changing() as sequence:
            for source in sources:
                document_id = self.document_of(source)
                self._execute("DELETE FROM sources WHERE source = ?", (source,))
                self._drop_if_orphan(document_id, sequence)

    def remove_document(self, document_id: str) -> None:
        """Remove a document with all its sources."""
        with self._changing() as sequence:
            self._execute("DELETE FROM sources WHERE document_id = ?", (document_id,))
            self._drop_if_orphan(document_id, sequence)

    @contextmanager
    def _changing(self) -> Iterator[int]:
        with self.database.writing():
            sequence = self.sequence() + 1
            yield sequence
            self._execute("UPDATE settings SET value = ? WHERE key = 'sequence'", (str(sequence),))

    def _model_id(self, model: Model) -> int:
        self._execute(
            "INSERT INTO models (name, fingerprint, dimension) VALUES (?, ?, ?)"
            " ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name",
            (model.name, model.fingerprint, model.dimension),
        )
        found = self._execute("SELECT id FROM models WHERE fingerprint = ?", (model.fingerprint,))
        return int(found.fetchone()[0])

    def _point(self, held: Iterable[tuple[str, str]], sequence: int) -> None:
        """Let sources hold documents; what each held before goes, if none holds it now.

        Only when all hold what they should: a document may go from one source to another.
        """
        replaced: list[tuple[str, str]] = []
        for source, document_id in held:
            previous = self.document_of(source)
            if previous is not None and previous != document_id:
                replaced.append((previous, document_id))
            self._execute(
                "INSERT INTO sources VALUES (?, ?)"
                " ON CONFLICT (source) DO UPDATE SET document_id = excluded.document_id",
                (source, document_id),
            )
        for previous, document_id in replaced:
            self._drop_if_orphan(previous, sequence, successor=document_id)

    def _drop_if_orphan(
        self, document_id: str | None, sequence: int, successor: str | None = None
    ) -> None:
        held = "SELECT 1 FROM sources WHERE document_id = ?"
        if document_id is None or self._execute(held, (document_id,)).fetchone():
            return
        self._execute(
            "INSERT INTO removals SELECT row, ? FROM passages WHERE document_id = ?",
            (sequence, document_id),
        )
        held_tokens: dict[int, list[IntArray]] = defaultdict(list)
        for model_id, tokens in self._execute(
            "SELECT v.model, v.tokens FROM vectors v JOIN passages p ON p.row = v.row"
            "  WHERE p.document_id = ?",
            (document_id,),
        ):
            held_tokens[model_id].append(np.frombuffer(tokens, dtype="<i4"))
        for model_id, held_by_passages in held_tokens.items():
            count_tokens(self.database, model_id, held_by_passages, -1)
        self._execute("DELETE FROM documents WHERE id = ?", (document_id,))
        self._execute(
            "INSERT OR REPLACE INTO departures (document_id, successor) VALUES (?, ?)",
            (document_id, successor),
        )
