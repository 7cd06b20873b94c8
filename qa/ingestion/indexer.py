"""Indexing: read items, encode their passages and store them, batch by batch.

An item that cannot be read is reported, and the others are indexed all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import length_hint
from pathlib import Path

from corpus import Document
from qa.ingestion.items import Item, find_items, upload
from qa.ingestion.read_ahead import FileRead, ReadAhead, ReadingOptions, read_item
from qa.ingestion.reading_warnings import warnings_of
from qa.messages_zh import failure
from qa.progress import Progress, silent
from qa.results import Failure, IndexReport
from qa.storage.batches import in_batches
from qa.storage.protocols import Writable
from qa.storage.records import EncodedDocument, texts_of


@dataclass(slots=True)
class Tally:
    """The outcome of an indexing so far, by source; see :class:`qa.results.IndexReport`."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)

    def report(self) -> IndexReport:
        """Return the report of the indexing."""
        return IndexReport(
            tuple(self.added),
            tuple(self.replaced),
            tuple(self.unchanged),
            tuple(self.removed),
            tuple(self.failed),
            tuple(self.warnings),
        )


class Indexer:
    """Puts documents into a library, batch by batch.

    Args:
        backend: keeps the documents.
    """

    def __init__(self, backend: Writable) -> None:
        self._backend = backend
        self._models = backend.refresh()

    def add(
        self, items: Sequence[Item], tally: Tally, options: ReadingOptions, progress: Progress
    ) -> None:
        """Bring the sources of items up to date.

        Args:
            items: what to index.
            tally: takes the outcome of each, failures included.
            options: how files are read.
            progress: called for each item.
        """
        with ReadAhead(items, self._backend, options, progress) as files:
            for batch in in_batches(files, _passages_of_file):
                with self._backend.writing(self._models):
                    self._take(batch, tally, options)
                    self._backend.committed()
        self._backend.erase()

    def put(self, documents: Iterable[tuple[str, Document]], progress: Progress) -> None:
        """Store documents that were read elsewhere, under their sources."""
        total = length_hint(documents)  # 0 if they are made as they are taken
        done = 0
        batches = in_batches(documents, lambda pair: len(pair[1].passages))
        batch = next(batches, [])
        while batch:
            following = next(batches, [])
            with self._backend.writing(self._models):
                self._commit(batch)
                # The indexes are brought up to date once, after the last batch: each update
                # has a cost of its own, and nobody searches a part of an import. After a crash
                # the next opening brings them up to date.
                if not following:
                    self._backend.committed()
            done += len(batch)
            progress("index", done, max(done, total), batch[-1][0])
            batch = following
        self._backend.erase()

    def _take(self, batch: Sequence[FileRead], tally: Tally, options: ReadingOptions) -> None:
        """Store files that were read, unless the library holds them by now."""
        known = self._backend.sources_among([file.item.source for file in batch])
        fresh: list[tuple[str, Document]] = []
        for file in batch:
            source = file.item.source
            if known.get(source) == file.document_id:
                tally.unchanged.append(source)
                continue
            if file.document_id and self._backend.holds(file.document_id):
                self._backend.link(source, file.document_id)
            else:
                document = self._document(file, tally, options)
                if document is None:
                    continue
                fresh.append((source, document))
                tally.warnings.extend(warnings_of(source, document))
            (tally.replaced if source in known else tally.added).append(source)
            known[source] = file.document_id
        self._commit(fresh)

    def _document(self, file: FileRead, tally: Tally, options: ReadingOptions) -> Document | None:
        """Return the document of a file, or None after tallying why it cannot be read."""
        if file.document is None and file.error is None:  # it was held, and removed since
            file = read_item(file.item, options)
        if file.error is not None:
            tally.failed.append(failure(file.item.source, file.error))
        return file.document

    def _commit(self, batch: Sequence[tuple[str, Document]]) -> None:
        if not batch:
            return
        texts = [text for _, document in batch for text in texts_of(document)]
        encodings = iter(self._models.encode_passages(texts))
        self._backend.put(
            EncodedDocument(source, document, [next(encodings) for _ in document.passages])
            for source, document in batch
        )


def _passages_of_file(file: FileRead) -> int:
    """Return how many passages a file has, none if it was not read."""
    return 0 if file.document is None else len(file.document.passages)


def add(
    backend: Writable,
    paths: Sequence[str | Path],
    options: ReadingOptions,
    *,
    prune: bool,
    progress: Progress,
) -> IndexReport:
    """Add files and folders; see :meth:`qa.library.Library.add`."""
    found = find_items(paths)
    tally = Tally(failed=[*found.failures])
    Indexer(backend).add(found.items, tally, options, progress)
    if prune and (sources := found.missing(backend.sources(), tally.failed)):
        backend.remove_sources(sources)
        tally.removed.extend(sources)
    return tally.report()


def add_bytes(backend: Writable, name: str, data: bytes, options: ReadingOptions) -> IndexReport:
    """Add one document under a name; see :meth:`qa.library.Library.add_bytes`."""
    tally = Tally()
    Indexer(backend).add([upload(name, data)], tally, options, silent)
    return tally.report()
