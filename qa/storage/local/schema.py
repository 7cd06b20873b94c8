"""The tables of a library, and the migrations of older libraries.

``PRAGMA user_version`` holds the version; :data:`MIGRATIONS` leads from each version
to the next, the first from an empty file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from qa.errors import LibraryDamaged
from qa.storage.permissions import private_file

APPLICATION_ID = 0x57454E4A  # "WENJ": distinguishes our files from other SQLite files

_VERSION_1 = """
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE models (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    dimension   INTEGER NOT NULL
);
CREATE TABLE documents (
    id       TEXT PRIMARY KEY,
    articles TEXT NOT NULL,  -- JSON: [[title, author, date], ...]; no date before version 3
    added_at TEXT NOT NULL,  -- ISO 8601, UTC
    text     TEXT NOT NULL   -- last, so that reading the others does not page it in
);
CREATE TABLE sources (
    source      TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id)
) WITHOUT ROWID;
CREATE INDEX sources_by_document ON sources (document_id);
CREATE TABLE passages (
    -- AUTOINCREMENT: the row number of a removed passage never comes back, so an
    -- index that lags behind cannot show one passage under another's number.
    row         INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    text        TEXT NOT NULL,  -- documents.text under spans, kept for speed
    spans       TEXT NOT NULL,  -- JSON: [[start, end], ...]
    article     INTEGER NOT NULL,
    headings    TEXT NOT NULL,  -- JSON: [heading, ...]
    paragraph   INTEGER NOT NULL,
    page        INTEGER,
    sequence    INTEGER NOT NULL,  -- of the transaction that added it
    UNIQUE (document_id, number)
);
CREATE INDEX passages_by_sequence ON passages (sequence);
CREATE TABLE vectors (
    model  INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    row    INTEGER NOT NULL REFERENCES passages (row) ON DELETE CASCADE,
    vector BLOB NOT NULL,  -- little-endian float16, models.dimension of them
    tokens BLOB NOT NULL,  -- little-endian int32, ids of the token matching's model
    context_tokens BLOB NOT NULL,  -- likewise, of title, author and headings
    UNIQUE (model, row)
);
CREATE INDEX vectors_by_row ON vectors (row);
CREATE TABLE token_counts (
    -- The number of passages that have a token: the document frequencies of the token
    -- matching, exact at every sequence number.
    model    INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    token    INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    PRIMARY KEY (model, token)
) WITHOUT ROWID;
CREATE TABLE removals (
    row      INTEGER PRIMARY KEY,  -- of a passage that is gone
    sequence INTEGER NOT NULL      -- of the transaction that removed it
);
CREATE INDEX removals_by_sequence ON removals (sequence);
INSERT INTO settings (key, value) VALUES ('sequence', '0');
-- Distinguishes the index files of this library from those of others.
INSERT INTO settings (key, value) VALUES ('identity', lower(hex(randomblob(8))));
"""

# The fate of documents that old citations name: ids are hashes and reveal no content.
_VERSION_2 = """
CREATE TABLE departures (
    document_id TEXT PRIMARY KEY,
    successor   TEXT  -- the document that took its last source; NULL if it was removed
) WITHOUT ROWID;
"""

# Feedback of readers on answers, beside the passages that it is about. No foreign keys:
# feedback stays when its passage is removed. Articles written since may have a third
# element, the date.
_VERSION_3 = """
CREATE TABLE feedback (
    id                  INTEGER PRIMARY KEY,
    asked_at            TEXT NOT NULL,  -- ISO 8601, UTC
    question            TEXT NOT NULL,
    query               TEXT NOT NULL,  -- as searched
    verdict             TEXT NOT NULL,
    passage_id          TEXT,           -- shown; NULL if nothing answered
    expected_passage_id TEXT,           -- that the reader says is right, if named
    note                TEXT
);
"""

# The place of each token in the text of its passage, so that showing a passage tokenizes
# nothing; NULL in older passages, which are tokenized when they are shown.
_VERSION_4 = """
ALTER TABLE vectors ADD COLUMN starts BLOB;  -- see qa.storage.records
"""

# The ids of all candidates from a sixth of the pages that the passages take: in a library
# of a million, a question read each id from a page of its own that was not in memory.
_VERSION_5 = """
CREATE INDEX passage_ids ON passages (row, document_id, number);
"""

# A random name for each commit. Two copies of a library that went separate ways have the same
# identity and the same sequence numbers; their commits tell them apart.
_VERSION_6 = """
CREATE TABLE commits (
    sequence INTEGER PRIMARY KEY,
    id       TEXT NOT NULL
);
INSERT INTO commits SELECT value, lower(hex(randomblob(8))) FROM settings WHERE key = 'sequence';
-- Index files that were written before have no name of a commit in them.
INSERT OR REPLACE INTO settings SELECT 'nameless', value FROM settings WHERE key = 'sequence';
"""

# Contextual vectors, which follow the static ones of ``vectors``, often much later. The row comes
# first in the key, so that removing a passage finds its rows by it.
_VERSION_7 = """
ALTER TABLE models ADD COLUMN contextual INTEGER NOT NULL DEFAULT 0;  -- dimension; 0 for none
CREATE TABLE contextual (
    model     INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    row       INTEGER NOT NULL REFERENCES passages (row) ON DELETE CASCADE,
    sequence  INTEGER NOT NULL,  -- of the transaction that added it
    vector    BLOB NOT NULL,  -- little-endian float16, models.contextual of them
    sentences BLOB,  -- of a passage of several; see qa.storage.records
    PRIMARY KEY (row, model)
);
CREATE INDEX contextual_by_sequence ON contextual (sequence);
"""

# Pages that were recognised in pictures, or not read. The table is beside the documents, whose
# last column is their text.
_VERSION_8 = """
ALTER TABLE passages ADD COLUMN ocr_score REAL;  -- lowest of its lines; NULL for text of the file
CREATE TABLE coverage (
    document_id TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    coverage    TEXT NOT NULL  -- JSON; see qa.storage.records
) WITHOUT ROWID;
"""

MIGRATIONS = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
)
VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, *, keep_copy: bool = True) -> None:
    """Bring an empty or older library to :data:`VERSION`, all of it or nothing.

    Args:
        connection: to the file.
        keep_copy: keep a copy of an older library beside it until its migration has succeeded.

    Raises:
        LibraryDamaged: the file is another program's, or a newer Wenju's.
    """
    if check(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    copy = None
    try:
        version = check(connection)  # again: another process may have migrated meanwhile
        if keep_copy and 0 < version < VERSION:
            copy = _keep_copy(connection)
        if version == 1:
            _complete_version_1(connection)
        for statement in _statements("".join(MIGRATIONS[version:])):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    if copy is not None:
        copy.unlink(missing_ok=True)


def _keep_copy(connection: sqlite3.Connection) -> Path:
    """Copy a library, which nobody can write to meanwhile, and return where the copy is."""
    (_, _, file), *_ = connection.execute("PRAGMA database_list")
    copy = Path(f"{file}.before-{VERSION}")
    temporary = copy.with_name(f"{copy.name}.tmp")
    temporary.unlink(missing_ok=True)
    private_file(temporary)
    try:
        with (
            closing(sqlite3.connect(f"{Path(file).as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(temporary)) as target,
        ):
            target.execute("PRAGMA synchronous = FULL")
            source.backup(target)
        temporary.replace(copy)
    finally:
        temporary.unlink(missing_ok=True)
    return copy


def _complete_version_1(connection: sqlite3.Connection) -> None:
    """Give a library of version 1 what its first writers did not yet store.

    The version had three forms under one number: without the library's identity, without the
    tokens of what a passage is under, and with both. Vectors without these tokens are made anew.
    """
    connection.execute(
        "INSERT OR IGNORE INTO settings VALUES ('identity', lower(hex(randomblob(8))))"
    )
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(vectors)")}
    if "context_tokens" in columns:
        return
    connection.execute("DROP TABLE vectors")
    connection.execute("DELETE FROM token_counts")
    connection.execute("INSERT OR REPLACE INTO settings VALUES ('renewing', '1')")
    for statement in _statements(_VERSION_1):
        if " vectors " in statement.partition("(")[0]:
            connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, so that they can run within one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def check(connection: sqlite3.Connection) -> int:
    """Return the schema version of a file, 0 if it is empty.

    Raises:
        LibraryDamaged: the file is another program's, or a newer Wenju's.
    """
    # In one statement, so from one state: another process may be making the tables.
    version, application, tables = connection.execute(
        "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    if tables and application != APPLICATION_ID:
        raise LibraryDamaged("The file is an SQLite database of another program, not a library.")
    if version > VERSION:
        raise LibraryDamaged(
            f"The library has schema version {version}; this Wenju knows versions up to {VERSION}. "
            "Upgrade with `pip install -U wenju`.",
            "newer_library",
            {"found": version, "known": VERSION},
        )
    return int(version)
