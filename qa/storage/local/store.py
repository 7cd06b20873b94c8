"""The one source of truth of a library: SQLite.

It has documents, passages, vectors and the sequence number; the FAISS and tantivy files are
caches that :mod:`qa.storage.local.indexes` derives from it. Each change is one transaction
that raises the sequence number, so every reader sees a document wholly or not at all.
"""

import json
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus import Document
from embeddings.protocols import IntArray
from qa.storage.local.database import Database
from qa.storage.permissions import private_file
from qa.storage.records import (
    Commit,
    ContextualVectors,
    EncodedDocument,
    Encoding,
    Model,
    compact_json,
    coverage_json,
    packed,
    packed_sentences,
)

FILE_NAME = "library.sqlite3"
_COMMITS_KEPT = 100_000  # index files that are further behind are made anew


def insert_documents(
    database: Database, model_id: int, batch: Sequence[EncodedDocument], sequence: int
) -> None:
    """Insert documents with their passages and vectors, without those that exist.

    Args:
        database: the library's.
        model_id: of the model that the encodings are of.
        batch: the documents; one may come twice.
        sequence: of the transaction.
    """
    fresh = {one.document.id: one for one in batch}
    for document_id in _present(database, list(fresh)):
        del fresh[document_id]
    execute_many = database.connection.executemany
    now = datetime.now(UTC).isoformat(timespec="seconds")
    execute_many(
        "INSERT INTO documents VALUES (?, ?, ?, ?)",
        (
            (document.id, _articles(document), now, document.text)
            for _, document, _ in fresh.values()
        ),
    )
    execute_many(
        "INSERT INTO coverage VALUES (?, ?)",
        (
            (document.id, coverage_json(document.coverage))
            for _, document, _ in fresh.values()
            if document.coverage is not None
        ),
    )
    database.execute(
        "DELETE FROM departures WHERE document_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(fresh)),),
    )
    passages = [
        (document, passage, encoding)
        for _, document, encodings in fresh.values()
        for passage, encoding in zip(document.passages, encodings, strict=True)
    ]
    first = _next_row(database)
    rows = range(first, first + len(passages))
    execute_many(
        "INSERT INTO passages (row, document_id, number, text, spans, article, headings,"
        " paragraph, page, sequence, ocr_score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                row,
                document.id,
                passage.number,
                document.quote(passage.spans),
                compact_json(passage.spans),
                passage.article,
                compact_json(passage.headings),
                passage.paragraph,
                passage.page,
                sequence,
                passage.ocr_score,
            )
            for row, (document, passage, _) in zip(rows, passages, strict=True)
        ),
    )
    insert_vectors(database, model_id, rows, [encoding for *_, encoding in passages])


def insert_vectors(
    database: Database, model_id: int, rows: Sequence[int], encodings: Sequence[Encoding]
) -> None:
    """Insert the vectors and tokens of some passages, and count the tokens."""
    database.connection.executemany(
        "INSERT OR REPLACE INTO vectors (model, row, vector, tokens, context_tokens, starts)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                model_id,
                row,
                encoding.vector.astype("<f2").tobytes(),
                encoding.tokens.astype("<i4").tobytes(),
                encoding.context_tokens.astype("<i4").tobytes(),
                packed(encoding.starts),
            )
            for row, encoding in zip(rows, encodings, strict=True)
        ),
    )
    count_tokens(database, model_id, (encoding.tokens for encoding in encodings), +1)


def insert_contextual(
    database: Database,
    model_id: int,
    rows: Sequence[int],
    vectors: Sequence[ContextualVectors],
    sequence: int,
) -> None:
    """Insert the contextual vectors of some passages, without those that are gone."""
    database.connection.executemany(
        "INSERT OR REPLACE INTO contextual (model, row, sequence, vector, sentences)"
        " SELECT ?, row, ?, ?, ? FROM passages WHERE row = ?",
        (
            (
                model_id,
                sequence,
                each.passage.astype("<f2").tobytes(),
                packed_sentences(each.sentences),
                row,
            )
            for row, each in zip(rows, vectors, strict=True)
        ),
    )


def _present(database: Database, document_ids: Sequence[str]) -> list[str]:
    found = database.execute(
        "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(document_ids),),
    )
    return [document_id for (document_id,) in found]


def _next_row(database: Database) -> int:
    """Return the next row; the rows of removed passages are never used again."""
    found = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return 1 if found is None else int(found[0]) + 1


def _articles(document: Document) -> str:
    return compact_json(
        [[stated.title, stated.author, stated.date] for stated in document.articles]
    )


def count_tokens(database: Database, model_id: int, tokens: Iterable[IntArray], sign: int) -> None:
    """Add to the counts of tokens, or subtract from them; within a transaction.

    Args:
        database: the library's.
        model_id: of the model whose tokens they are.
        tokens: of each passage, ``(n,)`` int32.
        sign: 1 for added passages, -1 for removed ones.
    """
    distinct = [np.unique(ids) for ids in tokens]
    if not distinct:
        return
    ids, counts = np.unique(np.concatenate(distinct), return_counts=True)
    execute_many = database.connection.executemany
    execute_many(
        "INSERT INTO token_counts VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET passages = passages + excluded.passages",
        (
            (model_id, token, sign * count)
            for token, count in zip(ids.tolist(), counts.tolist(), strict=True)
        ),
    )
    if sign < 0:  # a token that is in no passage any more
        execute_many(
            "DELETE FROM token_counts WHERE model = ? AND token = ? AND passages = 0",
            ((model_id, token) for token in ids.tolist()),
        )


def miscounted_tokens(database: Database) -> int:
    """Count the tokens of the model in use whose stored count is wrong."""
    counts: Counter[int] = Counter()
    for (tokens,) in database.execute(
        "SELECT tokens FROM vectors v JOIN models m ON m.id = v.model"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
    ):
        counts.update(set(np.frombuffer(tokens, dtype="<i4").tolist()))
    stored = dict(
        database.execute(
            "SELECT token, passages FROM token_counts t JOIN models m ON m.id = t.model"
            " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        )
    )
    return sum(counts[token] != stored.get(token, 0) for token in counts.keys() | stored)


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
        """Return the number of committed changes."""
        row = self._execute("SELECT value FROM settings WHERE key = 'sequence'").fetchone()
        return int(row[0])

    def head(self) -> Commit:
        """Return the latest commit."""
        row = self._execute("SELECT sequence, id FROM commits ORDER BY sequence DESC LIMIT 1")
        return Commit(*row.fetchone())

    def has(self, commit: Commit) -> bool:
        """Return whether a commit is one of this library's, and recent enough to be known."""
        if not commit.id:  # made before commits had names, or from nothing
            return commit.sequence <= self._number("nameless")
        found = self._execute("SELECT id FROM commits WHERE sequence = ?", (commit.sequence,))
        return bool(found.fetchone() == (commit.id,))

    def is_empty(self) -> bool:
        """Return whether the library holds no passage."""
        return self._execute("SELECT 1 FROM passages LIMIT 1").fetchone() is None

    def was_filled(self) -> bool:
        """Return whether the library has ever held a passage, removed since or not."""
        found = self._execute("SELECT 1 FROM sqlite_sequence WHERE name = 'passages'")
        return found.fetchone() is not None

    def passage_count(self) -> int:
        """Return the number of passages."""
        return int(self._execute("SELECT count(*) FROM passages").fetchone()[0])

    def identity(self) -> str:
        """Return the id that distinguishes the index files of this library."""
        row = self._execute("SELECT value FROM settings WHERE key = 'identity'").fetchone()
        return "" if row is None else str(row[0])

    def model(self) -> Model | None:
        """Return the model in use; None before the first was set."""
        row = self._execute(
            "SELECT name, fingerprint, dimension, contextual FROM models WHERE fingerprint ="
            " (SELECT value FROM settings WHERE key = 'model')"
        ).fetchone()
        return None if row is None else Model(*row)

    def use_model(self, model: Model) -> None:
        """Use this model from now on, and delete the vectors of all others."""
        with self._changing():
            model_id = self._model_id(model)
            self._set("model", model.fingerprint)
            self._execute("DELETE FROM models WHERE id <> ?", (model_id,))
            self._execute("DELETE FROM settings WHERE key = 'renewing'")

    def change_contextual_model(self, model: Model) -> None:
        """Use a model that has the static part of the one in use, whose static vectors stay.

        The contextual vectors of the one in use go, unless only the name is another.
        """
        stored = self.model()
        if stored is None or stored.static_fingerprint != model.static_fingerprint:
            raise ValueError(f"{model.name} has another static part than the model in use")
        with self._changing():
            if stored.fingerprint != model.fingerprint:
                self._execute("DELETE FROM models WHERE fingerprint = ?", (model.fingerprint,))
                model_id = self._model_id(stored)
                self._execute("DELETE FROM contextual WHERE model = ?", (model_id,))
                self._set("model", model.fingerprint)
            self._execute(
                "UPDATE models SET name = ?, fingerprint = ?, contextual = ? WHERE fingerprint = ?",
                (model.name, model.fingerprint, model.contextual, stored.fingerprint),
            )

    def begin_renewal(self, model: Model) -> None:
        """Make a model the one in use before it has encoded anything.

        For a library whose own model no longer exists: its vectors answer no question.
        """
        with self._changing():
            self._model_id(model)
            self._set("model", model.fingerprint)
            self._set("renewing", "1")

    def renew_vectors(
        self, model: Model, rows: Sequence[int], encodings: Sequence[Encoding]
    ) -> None:
        """Store vectors of the model in use, of passages that are older than they."""
        with self._changing() as sequence:
            insert_vectors(self.database, self._model_id(model), rows, encodings)
            self._set("renewed", str(sequence))

    def end_renewal(self, model: Model) -> None:
        """Delete the vectors of all other models: those of the model in use are complete."""
        with self._changing():
            self._execute("DELETE FROM models WHERE id <> ?", (self._model_id(model),))
            self._execute("DELETE FROM settings WHERE key = 'renewing'")

    def renewed(self) -> int:
        """Return the sequence number at which vectors were last renewed, or 0."""
        return self._number("renewed")

    def is_renewing(self) -> bool:
        """Return whether the model in use has still to encode passages."""
        found = self._execute("SELECT 1 FROM settings WHERE key = 'renewing'")
        return found.fetchone() is not None

    def vector_count(self, model: Model) -> int:
        """Return the number of passages that a model has encoded."""
        found = self._execute(
            "SELECT count(*) FROM vectors"
            " WHERE model = (SELECT id FROM models WHERE fingerprint = ?)",
            (model.fingerprint,),
        )
        return int(found.fetchone()[0])

    def _number(self, key: str) -> int:
        row = self._execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return 0 if row is None else int(row[0])

    def _set(self, key: str, value: str) -> None:
        self._execute(
            "INSERT INTO settings VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def add_vectors(self, model: Model, rows: Sequence[int], encodings: Sequence[Encoding]) -> None:
        """Store vectors of a model that is not in use yet."""
        with self.database.writing():
            insert_vectors(self.database, self._model_id(model), rows, encodings)

    def rows_without_vector(self, model: Model, after: int = 0, most: int = -1) -> list[int]:
        """Return the rows of passages that a model has not encoded yet, ascending.

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

    def add_contextual(
        self, model: Model, rows: Sequence[int], vectors: Sequence[ContextualVectors]
    ) -> None:
        """Store the contextual vectors of some passages, without those that are gone."""
        with self._changing() as sequence:
            insert_contextual(self.database, self._model_id(model), rows, vectors, sequence)

    def knows(self, model: Model) -> bool:
        """Return whether a model is in use, or has encoded passages to be used later."""
        found = self._execute("SELECT 1 FROM models WHERE fingerprint = ?", (model.fingerprint,))
        return found.fetchone() is not None

    def last_contextual_row(self, model: Model) -> int:
        """Return the last row that has contextual vectors of a model; 0 if none has."""
        found = self._execute(
            "SELECT row FROM contextual"
            " WHERE model = (SELECT id FROM models WHERE fingerprint = ?)"
            " ORDER BY row DESC LIMIT 1",
            (model.fingerprint,),
        ).fetchone()
        return 0 if found is None else int(found[0])

    def contextual_count(self, model: Model) -> int:
        """Return the number of passages that have contextual vectors of a model."""
        found = self._execute(
            "SELECT count(*) FROM contextual"
            " WHERE model = (SELECT id FROM models WHERE fingerprint = ?)",
            (model.fingerprint,),
        )
        return int(found.fetchone()[0])

    def rows_without_contextual(self, model: Model, after: int = 0, most: int = -1) -> list[int]:
        """Return the rows of passages that lack contextual vectors of a model, ascending.

        Args:
            model: the model.
            after: only rows beyond this one.
            most: only so many; all by default.
        """
        found = self._execute(
            "SELECT row FROM passages p WHERE row > ? AND NOT EXISTS (SELECT 1 FROM contextual c"
            " WHERE c.model = (SELECT id FROM models WHERE fingerprint = ?) AND c.row = p.row)"
            " ORDER BY row LIMIT ?",
            (after, model.fingerprint, most),
        )
        return [row for (row,) in found]

    # -- changes --------------------------------------------------------------------

    def put(self, batch: Iterable[EncodedDocument]) -> None:
        """Put documents under sources, in one transaction.

        A document that has lost its last source goes. The encodings are of the model in use.
        """
        model = self.model()
        if model is None:
            raise ValueError("use_model comes before put")
        batch = list(batch)
        with self._changing() as sequence:
            insert_documents(self.database, self._model_id(model), batch, sequence)
            self._point([(one.source, one.document.id) for one in batch], sequence)

    def document_of(self, source: str) -> str | None:
        """Return the id of the document that a source holds, if there is one."""
        found = self._execute("SELECT document_id FROM sources WHERE source = ?", (source,))
        row = found.fetchone()
        return None if row is None else str(row[0])

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that is stored already."""
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
            self._execute("INSERT INTO commits VALUES (?, ?)", (sequence, secrets.token_hex(8)))
            self._execute("DELETE FROM commits WHERE sequence <= ?", (sequence - _COMMITS_KEPT,))

    def _model_id(self, model: Model) -> int:
        self._execute(
            "INSERT INTO models (name, fingerprint, dimension, contextual) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name",
            (model.name, model.fingerprint, model.dimension, model.contextual),
        )
        found = self._execute("SELECT id FROM models WHERE fingerprint = ?", (model.fingerprint,))
        return int(found.fetchone()[0])

    def _point(self, held: Iterable[tuple[str, str]], sequence: int) -> None:
        """Let sources lead to documents; a document that has lost its last source goes.

        It goes after all sources are set: a document may move from one source to another.
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


def copy_store(library: Path, folder: Path) -> None:
    """Copy a library's store, in one committed state, into an empty folder.

    The copy makes its own indexes, which are caches. Feedback is not copied: it belongs to
    the library that it was given to.

    Args:
        library: the folder of the library.
        folder: where the copy goes.
    """
    private_file(folder / FILE_NAME)
    source = Database(library / FILE_NAME, writable=False)
    try:
        with closing(sqlite3.connect(folder / FILE_NAME)) as target:
            source.connection.backup(target)
            target.execute("DELETE FROM feedback")
            target.commit()
    finally:
        source.close()
