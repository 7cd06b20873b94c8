"""What Tab offers where a document is asked for."""

from pathlib import Path

import typer

from qa.errors import WenjuError
from qa.storage import locations
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import FILE_NAME, Store


def complete_document(context: typer.Context, incomplete: str) -> list[str]:
    """The sources of the library that begin so; none if it cannot be read.

    The model and the indexes are not needed for that, and Tab should not wait for them.
    """
    named = context.params.get("library") or locations.named_library()
    folder = Path(named) if named else locations.default_library()
    if not (folder / FILE_NAME).exists():
        return []
    try:
        store = Store(folder, writable=False)
    except WenjuError:  # said when the command runs; a prompt is no place for it
        return []
    try:
        sources = Catalogue(store.database).sources()
    finally:
        store.close()
    return [source for source in sources if source.startswith(incomplete)]
