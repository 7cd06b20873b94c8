"""Private libraries for the visitors of a public page, kept for a while and within limits.

Who has added nothing asks the base library. With the first document a visitor gets a
copy of it in a temporary folder, and whatever they add goes there: no other visitor
sees it, and it is deleted from the disk once the visitor has been idle for long enough,
when the server stops, or, had it no time to, when the next one starts.
"""

import logging
import re
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from corpus import DEFAULT_LIMITS, CorpusError
from qa import locations
from qa.errors import LimitReached, ReadOnly, WenjuError
from qa.explanations import failure, read_in_part
from qa.feedback import Feedback, Sessions
from qa.indexing import upload
from qa.library import Library
from qa.results import DocumentSummary, IndexReport
from qa.temporary import own_folder
from qa.visitor_limits import DEFAULT_VISITOR_LIMITS, VisitorLimits, read_within

_log = logging.getLogger(__name__)

#: What a browser must send to be a visitor: as long as 96 random bits, written as text.
_VISITOR = re.compile("[A-Za-z0-9_-]{16,128}")


@dataclass(slots=True)
class _Private:
    """One visitor's library; ``sizes`` holds the bytes of each document they added, by id."""

    folder: Path
    library: Library
    seen: float
    sizes: dict[str, int] = field(default_factory=dict)
    changing: threading.RLock = field(default_factory=threading.RLock)


class Visitors:
    """The libraries of a public page's visitors; see :class:`qa.libraries.Libraries`.

    Args:
        base: what everyone may ask; stays as it is.
        limits: for each visitor.
        root: where their folders go; among the user's caches by default.
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
        """The library that a visitor asks: their own once they have added to it."""
        with self._mutex:
            private = self._private.get(visitor or "")
            if private is None:
                return self.base
            private.seen = time.monotonic()
            return private.library

    def removable(self, visitor: str | None) -> frozenset[str]:
        """Ids of the documents that a visitor has added and not removed."""
        with self._mutex:
            private = self._private.get(visitor or "")
            return frozenset(() if private is None else private.sizes)

    def add(self, visitor: str | None, name: str, data: bytes) -> IndexReport:
        """Add a file to a visitor's library.

        Raises:
            LimitReached: of what a visitor may keep, or of how many may.
        """
        private = self._open(visitor)
        with private.changing:
            try:
                return self._add(private, name, data)
            finally:
                self._drop_if_empty(visitor, private)

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:
        """Remove a document that the visitor added.

        Raises:
            ReadOnly: it is one that everybody has.
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
        """What the visitor said; in memory, as nobody may change the base library."""
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
        """Delete all of it, and stop looking for idle visitors."""
        self._closed.set()
        self._sweeper.join()
        for visitor in list(self._private):
            self.forget(visitor)
        self._owner.release()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sweep_on(self) -> None:
        while not self._closed.wait(min(60.0, self.limits.idle_seconds / 2)):
            self.sweep()

    def _open(self, visitor: str | None) -> _Private:
        """The visitor's library, made if need be."""
        if visitor is None or not _VISITOR.fullmatch(visitor):
            raise WenjuError(
                "Documents are kept for a visitor with a secret of 16 to 128 letters and digits; "
                "none was sent.",
                "bad_visitor",
            )
        with self._opening:  # a copy takes a moment; others go on asking meanwhile
            private = self._private.get(visitor)
            if private is None:
                if len(self._private) >= self.limits.visitors:
                    raise LimitReached(
                        f"{self.limits.visitors} visitors keep documents here at the moment, and "
                        "no more can. Try again in some minutes, or run Wenju yourself.",
                        "too_many_visitors",
                    )
                folder = Path(tempfile.mkdtemp(dir=self._folder))
                private = _Private(folder, self.base.copy(folder), time.monotonic())
                with self._mutex:
                    self._private[visitor] = private
            private.seen = time.monotonic()
            return private

    def _add(self, private: _Private, name: str, data: bytes) -> IndexReport:
        item = upload(name, data)
        held = {source: one.id for one in private.library.documents() for source in one.sources}
        replaced = held.get(item.source)
        try:
            data = item.load(DEFAULT_LIMITS)
            kept = {one: size for one, size in private.sizes.items() if one != replaced}
            document = read_within(self.limits, private.library, kept, item.source, data)
        except CorpusError as error:
            return IndexReport(failed=(failure(item.source, error),))
        new = document.id not in held.values()
        if replaced == document.id or not (new or document.id in private.sizes):
            return IndexReport(unchanged=(item.source,))  # or one that everybody has
        private.library.add_documents([(item.source, document)])
        there = {one.id for one in private.library.documents()}
        private.sizes = {one: size for one, size in private.sizes.items() if one in there}
        if new:
            private.sizes[document.id] = len(data)
        warnings = tuple(read_in_part(item.source, one) for one in document.warnings)
        if replaced is not None:
            return IndexReport(replaced=(item.source,), warnings=warnings)
        return IndexReport(added=(item.source,), warnings=warnings)

    def _drop_if_empty(self, visitor: str | None, private: _Private) -> None:
        """Who keeps nothing takes no room."""
        if not private.sizes:
            self.forget(visitor)


def _delete(private: _Private) -> None:
    with private.changing:
        private.library.close()
        shutil.rmtree(private.folder, ignore_errors=True)
    _log.info("A visitor's library was deleted.")
