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
        raise ambiguous(key, found[0][0], found[1][0])
    if not prefix or not found:
        raise _what_became_of(database, prefix) or unknown(key)
    return str(found[0][0])


def _what_became_of(database: Database, prefix: str) -> NoSuchDocument | None:
    """Where a document that an old citation names has gone, if it was ever here."""
    found = database.execute(
        "SELECT document_id, successor FROM departures WHERE substr(document_id, 1, ?) = ?",
        (len(prefix), prefix),
    ).fetchone()
    if not prefix or found is None:
        return None
    return departed(*found)


def ambiguous(key: str, first: str, second: str) -> NoSuchDocument:
    """A key is the start of more than one document's id."""
    return NoSuchDocument(
        f"Several documents' ids begin with {key!r}: {first[:16]}…, {second[:16]}…. "
        "Give more digits; `wenju documents` lists them.",
        "ambiguous_document",
        {"key": key},
    )


def unknown(key: str) -> NoSuchDocument:
    """Nothing goes by a key, and nothing ever did."""
    return NoSuchDocument(
        f"No document has the id or source {key!r}. `wenju documents` lists them.",
        "no_such_document",
        {"key": key},
    )


def departed(document_id: str, successor: str | None) -> NoSuchDocument:
    """A document was here once; ``successor`` took its place, if one did."""
    if not successor:
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
