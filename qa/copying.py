"""A copy of a library in another folder: the documents and vectors, and nothing said of them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from qa.database import Database
from qa.store import FILE_NAME


def copy_store(library: Path, folder: Path) -> None:
    """Copy a library's store, in one committed state, into an empty folder.

    The indexes are caches, which the copy makes for itself. Feedback stays behind:
    it was given to the library that was copied.

    Args:
        library: the folder of the library.
        folder: where the copy goes.
    """
    source = Database(library / FILE_NAME, writable=False)
    try:
        with closing(sqlite3.connect(folder / FILE_NAME)) as target:
            source.connection.backup(target)
            target.execute("DELETE FROM feedback")
            target.commit()
    finally:
        source.close()
