"""Reads of a library's database, each from one committed state."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from corpus import Article, Coverage, Document, Passage, Span
from embeddings.index.flat import Mask
from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.errors import ModelMismatch, NoSuchDocument
from qa.results import DocumentSummary, PassageId, UnreadPages
from qa.storage.local.database import Database
from qa.storage.records import (
    NO_TOKENS,
    IndexedPassage,
    Model,
    PassageTokens,
    StoredDocument,
    StoredPassage,
    context_of,
    coverage_of,
    place_of,
    sentence_count,
    summarise,
    unpacked_sentences,
)

_ROWS = 8192  # read at once: those of a whole library would not fit into memory twice


def resolve(database: Database, key: str) -> str:
    """Return the id of the document with a source, an id, or the start of an id.

    Raises:
        NoSuchDocument: there is none, or several. For a document that once existed, the
            message says whether it was deleted or what replaced it.
    """
    exact = database.execute("SELECT document_id FROM sources WHERE source = ?", (key,)).fetchone()
    if exact is not None:
        return str(exact[0])
    prefix = key.lower()
    found = database.execute(
        "SELECT id FROM documents WHERE substr(id, 1, ?) = ? LIMIT 2", (len(prefix), prefix)
    ).fetchall()
    if len(found) > 1:
        raise NoSuchDocument.ambiguous(key, found[0][0], found[1][0])
    if not prefix or not found:
        raise _departure(database, prefix) or NoSuchDocument.unknown(key)
    return str(found[0][0])


def _departure(database: Database, prefix: str) -> NoSuchDocument | None:
    """Return the error for a document that once existed; None if it never did."""
    found = database.execute(
        "SELECT document_id, successor FROM departures WHERE substr(document_id, 1, ?) = ?",
        (len(prefix), prefix),
    ).fetchone()
    if not prefix or found is None:
        return None
    return NoSuchDocument.departed(*found)


class Catalogue:
    """Reads one library's database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._execute = database.execute

    @contextmanager
    def state_of(self, fingerprint: str) -> Iterator[None]:
        """Give all reads within one committed state, in which a model is in use.

        Raises:
            ModelMismatch: another model is.
        """
        with self._database.reading():
            used = self._execute("SELECT value FROM settings WHERE key = 'model'").fetchone()
            if used != (fingerprint,):
                raise ModelMismatch("The library was re-indexed with another model. Ask again.")
            yield

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """Return the passage ids of the rows that are still there, by row."""
        found = self._execute(
            # Without the hint SQLite reads the table, which is far larger than this index.
            "SELECT row, document_id, number FROM passages INDEXED BY passage_ids"
            " WHERE row IN (SELECT value FROM json_each(?))",
            (json.dumps(rows),),
        )
        return {row: PassageId.of(document_id, number) for row, document_id, number in found}

    def tokens(self, rows: Sequence[int], model: str) -> list[PassageTokens]:
        """Return the tokens of each row's passage, none for a row that is gone.

        Args:
            rows: of passages.
            model: fingerprint of the model of the tokens; there are none if another model
                replaced it meanwhile.
        """
        found = self._execute(
            "SELECT row, tokens, context_tokens, starts FROM vectors v"
            " JOIN models m ON m.id = v.model"
            " WHERE m.fingerprint = ? AND row IN (SELECT value FROM json_each(?))",
            (model, json.dumps(rows)),
        )
        tokens = {
            row: PassageTokens(_ids(ids), _ids(context), starts)
            for row, ids, context, starts in found
        }
        return [tokens.get(row, NO_TOKENS) for row in rows]

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of the rows that are still there, by row."""
        found = self._execute(
            "SELECT p.row, p.document_id, p.number, p.text, p.spans, d.articles, p.article,"
            " p.headings, p.paragraph, p.page, p.ocr_score,"
            " (SELECT min(source) FROM sources s WHERE s.document_id = p.document_id)"
            " FROM passages p JOIN documents d ON d.id = p.document_id"
            " WHERE p.row IN (SELECT value FROM json_each(?))",
            (json.dumps(rows),),
        )
        return {passage.row: passage for passage in map(_stored_passage, found)}

    def added_since(self, sequence: int) -> Iterator[IndexedPassage]:
        """Yield the passages that later transactions added, without removed ones."""
        cursor = self._execute(
            "SELECT p.row, p.text, p.headings, d.articles, p.article FROM passages p"
            # In this order SQLite reads the new rows alone.
            " CROSS JOIN documents d ON d.id = p.document_id"
            " WHERE p.sequence > ? ORDER BY p.sequence, p.row",
            (sequence,),
        )
        for row, text, headings, articles, article in cursor:
            stated = _articles(articles)[article]
            context = context_of(stated.title, stated.author, json.loads(headings))
            yield IndexedPassage(row, text, context)

    def has_changed_since(self, sequence: int) -> bool:
        """Return whether later transactions added or removed passages."""
        found = self._execute(
            "SELECT EXISTS (SELECT 1 FROM passages WHERE sequence > ?)"
            " OR EXISTS (SELECT 1 FROM removals WHERE sequence > ?)",
            (sequence, sequence),
        )
        return bool(found.fetchone()[0])

    def removed_since(self, sequence: int) -> IdArray:
        """Return the rows that later transactions removed, ``(n,)``."""
        found = self._execute("SELECT row FROM removals WHERE sequence > ?", (sequence,))
        return np.array([row for (row,) in found], dtype=np.int64)

    def token_counts(self, tokens: IntArray, model: str) -> IntArray:
        """Return the number of passages that have each token, ``(n,)`` for ``(n,)`` ids.

        Args:
            tokens: the ids.
            model: fingerprint of the model that they are of.
        """
        counts = dict(
            self._execute(
                "SELECT token, passages FROM token_counts t JOIN models m ON m.id = t.model"
                " WHERE m.fingerprint = ? AND token IN (SELECT value FROM json_each(?))",
                (model, json.dumps(tokens.tolist())),
            )
        )
        return np.array([counts.get(token, 0) for token in tokens.tolist()], dtype=np.int32)

    def sentence_similarities(self, vector: FloatArray, rows: IdArray, model: Model) -> FloatArray:
        """Return the cosine of the most similar sentence of each passage with a unit vector.

        A passage of one sentence has its own cosine.

        Args:
            vector: ``(d,)``.
            rows: ``(n,)`` of passages.
            model: whose contextual vectors are meant.

        Returns:
            ``(n,)``; NaN where there are no contextual vectors.
        """
        found = self._execute(
            "SELECT row, sentences, CASE WHEN sentences IS NULL THEN vector END FROM contextual"
            " WHERE model = (SELECT id FROM models WHERE fingerprint = ?)"
            " AND row IN (SELECT value FROM json_each(?))",
            (model.fingerprint, json.dumps(rows.tolist())),
        ).fetchall()
        best: dict[int, float] = {}
        whole = [(row, stored) for row, _, stored in found if stored is not None]
        if whole:
            vectors = _vectors_of((stored for _, stored in whole), len(whole))
            cosines = _cosines(vectors, vector).tolist()
            best |= zip((row for row, _ in whole), cosines, strict=True)
        several = [(row, stored) for row, stored, _ in found if stored is not None]
        if several:
            counts = [sentence_count(stored, len(vector)) for _, stored in several]
            vectors = unpacked_sentences(b"".join(stored for _, stored in several), len(vector))
            starts = np.cumsum([0, *counts[:-1]])
            highest = np.maximum.reduceat(_cosines(vectors, vector), starts).tolist()
            best |= zip((row for row, _ in several), highest, strict=True)
        return np.array([best.get(row, np.nan) for row in rows.tolist()], dtype=np.float32)

    def rows_of(self, document_ids: Sequence[str]) -> IdArray:
        """Return the rows of some documents' passages, ``(n,)``, ascending."""
        found = self._execute(
            "SELECT row FROM passages WHERE document_id IN (SELECT value FROM json_each(?))"
            " ORDER BY row",
            (json.dumps(document_ids),),
        )
        return np.array([row for (row,) in found], dtype=np.int64)

    def vectors(self) -> dict[int, FloatArray]:
        """Return the static vector of each row, of the model in use."""
        return self._vectors_in("vectors")

    def contextual_vectors(self) -> dict[int, FloatArray]:
        """Return the contextual vector of each row that has one, of the model in use."""
        return self._vectors_in("contextual")

    def _vectors_in(self, table: str) -> dict[int, FloatArray]:
        found = self._execute(
            f"SELECT row, vector FROM {table} v JOIN models m ON m.id = v.model"  # noqa: S608
            " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        )
        return {row: _vector(stored) for row, stored in found}

    def summaries(self) -> list[DocumentSummary]:
        """Return all documents, ordered by their first source."""
        with self._database.reading():
            documents = self._execute("SELECT id, articles, added_at FROM documents").fetchall()
            counts = {
                (document_id, article): count
                for document_id, article, count in self._execute(
                    "SELECT document_id, article, count(*) FROM passages GROUP BY 1, 2"
                )
            }
            coverages = self.coverages()
            sources: dict[str, list[str]] = defaultdict(list)
            for source, document_id in self.sources().items():
                sources[document_id].append(source)
        summaries = []
        for document_id, articles, added_at in documents:
            listed = [
                (article, counts.get((document_id, number), 0))
                for number, article in enumerate(_articles(articles))
            ]
            coverage = coverages.get(document_id)
            summaries.append(
                summarise(document_id, sources[document_id], listed, added_at, coverage)
            )
        return sorted(summaries, key=lambda summary: (summary.sources, summary.id))

    def coverages(self) -> dict[str, Coverage]:
        """Return the coverage of each document of which not every page is text of its file."""
        found = self._execute("SELECT document_id, coverage FROM coverage")
        coverages = ((document_id, coverage_of(stored)) for document_id, stored in found)
        return {key: coverage for key, coverage in coverages if coverage is not None}

    def unread_pages(self) -> list[UnreadPages]:
        """Return the documents that have pages which were not read, ordered by their source."""
        with self._database.reading():
            sources = dict(
                self._execute(
                    "SELECT document_id, min(source) FROM sources"
                    " WHERE document_id IN (SELECT document_id FROM coverage) GROUP BY 1"
                )
            )
            coverages = self.coverages()
        unread = [
            UnreadPages(sources[key], each.pages, each.unread, key)
            for key, each in coverages.items()
            if each.unread and key in sources
        ]
        return sorted(unread, key=lambda each: each.source)

    def sources(self) -> dict[str, str]:
        """Return the document id of every source."""
        return dict(self._execute("SELECT source, document_id FROM sources ORDER BY source"))

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""
        return dict(
            self._execute(
                "SELECT source, document_id FROM sources"
                " WHERE source IN (SELECT value FROM json_each(?))",
                (json.dumps(sources),),
            )
        )

    def resolve(self, key: str) -> str:
        """Return the id of the document of a key; see :func:`resolve`."""
        return resolve(self._database, key)

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""
        found = self._execute("SELECT 1 FROM documents WHERE id = ?", (document_id,))
        return found.fetchone() is not None

    def document(self, document_id: str) -> StoredDocument:
        """Return a document with its text and passages.

        Raises:
            NoSuchDocument: no document has this id.
        """
        with self._database.reading():
            found = self._execute(
                "SELECT articles, added_at, text FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
            if found is None:
                raise NoSuchDocument.gone(document_id)
            articles, added_at, text = found
            passages = self._execute(
                "SELECT number, spans, article, headings, paragraph, page, ocr_score FROM passages"
                " WHERE document_id = ? ORDER BY number",
                (document_id,),
            ).fetchall()
            sources = self._execute(
                "SELECT source FROM sources WHERE document_id = ? ORDER BY source", (document_id,)
            ).fetchall()
            covered = self._execute(
                "SELECT coverage FROM coverage WHERE document_id = ?", (document_id,)
            ).fetchone()
        document = Document(
            id=document_id,
            text=text,
            articles=_articles(articles),
            passages=tuple(
                Passage(number, _spans(spans), article, tuple(json.loads(headings)), *rest)
                for number, spans, article, headings, *rest in passages
            ),
            coverage=coverage_of(covered[0] if covered else None),
        )
        return StoredDocument(document, tuple(source for (source,) in sources), added_at)

    def text(self, document_id: str) -> str | None:
        """Return a document's stored text, or None if it is gone."""
        found = self._execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
        return None if found is None else str(found[0])


def _stored_passage(values: tuple[Any, ...]) -> StoredPassage:
    row, document_id, number, text, spans, articles, article, headings, *rest = values
    *where, source = rest
    passage = Passage(number, _spans(spans), article, tuple(json.loads(headings)), *where)
    place = place_of(document_id, _articles(articles)[article], passage, source)
    return StoredPassage(row, place, text)


@lru_cache(maxsize=256)  # the passages of a document share theirs
def _articles(stored: str) -> tuple[Article, ...]:
    """Return title, author and date of each article; older libraries have no dates."""
    return tuple(Article(*article) for article in json.loads(stored))


def _spans(stored: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(stored))


def _vector(stored: bytes) -> FloatArray:
    return np.frombuffer(stored, dtype="<f2").astype(np.float32)


def _vectors_of(stored: Iterable[bytes], count: int) -> FloatArray:
    """Return ``count`` vectors, ``(count, dimension)``."""
    codes = np.frombuffer(b"".join(stored), dtype="<f2")
    return codes.reshape(count, -1).astype(np.float32)


def _cosines(vectors: FloatArray, query: FloatArray) -> FloatArray:
    """Return the inner products ``(n,)``; each depends on no other vector, unlike BLAS's."""
    found: FloatArray = np.einsum("ij,j->i", vectors, query)
    return found


def _ids(stored: bytes) -> IntArray:
    return np.frombuffer(stored, dtype="<i4").astype(np.int32, copy=False)


class RowVectors(NamedTuple):
    """Rows ``(n,)`` and their vectors ``(n, dimension)`` float32."""

    rows: IdArray
    vectors: FloatArray


def vectors_since(database: Database, sequence: int) -> Iterator[RowVectors]:
    """Yield the vectors of passages that later transactions added, without removed ones.

    Args:
        database: the library's; the vectors are those of the model in use.
        sequence: transactions after this one.

    Yields:
        blocks of vectors whose rows ascend, within a block and from block to block.
    """
    # CROSS JOIN fixes the order of the tables, by which SQLite reads the new rows alone. Rows
    # rise with the sequence number.
    cursor = database.execute(
        "SELECT p.row, v.vector FROM models m"
        " CROSS JOIN passages p CROSS JOIN vectors v ON v.model = m.id AND v.row = p.row"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        " AND p.sequence > ? ORDER BY p.sequence, p.row",
        (sequence,),
    )
    yield from _blocks(cursor)


def vectors_lacking(database: Database, lacks: Callable[[IdArray], Mask]) -> Iterator[RowVectors]:
    """Yield the vectors of the model in use that an index lacks, whenever they were made.

    Args:
        database: the library's.
        lacks: returns which of some rows the index lacks.
    """
    cursor = database.execute(
        "SELECT row FROM vectors v JOIN models m ON m.id = v.model"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model') ORDER BY row"
    )
    rows = np.array([row for (row,) in cursor], dtype=np.int64)
    missing = rows[lacks(rows)]
    for start in range(0, len(missing), _ROWS):
        cursor = database.execute(
            "SELECT row, vector FROM vectors v JOIN models m ON m.id = v.model"
            " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
            " AND row IN (SELECT value FROM json_each(?)) ORDER BY row",
            (json.dumps(missing[start : start + _ROWS].tolist()),),
        )
        yield from _blocks(cursor)


def contextual_since(database: Database, sequence: int) -> Iterator[RowVectors]:
    """Yield the contextual vectors that later transactions added, without removed ones.

    Args:
        database: the library's; the vectors are those of the model in use.
        sequence: transactions after this one.
    """
    cursor = database.execute(
        "SELECT c.row, c.vector FROM models m CROSS JOIN contextual c ON c.model = m.id"
        " WHERE m.fingerprint = (SELECT value FROM settings WHERE key = 'model')"
        " AND c.sequence > ? ORDER BY c.sequence, c.row",
        (sequence,),
    )
    yield from _blocks(cursor)


def _blocks(cursor: sqlite3.Cursor) -> Iterator[RowVectors]:
    while found := cursor.fetchmany(_ROWS):
        rows, vectors = zip(*found, strict=True)
        yield RowVectors(np.array(rows, dtype=np.int64), _vectors_of(vectors, len(rows)))
