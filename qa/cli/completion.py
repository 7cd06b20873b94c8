"""Completion with Tab of arguments that name a document."""

from pathlib import Path

import typer

from qa.errors import WenjuError
from qa.storage import locations
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import FILE_NAME, Store


def complete_document(context: typer.Context, incomplete: str) -> list[str]:
    """Return the sources of the library that begin so; none if it cannot be read.

    The store is read directly: Tab should not wait for the model and the indexes.
    """
    named = context.params.get("library") or locations.named_library()
    folder = Path(named) if named else locations.default_library()
    if not (folder / FILE_NAME).exists():
        return []
    try:
        store = Store(folder, writable=False)
    except WenjuError:  # the command itself reports it when it runs
        return []
    try:
        sources = Catalogue(store.database).sources()
    finally:
        store.close()
    return [source for source in sources if source.startswith(incomplete)]
