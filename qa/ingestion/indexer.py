"""Files into a library: read, encode, store; what fails is reported, the rest goes on."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import length_hint
from pathlib import Path, PurePosixPath

from corpus import (
    DEFAULT_LIMITS,
    CorpusError,
    Document,
    Limits,
    SourceFile,
    UnreadableFile,
    find_files,
    printable,
)
from qa.errors import WenjuError
from qa.ingestion.read_ahead import FileRead, ReadAhead, ReadingOptions, read_item
from qa.messages_zh import failure, read_in_part
from qa.progress import Progress, silent
from qa.results import Failure, IndexReport
from qa.storage.local.store import FILE_NAME
from qa.storage.protocols import Writable
from qa.storage.records import EncodedDocument, context_of

_PREFIX = "WENJU_MAX_"


def limits_of_environment() -> Limits:
    """The limits that the environment sets, the usual ones for the rest.

    Raises:
        WenjuError: a variable holds no whole number above zero.
    """
    chosen: dict[str, int] = {}
    for limit in fields(Limits):
        variable = _PREFIX + limit.name.upper()
        if value := os.environ.get(variable):
            chosen[limit.name] = _number(variable, value)
    return replace(DEFAULT_LIMITS, **chosen)


def _number(variable: str, value: str) -> int:
    digits = value.strip().replace("_", "")
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise WenjuError(
            f"${variable} is {value!r}; it must be a whole number above zero: {variable}=500",
            "bad_setting",
            {"name": variable},
        )
    return int(digits)


# Passages encoded and committed together: enough to keep the encoder busy, few enough
# that a crash loses little work (never a part of a document).
_BATCH_PASSAGES = 1024
_BATCH_ITEMS = 4096  # looked at together, most of which are there already


@dataclass(frozen=True, slots=True)
class Item:
    """Something to index.

    Attributes:
        source: the name under which the library will hold it.
        load: gives its bytes, if they are within limits; may raise :class:`corpus.CorpusError`.
    """

    source: str
    load: Callable[[Limits], bytes]


@dataclass(slots=True)
class Tally:
    """What has become of the sources so far."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)

    def report(self) -> IndexReport:
        """The tally, frozen."""
        return IndexReport(
            tuple(self.added),
            tuple(self.replaced),
            tuple(self.unchanged),
            tuple(self.removed),
            tuple(self.failed),
            tuple(self.warnings),
        )


def files_of(paths: Iterable[str | Path], tally: Tally) -> list[Item]:
    """The files that paths lead to; what cannot have a source of its own is tallied as failed."""
    found: dict[str, SourceFile] = {}
    for path in paths:
        try:
            for file in find_files(Path(path)):
                if _of_a_library(file):
                    continue
                if file.refusal is not None and file.path == Path(path):  # a folder, perhaps
                    tally.failed.append(failure(file.source, file.refused()))
                    continue
                first = found.setdefault(file.source, file)
                if first.path.absolute() != file.path.absolute():
                    clash = UnreadableFile(
                        f"{printable(str(file.path))}: {printable(str(first.path))} has the same "
                        f"source, {file.source!r}; index the folder above both",
                        "same_source",
                        source=file.source,
                    )
                    tally.failed.append(failure(file.source, clash))
        except CorpusError as error:
            tally.failed.append(failure(printable(Path(path).name), error))
    return [Item(file.source, file.load) for file in found.values()]


def _of_a_library(file: SourceFile) -> bool:
    """Whether a file is a part of a library that lies in the folder, and no document."""
    within = len(PurePosixPath(file.source).parts)
    return any((folder / FILE_NAME).is_file() for folder in file.path.absolute().parents[:within])


def gone(held: Iterable[str], items: Iterable[Item], tally: Tally) -> list[str]:
    """The sources that are not among the items any more, and were not hidden by a failure.

    A file that cannot be read is still there, and so may be all that lies in a folder
    that cannot be opened.
    """
    there = {item.source for item in items}
    failed = {failure.source for failure in tally.failed}
    if not failed <= there:  # a path that leads nowhere hides everything
        return []
    hidden = tuple(f"{source}/" for source in failed)
    return [source for source in held if source not in there and not source.startswith(hidden)]


def upload(name: str, data: bytes) -> Item:
    """A document that came with a name: only its last part counts, whatever slashes it has."""
    source = PurePosixPath(name.replace("\\", "/")).name or "upload"

    def load(_: Limits) -> bytes:
        if source != printable(source):
            raise UnreadableFile(
                f"{printable(source)}: its name holds control characters; rename it",
                "bad_name",
            )
        return data

    return Item(printable(source), load)


class Indexer:
    """Puts documents into a library, batch by batch.

    Args:
        library: where they go.
    """

    def __init__(self, library: Writable) -> None:
        self._library = library
        self._models = library.refresh()

    def add(
        self, items: Sequence[Item], tally: Tally, options: ReadingOptions, progress: Progress
    ) -> None:
        """Bring sources up to date with their items; what cannot be read is tallied."""
        with ReadAhead(items, self._library, options, progress) as files:
            for batch in _batches_of_files(files):
                with self._library.writing(self._models):
                    self._take(batch, tally, options)
                    self._library.committed()
        self._library.erase()

    def put(self, documents: Iterable[tuple[str, Document]], progress: Progress) -> None:
        """Put documents that are made already under their sources."""
        total = length_hint(documents)  # 0 where they are made as they are taken
        done = 0
        batches = _batches(documents)
        batch = next(batches, [])
        while batch:
            following = next(batches, [])
            with self._library.writing(self._models):
                self._commit(batch)
                if not following:
                    self._library.committed()
            done += len(batch)
            progress("index", done, max(done, total), batch[-1][0])
            batch = following
        self._library.erase()

    def _take(self, batch: Sequence[FileRead], tally: Tally, options: ReadingOptions) -> None:
        """Store files that were read, unless the library holds them by now."""
        known = self._library.sources_among([file.item.source for file in batch])
        fresh: list[tuple[str, Document]] = []
        for file in batch:
            source = file.item.source
            if known.get(source) == file.document_id:
                tally.unchanged.append(source)
                continue
            if file.document_id and self._library.holds(file.document_id):
                self._library.link(source, file.document_id)
            else:
                document = self._document(file, tally, options)
                if document is None:
                    continue
                fresh.append((source, document))
                tally.warnings.extend(read_in_part(source, w) for w in document.warnings)
            (tally.replaced if source in known else tally.added).append(source)
            known[source] = file.document_id
        self._commit(fresh)

    def _document(self, file: FileRead, tally: Tally, options: ReadingOptions) -> Document | None:
        """Return what was read of a file; tally the reason where nothing was."""
        if file.document is None and file.error is None:  # it was held, and removed since
            file = read_item(file.item, options)
        if file.error is not None:
            tally.failed.append(failure(file.item.source, file.error))
        return file.document

    def _commit(self, batch: Sequence[tuple[str, Document]]) -> None:
        if not batch:
            return
        texts, contexts = [], []
        for _, document in batch:
            for passage in document.passages:
                article = document.articles[passage.article]
                texts.append(document.quote(passage.spans))
                contexts.append(context_of(article.title, article.author, passage.headings))
        encodings = iter(self._models.encode_passages(texts, contexts))
        self._library.put(
            EncodedDocument(source, document, [next(encodings) for _ in document.passages])
            for source, document in batch
        )


def _batches_of_files(files: Iterable[FileRead]) -> Iterator[list[FileRead]]:
    """Files in batches of about as many passages as are committed together."""
    batch: list[FileRead] = []
    passages = 0
    for file in files:
        batch.append(file)
        passages += 0 if file.document is None else len(file.document.passages)
        if passages >= _BATCH_PASSAGES or len(batch) >= _BATCH_ITEMS:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _batches(documents: Iterable[tuple[str, Document]]) -> Iterator[list[tuple[str, Document]]]:
    """Documents in batches of about as many passages as are committed together."""
    batch: list[tuple[str, Document]] = []
    passages = 0
    for source, document in documents:
        batch.append((source, document))
        passages += len(document.passages)
        if passages >= _BATCH_PASSAGES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def add(
    library: Writable,
    paths: Sequence[str | Path],
    options: ReadingOptions,
    *,
    prune: bool,
    progress: Progress,
) -> IndexReport:
    """Add files and folders; see :meth:`qa.library.Library.add`."""
    tally = Tally()
    items = files_of(paths, tally)
    Indexer(library).add(items, tally, options, progress)
    if prune and (sources := gone(library.sources(), items, tally)):
        library.remove_sources(sources)
        tally.removed.extend(sources)
    return tally.report()


def add_bytes(library: Writable, name: str, data: bytes, options: ReadingOptions) -> IndexReport:
    """Add one document under a name; see :meth:`qa.library.Library.add_bytes`."""
    tally = Tally()
    Indexer(library).add([upload(name, data)], tally, options, silent)
    return tally.report()
