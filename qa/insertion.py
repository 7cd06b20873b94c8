"""Documents and vectors into the tables of a library, a whole batch with each statement.

A statement a passage took longer than all else that is done with it. :mod:`qa.store` holds
the transaction around it.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from corpus import Document
from qa.database import Database
from qa.passage_tokens import packed
from qa.records import Encoding
from qa.token_counts import count_tokens

# A document with what a model makes of its passages, one each.
Encoded = tuple[Document, Sequence[Encoding]]


def insert_documents(
    database: Database, model_id: int, batch: Sequence[Encoded], sequence: int
) -> None:
    """Insert documents with their passages and vectors; what is there already is left alone.

    Args:
        database: the library's.
        model_id: of the model that the encodings are of.
        batch: the documents; the same one may come twice.
        sequence: of the transaction.
    """
    fresh = {document.id: (document, encodings) for document, encodings in batch}
    for document_id in _present(database, list(fresh)):
        del fresh[document_id]
    execute_many = database.connection.executemany
    now = datetime.now(UTC).isoformat(timespec="seconds")
    execute_many(
        "INSERT INTO documents VALUES (?, ?, ?, ?)",
        ((document.id, _articles(document), now, document.text) for document, _ in fresh.values()),
    )
    database.execute(
        "DELETE FROM departures WHERE document_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(fresh)),),
    )
    passages = [
        (document, passage, encoding)
        for document, encodings in fresh.values()
        for passage, encoding in zip(document.passages, encodings, strict=True)
    ]
    first = _next_row(database)
    rows = range(first, first + len(passages))
    execute_many(
        "INSERT INTO passages (row, document_id, number, text, spans, article, headings,"
        " paragraph, page, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                row,
                document.id,
                passage.number,
                document.quote(passage.spans),
                _json(passage.spans),
                passage.article,
                _json(passage.headings),
                passage.paragraph,
                passage.page,
                sequence,
            )
            for row, (document, passage, _) in zip(rows, passages, strict=True)
        ),
    )
    insert_vectors(database, model_id, rows, [encoding for *_, encoding in passages])


def insert_vectors(
    database: Database, model_id: int, rows: Sequence[int], encodings: Sequence[Encoding]
) -> None:
    """Insert what a model makes of some passages, and count their tokens in."""
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


def _present(database: Database, document_ids: Sequence[str]) -> list[str]:
    found = database.execute(
        "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(document_ids),),
    )
    return [document_id for (document_id,) in found]


def _next_row(database: Database) -> int:
    """The first row of those that come next; the rows of removed passages never come back."""
    found = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return 1 if found is None else int(found[0]) + 1


def _articles(document: Document) -> str:
    return _json([[article.title, article.author, article.date] for article in document.articles])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
