"""Files, folders and uploads into a library, whatever keeps it."""

from collections.abc import Sequence
from pathlib import Path

from corpus import Limits
from qa.backend import Writable
from qa.indexing import Indexer, Tally, files_of, gone, upload
from qa.progress import Progress, silent
from qa.results import IndexReport


def add(
    library: Writable,
    paths: Sequence[str | Path],
    limits: Limits,
    *,
    prune: bool,
    progress: Progress,
) -> IndexReport:
    """Add files and folders; see :meth:`qa.library.Library.add`."""
    tally = Tally()
    items = files_of(paths, tally)
    Indexer(library).add(items, tally, limits, progress)
    if prune and (sources := gone(library.sources(), items, tally)):
        library.remove_sources(sources)
        tally.removed.extend(sources)
    return tally.report()


def add_bytes(library: Writable, name: str, data: bytes, limits: Limits) -> IndexReport:
    """Add one document under a name; see :meth:`qa.library.Library.add_bytes`."""
    tally = Tally()
    Indexer(library).add([upload(name, data)], tally, limits, silent)
    return tally.report()
