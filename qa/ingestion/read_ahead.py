"""Files read in order, several at a time, while those before them are stored."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event, Lock
from typing import Protocol, Self

from corpus import CorpusError, Document, Limits, Readers
from qa.ingestion.items import Item
from qa.ingestion.recognised_pages import RecognisedPages
from qa.progress import Progress, silent

_HINTED = 4096  # sources asked for at once
# Files loaded and not yet taken: enough to keep every core reading while a batch is encoded.
_MOST_AHEAD = 64
_MOST_BYTES_AHEAD = 64_000_000


class Held(Protocol):
    """Knows the documents that a library holds, so that they are not read again."""

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """The outcome of reading a file.

    Attributes:
        item: the file.
        document_id: of its content; empty if it could not be loaded.
        document: None where the library held it already, or it cannot be read.
        error: why it cannot be read, if it cannot.
    """

    item: Item
    document_id: str = ""
    document: Document | None = None
    error: CorpusError | None = None


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """The options by which files are read.

    Attributes:
        limits: what one file may ask for.
        readers: of the formats of files.
        isolated: each in a process that has read no other.
        abandoned: whether nobody waits for them any more.
        folder: of the library, where recognised pages are remembered; None to forget them.
    """

    limits: Limits
    readers: Readers
    isolated: bool = False
    abandoned: Callable[[], bool] | None = None
    folder: Path | None = None


def read_item(item: Item, options: ReadingOptions, abandoned: Event | None = None) -> FileRead:
    """Read one file, whatever the library holds."""
    try:
        data = item.load(options.limits)
    except CorpusError as error:
        return FileRead(item, error=error)
    return _read(item, data, options, abandoned or Event(), silent)


def _read(
    item: Item, data: bytes, options: ReadingOptions, closed: Event, progress: Progress
) -> FileRead:
    # Imported here: a question reads no file.
    from corpus.confined.messages import Request
    from qa.ingestion.recognition import read_bounded

    document_id = hashlib.sha256(data).hexdigest()
    asked = options.abandoned or closed.is_set
    try:
        document = read_bounded(
            Request(data, item.source, options.limits),
            options.readers,
            isolated=options.isolated,
            abandoned=lambda: closed.is_set() or asked(),
            known=None if options.folder is None else RecognisedPages(options.folder),
            progress=progress,
        )
    except CorpusError as error:
        return FileRead(item, document_id, error=error)
    return FileRead(item, document_id, document)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file that has been loaded; ``result`` waits for what becomes of it."""

    item: Item
    size: int
    result: Callable[[], FileRead]


def _one_at_a_time(progress: Progress) -> Progress:
    """Return a progress that threads may report to; it is called by one of them at a time."""
    mutex = Lock()

    def report(stage: str, done: int, total: int, item: str = "") -> None:
        with mutex:
            progress(stage, done, total, item)

    return report


class ReadAhead:
    """Reads files; iterating gives what became of each, in their order.

    Use as a context manager: leaving it gives up what is still being read.

    Args:
        items: the files.
        library: what it holds is not read again.
        options: how to read.
        progress: told of each file before it is waited for.
    """

    def __init__(
        self, items: Sequence[Item], library: Held, options: ReadingOptions, progress: Progress
    ) -> None:
        self._items = items
        self._library = library
        self._options = options
        self._progress = _one_at_a_time(progress)
        self._closed = Event()
        # A single file needs no thread.
        self._threads = ThreadPoolExecutor(os.cpu_count()) if len(items) > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._closed.set()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def __iter__(self) -> Iterator[FileRead]:
        begun: deque[_Begun] = deque()
        size = 0
        coming = self._begin_all()
        for number in range(1, len(self._items) + 1):
            while len(begun) < _MOST_AHEAD and size < _MOST_BYTES_AHEAD:
                following = next(coming, None)
                if following is None:
                    break
                begun.append(following)
                size += following.size
            file = begun.popleft()
            self._progress("read", number, len(self._items), file.item.source)
            yield file.result()
            size -= file.size

    def _begin_all(self) -> Iterator[_Begun]:
        items = iter(self._items)
        while chunk := list(islice(items, _HINTED)):
            known = self._library.sources_among([item.source for item in chunk])
            for item in chunk:
                yield self._begin(item, known.get(item.source))

    def _begin(self, item: Item, known: str | None) -> _Begun:
        """Load a file and have it read, if the library does not hold it."""
        try:
            data = item.load(self._options.limits)
        except CorpusError as error:
            failed = FileRead(item, error=error)
            return _Begun(item, 0, lambda: failed)
        document_id = hashlib.sha256(data).hexdigest()
        if document_id == known or self._library.holds(document_id):
            held = FileRead(item, document_id)
            return _Begun(item, 0, lambda: held)
        if self._threads is None:
            read = partial(_read, item, data, self._options, self._closed, self._progress)
            return _Begun(item, len(data), read)
        future: Future[FileRead] = self._threads.submit(
            _read, item, data, self._options, self._closed, self._progress
        )
        return _Begun(item, len(data), future.result)
