"""A library in Milvus: the :class:`qa.storage.protocols.Backend` for several machines.

Milvus is the truth here. A process keeps the models and a cache of documents, so any number
of processes may serve one library.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from qa.errors import NoSuchLibrary, WenjuError
from qa.progress import Progress
from qa.results import DocumentSummary, UnreadPages, VerifyReport
from qa.storage.locations import folder_for
from qa.storage.milvus import statistics
from qa.storage.milvus.address import Address
from qa.storage.milvus.collections import Collections, Settings
from qa.storage.milvus.connection import Connection
from qa.storage.milvus.reading import Reader
from qa.storage.milvus.reindexing import reindex
from qa.storage.milvus.state import MilvusState
from qa.storage.milvus.verification import verify
from qa.storage.milvus.writing import Writer
from qa.storage.models import Models, load_models, mismatch
from qa.storage.protocols import Backend, State
from qa.storage.records import EncodedDocument, StoredDocument, StoredPassage


class _Attached(NamedTuple):
    """The models in use, and the collection of their passages."""

    models: Models
    passages: str


class MilvusBackend:
    """One library in Milvus. Threads may share it.

    Args:
        address: of the library.
        create: whether connecting makes a library that does not exist.
    """

    in_folder = False

    def __init__(self, address: Address, *, create: bool) -> None:
        self._address = address
        self._create = create
        self.location = str(address)
        self.path = folder_for(self.location)
        self._mutex = threading.Lock()
        self._statistics = statistics.NONE

    def connect(self, models: Models | None) -> None:
        """Open the library; see :meth:`qa.storage.protocols.Backend.connect`.

        Raises:
            LibraryUnreachable: no server answers there.
            NoSuchLibrary: there is none of this name, and none is to be made.
            ModelMismatch: the library was indexed with other models.
            EmbeddingError: its own model cannot be had.
        """
        self._join()
        try:
            self._open(models)
        except BaseException:
            self.close()
            raise

    def _join(self) -> None:
        """Connect to the server."""
        self._connection = Connection(self._address)
        self._names = Collections(self._connection, self._address)
        self._reader = Reader(self._connection, self._names)
        self._writer = Writer(self._connection, self._names, self._reader)

    def copy_to(self, folder: Path) -> Backend:  # noqa: ARG002  # it cannot be done
        """Refuse: a copy in a folder would not be the same library."""
        raise WenjuError(f"{self.location} is no folder that could be copied; `wenju export` it.")

    def was_filled(self) -> bool:
        """Return whether the library has ever held a document, removed since or not."""
        return self._reader.was_filled()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    # -- searching ------------------------------------------------------------------

    @property
    def models(self) -> Models:
        """The models that were last known to be in use."""
        return self._attached.models

    @contextmanager
    def state(self, documents: Sequence[str] | None) -> Iterator[State]:
        """Return the present state; see :meth:`qa.storage.protocols.Backend.state`."""
        settings, described = self._names.present()
        models, passages = self._followed(settings)
        self._statistics = statistics.read(
            self._connection, self._names, described, self._statistics
        )
        ids = None if documents is None else [self._reader.resolve(key) for key in documents]
        yield MilvusState(self._connection, self._reader, passages, models, self._statistics, ids)

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of the rows that are still there, by row."""
        return self._reader.passages(self._attached.passages, rows)

    def text(self, document_id: str) -> str | None:
        """Return a document's stored text, or None if it is gone."""
        return self._reader.text(document_id)

    # -- documents ------------------------------------------------------------------

    def unread_pages(self) -> list[UnreadPages]:
        """Return the documents that have pages which were not read, ordered by their source."""
        return [
            UnreadPages(each.sources[0], each.coverage.pages, each.coverage.unread, each.id)
            for each in self.summaries()
            if each.coverage is not None and each.coverage.unread
        ]

    def summaries(self) -> list[DocumentSummary]:
        """Return all documents, ordered by their first source."""
        return self._reader.summaries()

    def document(self, key: str) -> StoredDocument:
        """Return the document of a key; see :meth:`qa.storage.milvus.reading.Reader.resolve`."""
        return self._reader.document(self._reader.resolve(key))

    def sources(self) -> dict[str, str]:
        """Return the document id of every source."""
        return self._reader.sources()

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""
        return self._reader.sources_among(sources)

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""
        return self._reader.holds(document_id)

    # -- writing --------------------------------------------------------------------

    @contextmanager
    def writing(self, models: Models) -> Iterator[None]:
        """Check the models; any number of processes may write at once.

        Raises:
            ModelMismatch: the library was re-indexed with another model meanwhile.
        """
        self._writer.settings(models)
        self._writer.sweep()
        yield

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that is stored already."""
        self._writer.link(source, document_id)

    def put(self, batch: Iterable[EncodedDocument]) -> None:
        """Put documents under sources, each of them wholly."""
        self._writer.put(batch, self.models)

    def committed(self) -> None:
        """Bring the statistics up to date; documents are searchable as soon as they are written."""
        statistics.keep(self._connection, self._names, self._present().passages)

    def erase(self) -> None:
        """Bring the statistics up to date again; Milvus deletes removed rows by itself."""
        statistics.keep(self._connection, self._names, self._present().passages, at_change=0.01)

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them."""
        self._writer.remove_sources(sources)
        self.committed()

    def remove(self, key: str) -> DocumentSummary:
        """Remove the document of a key, and return its summary."""
        removed = self.document(key)
        self._writer.remove_document(removed.document.id)
        self.committed()
        return removed.summary

    def verify(self, progress: Progress) -> VerifyReport:
        """Compare all that is stored with itself, and delete what crashes left."""
        self._present()
        report = verify(self._connection, self._names, self._settings(), progress)
        self.committed()
        return report

    # -- models ---------------------------------------------------------------------

    def refresh(self) -> Models:
        """Take up another model, if another process re-indexed the library."""
        return self._present().models

    def reindex(self, models: Models | None, progress: Progress) -> None:
        """Change over to other models; searches use the old ones until then."""
        self._join()
        try:
            if models is not None:
                self._settings()  # raises where there is no library to change
                reindex(self._connection, self._names, models, progress)
            self._open(models)
        except BaseException:
            self.close()
            raise

    def renewal(self) -> None:
        """Return None: here a library changes to another version of its model as a whole."""

    def renew(self, progress: Progress) -> None:
        """Do nothing; see :meth:`renewal`."""

    def _present(self) -> _Attached:
        """Return the models in use now."""
        return self._followed(self._names.settings())

    def _followed(self, settings: Settings | None) -> _Attached:
        """Return the models of some settings, after taking them up if they are new."""
        settings = self._there(settings)
        if self.models.fingerprint != settings.model.fingerprint:
            with self._mutex:
                if self.models.fingerprint != settings.model.fingerprint:
                    self._attach(settings, load_models(settings.model.name))
        return self._attached

    def _settings(self) -> Settings:
        return self._there(self._names.settings())

    def _there(self, settings: Settings | None) -> Settings:
        if settings is None:
            raise self._missing()
        return settings

    def _missing(self) -> NoSuchLibrary:
        return NoSuchLibrary(
            f"There is no library at {self._address}. "
            f"`wenju index PATH --library {self._address}` makes one.",
            values={"folder": self.location},
        )

    def _open(self, models: Models | None) -> None:
        settings = self._names.settings()
        if settings is None:
            if not self._create:
                raise self._missing()
            models = models or load_models(None)
            self._names.create()
            self._names.create_passages(models.model)
            if self._names.settings() is None:  # or another process was first
                self._names.use(models.model)
            settings = self._settings()
        self._attach(settings, models or load_models(settings.model.name))

    def _attach(self, settings: Settings, models: Models) -> None:
        """Take up the library's model."""
        stored, model = settings.model, models.model
        if stored.fingerprint != model.fingerprint:
            raise mismatch(f"library at {self._address}", stored, model, self.location)
        self._connection.load(settings.passages)
        self._attached = _Attached(models, settings.passages)
