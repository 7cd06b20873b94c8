"""Which document is meant: by its id, the start of it, or one of its sources."""

from qa.database import Database
from qa.errors import NoSuchDocument


def resolve(database: Database, key: str) -> str:
    """The id of the document that goes by a source, an id, or the start of an id.

    Raises:
        NoSuchDocument: none does, or several do. Of a document that was here once, the
            message says whether it was deleted or what it changed into.
    """
    exact = database.execute("SELECT document_id FROM sources WHERE source = ?", (key,)).fetchone()
    if exact is not None:
        return str(exact[0])
    prefix = key.lower()
    found = database.execute(
        "SELECT id FROM documents WHERE substr(id, 1, ?) = ? LIMIT 2", (len(prefix), prefix)
    ).fetchall()
    if len(found) > 1:
        raise NoSuchDocument(
            f"Several documents' ids begin with {key!r}: {found[0][0][:16]}…, "
            f"{found[1][0][:16]}…. Give more digits; `wenju documents` lists them.",
            "ambiguous_document",
            {"key": key},
        )
    if not prefix or not found:
        raise _what_became_of(database, prefix) or NoSuchDocument(
            f"No document has the id or source {key!r}. `wenju documents` lists them.",
            "no_such_document",
            {"key": key},
        )
    return str(found[0][0])


def _what_became_of(database: Database, prefix: str) -> NoSuchDocument | None:
    """Where a document that an old citation names has gone, if it was ever here."""
    found = database.execute(
        "SELECT document_id, successor FROM departures WHERE substr(document_id, 1, ?) = ?",
        (len(prefix), prefix),
    ).fetchone()
    if not prefix or found is None:
        return None
    document_id, successor = found
    if successor is None:
        return NoSuchDocument(
            f"The document {document_id[:16]}… was deleted from this library.",
            "deleted_document",
            {"document": f"{document_id[:16]}…"},
        )
    return NoSuchDocument(
        f"The document {document_id[:16]}… has changed; it is now {successor[:16]}….",
        "changed_document",
        {"document": f"{document_id[:16]}…", "successor": f"{successor[:16]}…"},
    )
