"""Private libraries for the visitors of a public page, within limits of space and time.

Visitors share the base library until they add a document. Then they get a copy of it in a
temporary folder, which no other visitor sees. It is deleted when the visitor has been idle for
long enough and when the server stops; after a crash, when the next server starts.
"""

import logging
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from corpus import DEFAULT_LIMITS, CorpusError, Document, FileTooLarge, Readers
from corpus.confined.messages import Request
from qa.errors import LimitReached, ReadOnly, WenjuError
from qa.evaluation.feedback import Feedback, Sessions
from qa.ingestion.items import upload
from qa.ingestion.reading_warnings import warnings_of
from qa.ingestion.recognition import read_bounded
from qa.library import Library
from qa.messages_zh import failure
from qa.results import DocumentSummary, IndexReport
from qa.storage import locations


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """The limits of one visitor.

    Attributes:
        files: documents.
        file_bytes: size of one file.
        total_bytes: size of all files together.
        passages: of all files together.
        pages: of one file.
        idle_seconds: without a question or an upload, after which all is deleted.
        visitors: with documents of their own at a time.
        visitors_of_one_network: of these, from one network.
        pressed_seconds: without a question or an upload, after which a visitor's documents
            make room for those of another where no place is left.
    """

    files: int = 20
    file_bytes: int = 10_000_000
    total_bytes: int = 30_000_000
    passages: int = 5_000
    pages: int = 1_000
    idle_seconds: float = 1800.0
    visitors: int = 50
    visitors_of_one_network: int = 5
    pressed_seconds: float = 120.0


DEFAULT_VISITOR_LIMITS = VisitorLimits()


@dataclass(frozen=True, slots=True)
class Kept:
    """The space that a visitor's other documents take.

    Attributes:
        files: the number of documents.
        file_bytes: the size of all of them.
        passages: the number of their passages.
    """

    files: int
    file_bytes: int
    passages: int


def megabytes(size: int) -> str:
    """Return a size in bytes as it is shown: ``10 MB``."""
    return f"{size / 1e6:g} MB"


def check_room(limits: VisitorLimits, kept: Kept, size: int) -> None:
    """Refuse a file for which a visitor has no room.

    Args:
        limits: the limits of the visitor.
        kept: the space that their other documents take.
        size: the size of the file, in bytes.

    Raises:
        LimitReached: it is one file too many, or too large beside the others.
    """
    if kept.files >= limits.files:
        raise LimitReached(
            f"At most {limits.files} files can be kept here. Remove some first.",
            "too_many_files",
            {"limit": limits.files},
        )
    if kept.file_bytes + size > limits.total_bytes:
        limit = megabytes(limits.total_bytes)
        raise LimitReached(
            f"Your files may have {limit} together. Remove some first.",
            "too_many_bytes",
            {"limit": limit},
        )


def read_within(
    limits: VisitorLimits,
    kept: Kept,
    file: Request,
    readers: Readers,
    abandoned: Callable[[], bool],
) -> Document:
    """Read a file within what is left of a visitor's limits.

    Args:
        limits: the limits of the visitor.
        kept: the space that their other documents take.
        file: its bytes, its name, and the limits on any file.
        readers: the readers of file formats.
        abandoned: returns whether the visitor has left.

    Raises:
        LimitReached: the visitor has no room for the file.
        CorpusError: the file cannot be read, or is too large by itself.
    """
    check_room(limits, kept, len(file.data))
    of_one_file = replace(
        file.limits,
        file_bytes=limits.file_bytes,
        expanded_bytes=10 * limits.file_bytes,
        pages=limits.pages,
        characters=limits.file_bytes,
        passages=limits.passages - kept.passages,
    )
    try:
        return read_bounded(
            file._replace(limits=of_one_file), readers, isolated=True, abandoned=abandoned
        )
    except FileTooLarge as error:
        if error.code != "too_many_passages":
            raise
        raise _no_room(limits, kept, file.name) from error


def _no_room(limits: VisitorLimits, kept: Kept, source: str) -> LimitReached:
    return LimitReached(
        f"{source}: a visitor may keep {limits.passages:,} passages, and it has more than the "
        f"{limits.passages - kept.passages:,} that are left. Remove some files, or split it.",
        "no_room",
        {"limit": limits.passages},
    )


_OWNER = "owner.lock"  # held as long as the process that made a folder lives


class OwnFolder(NamedTuple):
    """A folder of this process, and the lock that is held as long as it is in use."""

    path: Path
    owner: FileLock


def own_folder(root: Path) -> OwnFolder:
    """Make a folder for this process, and delete those that dead processes left.

    Args:
        root: the folder of all these folders; it is made if it does not exist.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(root / "start.lock"):
        for folder in root.iterdir():
            if folder.is_dir() and not folder.is_symlink():
                _delete_if_left(folder)
        own = Path(tempfile.mkdtemp(dir=root))
        owner = FileLock(own / _OWNER)
        owner.acquire()
    return OwnFolder(own, owner)


def _delete_if_left(folder: Path) -> None:
    owner = FileLock(folder / _OWNER)
    try:
        owner.acquire(timeout=0)
    except Timeout:
        return  # its process lives
    owner.release()
    shutil.rmtree(folder, ignore_errors=True)


_log = logging.getLogger(__name__)

#: A visitor's secret: as long as 96 random bits written as text, or longer.
SECRET = re.compile("[A-Za-z0-9_-]{16,128}")


@dataclass(slots=True)
class _Private:
    """One visitor's library; ``sizes`` are the bytes of each document they added, by id."""

    folder: Path
    library: Library
    seen: float
    network: str
    sizes: dict[str, int] = field(default_factory=dict)
    changing: threading.RLock = field(default_factory=threading.RLock)


class Visitors:
    """The libraries of a public page's visitors; see :class:`qa.sharing.libraries.Libraries`.

    Args:
        base: the library that all visitors share; it is never changed.
        limits: the limits of each visitor.
        root: the parent of their folders; among the user's caches by default.
    """

    editable = True

    def __init__(
        self,
        base: Library,
        limits: VisitorLimits = DEFAULT_VISITOR_LIMITS,
        root: Path | None = None,
    ) -> None:
        self.base = base
        self.limits = limits
        self._private: dict[str, _Private] = {}
        self._mutex = threading.Lock()
        self._opening = threading.Lock()
        self._sessions = Sessions()
        self._folder, self._owner = own_folder(root or locations.visitors_folder())
        self._closed = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep_on, name="visitors", daemon=True)
        self._sweeper.start()

    def of(self, visitor: str | None) -> Library:
        """Return the visitor's own library, or the base library until they have added to it."""
        with self._mutex:
            private = self._private.get(visitor or "")
            if private is None:
                return self.base
            private.seen = time.monotonic()
            return private.library

    def removable(self, visitor: str | None) -> frozenset[str]:
        """Return the ids of the documents that a visitor has added and not removed."""
        with self._mutex:
            private = self._private.get(visitor or "")
            return frozenset(() if private is None else private.sizes)

    def add(
        self,
        visitor: str | None,
        name: str,
        data: bytes,
        abandoned: Callable[[], bool] | None = None,
        network: str = "",
    ) -> IndexReport:
        """Add a file to a visitor's library; see :meth:`qa.sharing.libraries.Libraries.add`.

        Raises:
            LimitReached: the visitor may keep no more, or there are too many visitors.
        """
        _check_secret(visitor)
        item = upload(name, data)
        asked = abandoned or (lambda: False)
        try:
            file = Request(item.load(DEFAULT_LIMITS), item.source, self.base.limits)
            # Read first: a file that cannot be read takes no visitor's place.
            kept = self._kept(visitor, item.source, network)
            document = read_within(self.limits, kept, file, self.base.readers, asked)
        except CorpusError as error:
            return IndexReport(failed=(failure(item.source, error),))
        private = self._open(visitor, network)
        with private.changing:
            try:
                return self._add(private, file, document)
            finally:
                self._drop_if_empty(visitor, private)

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:
        """Remove a document that the visitor added.

        Raises:
            ReadOnly: the document is one of the base library.
            NoSuchDocument: the visitor has no such document.
        """
        library = self.of(visitor)
        document_id = library.show(key).id
        with self._mutex:
            private = self._private.get(visitor or "")
        if private is None or document_id not in private.sizes:
            raise ReadOnly("You can remove the documents that you added, and no others.")
        with private.changing:
            removed = library.remove(document_id)
            del private.sizes[document_id]
            self._drop_if_empty(visitor, private)
        return removed

    def feedback(self, visitor: str | None) -> Feedback:
        """Return the visitor's feedback, kept in memory: nobody may change the base library."""
        return self._sessions.of(visitor)

    def forget(self, visitor: str | None) -> None:
        """Delete all that a visitor has added."""
        with self._mutex:
            private = self._private.pop(visitor or "", None)
        if private is not None:
            _delete(private)

    def sweep(self) -> None:
        """Delete the libraries of the visitors who have been idle for too long."""
        oldest = time.monotonic() - self.limits.idle_seconds
        with self._mutex:
            idle = [name for name, private in self._private.items() if private.seen < oldest]
            gone = [self._private.pop(name) for name in idle]
        for private in gone:
            _delete(private)

    def close(self) -> None:
        """Delete all private libraries, and stop looking for idle visitors."""
        self._closed.set()
        self._sweeper.join()
        for visitor in list(self._private):
            self.forget(visitor)
        self._owner.release()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sweep_on(self) -> None:
        while not self._closed.wait(min(60.0, self.limits.idle_seconds / 2)):
            self.sweep()

    def _kept(self, visitor: str | None, source: str, network: str) -> Kept:
        """Return the space that a visitor's documents take, without the one under ``source``."""
        with self._mutex:
            private = self._private.get(visitor or "")
        if private is None:
            self._giving_way(network)
            return Kept(0, 0, 0)
        return _kept_in(private, source)

    def _giving_way(self, network: str) -> str | None:
        """Return the visitor whose documents make room for one more of a network, if need be.

        A network that has all the places it may have makes room itself.

        Raises:
            LimitReached: no place is left, and all visitors that could make room are active.
        """
        with self._mutex:
            seen = {name: private.seen for name, private in self._private.items()}
            own = [name for name, one in self._private.items() if one.network == network]
        if network and len(own) >= self.limits.visitors_of_one_network:
            candidates = own
        elif len(seen) >= self.limits.visitors:
            candidates = list(seen)
        else:
            return None
        longest_idle = min(candidates, key=lambda name: seen[name])
        if seen[longest_idle] < time.monotonic() - self.limits.pressed_seconds:
            return longest_idle
        raise LimitReached(
            f"{len(candidates)} visitors keep documents here at the moment, and no more can. "
            "Try again in some minutes, or run Wenju yourself.",
            "too_many_visitors",
        )

    def _open(self, visitor: str | None, network: str) -> _Private:
        """Return the visitor's library; make it if they have none."""
        visitor = _check_secret(visitor)
        with self._opening:  # copying takes a moment, in which others still search
            private = self._private.get(visitor)
            if private is None:
                giving_way = self._giving_way(network)
                if giving_way is not None:
                    self.forget(giving_way)
                folder = Path(tempfile.mkdtemp(dir=self._folder))
                private = _Private(folder, self.base.copy(folder), time.monotonic(), network)
                with self._mutex:
                    self._private[visitor] = private
            private.seen = time.monotonic()
            return private

    def _add(self, private: _Private, file: Request, document: Document) -> IndexReport:
        source = file.name
        held = {source: one.id for one in private.library.documents() for source in one.sources}
        replaced = held.get(source)
        new = document.id not in held.values()
        if replaced == document.id or not (new or document.id in private.sizes):
            return IndexReport(unchanged=(source,))  # or one that everybody has
        kept = _kept_in(private, source)  # more by now, if other files were added meanwhile
        check_room(self.limits, kept, len(file.data))
        if len(document.passages) > self.limits.passages - kept.passages:
            raise _no_room(self.limits, kept, source)
        private.library.add_documents([(source, document)], wait=False)
        private.library.renew_in_background()
        there = {one.id for one in private.library.documents()}
        private.sizes = {one: size for one, size in private.sizes.items() if one in there}
        if new:
            private.sizes[document.id] = len(file.data)
        warnings = tuple(warnings_of(source, document))
        if replaced is not None:
            return IndexReport(replaced=(source,), warnings=warnings)
        return IndexReport(added=(source,), warnings=warnings)

    def _drop_if_empty(self, visitor: str | None, private: _Private) -> None:
        """Delete a visitor's library once they have removed all that they added."""
        if not private.sizes:
            self.forget(visitor)


def _check_secret(visitor: str | None) -> str:
    if visitor is None or not SECRET.fullmatch(visitor):
        raise WenjuError(
            "Documents are kept for a visitor with a secret of 16 to 128 letters and digits; "
            "none was sent.",
            "bad_visitor",
        )
    return visitor


def _kept_in(private: _Private, source: str) -> Kept:
    """Return the space that a visitor's documents take, without the one under ``source``."""
    documents = private.library.documents()
    replaced = {one.id for one in documents if source in one.sources}
    sizes = {one: size for one, size in private.sizes.items() if one not in replaced}
    passages = sum(one.passage_count for one in documents if one.id in sizes)
    return Kept(len(sizes), sum(sizes.values()), passages)


def _delete(private: _Private) -> None:
    with private.changing:
        private.library.close()
        shutil.rmtree(private.folder, ignore_errors=True)
    _log.info("A visitor's library was deleted.")
