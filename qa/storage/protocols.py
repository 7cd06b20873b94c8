"""The protocols of a backend, which keeps the documents of a library.

Everything above it (search, answers, command line, chat, server) is the same for each
backend. ``qa.storage.local`` keeps a library in a folder: SQLite, FAISS and tantivy;
``qa.storage.milvus`` keeps one in Milvus. A row is a backend's own number of a passage; it
means nothing elsewhere.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.progress import Progress
from qa.results import DocumentSummary, PassageId, Renewal, UnreadPages, VerifyReport
from qa.storage.models import Models
from qa.storage.records import (
    EncodedDocument,
    PassageTokens,
    RankedRows,
    StoredDocument,
    StoredPassage,
)


class State(Protocol):
    """One committed state of a library under one model, as a search reads it.

    One thread uses it; ``dense`` and ``contextual`` alone may run in others, beside ``lexical``.
    """

    @property
    def models(self) -> Models:
        """The models that its vectors and tokens are of."""

    @property
    def passage_count(self) -> int:
        """The number of passages that :meth:`token_counts` counts, searched or not."""

    @property
    def has_contextual(self) -> bool:
        """Whether any passage has contextual vectors."""

    def lexical(self, query: str, k: int, context_weight: float) -> RankedRows:
        """Return the best ``k`` rows by BM25.

        Args:
            query: the question as searched.
            k: how many at most.
            context_weight: of title, author and headings, beside 1 for the text.
        """

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """Return the ``k`` rows nearest to a static vector ``(dimension,)``, best first."""

    def similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row ``(n,)`` with a static vector; NaN if it has none."""

    def contextual(self, vector: FloatArray, k: int) -> IdArray:
        """Return the ``k`` rows nearest to a contextual vector ``(d,)``, best first.

        Passages whose contextual vectors are still to be made are not among them.
        """

    def contextual_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row ``(n,)`` with a contextual vector; NaN if it has none."""

    def sentence_similarities(self, vector: FloatArray, rows: IdArray) -> FloatArray:
        """Return the cosine of each row's most similar sentence with a contextual vector.

        A passage of one sentence has its own cosine; NaN if it has no contextual vector.
        """

    def passage_ids(self, rows: Sequence[int]) -> dict[int, PassageId]:
        """Return the passage ids of the rows that exist, by row."""

    def tokens(self, rows: Sequence[int]) -> list[PassageTokens]:
        """Return the tokens of each row's passage, none for a row that is gone."""

    def token_counts(self, tokens: IntArray) -> IntArray:
        """Return the number of the library's passages that have each token ``(n,)``."""


class Passages(Protocol):
    """Reads what hits and citations show."""

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of the rows that are still there, by row."""

    def text(self, document_id: str) -> str | None:
        """Return a document's stored text, or None if it is gone."""


class Writable(Protocol):
    """Puts documents in. A reader sees each of them wholly or not at all."""

    def refresh(self) -> Models:
        """Take up what other processes have changed, and return the models now in use."""

    def writing(self, models: Models) -> AbstractContextManager[None]:
        """Hold the right to write, for one batch.

        Raises:
            LibraryBusy: another process would not give it up.
            ModelMismatch: other models are in use by now.
        """

    def committed(self) -> None:
        """Make the written documents searchable; called within :meth:`writing`."""

    def sources(self) -> dict[str, str]:
        """Return the document id of every source."""

    def sources_among(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the document id of each of some sources, without those that do not exist."""

    def erase(self) -> None:
        """Delete every trace of removed documents; the last step of a change.

        It needs no :meth:`writing` around it.
        """

    def holds(self, document_id: str) -> bool:
        """Return whether a document exists."""

    def link(self, source: str, document_id: str) -> None:
        """Let another source lead to a document that exists already."""

    def put(self, batch: Iterable[EncodedDocument]) -> None:
        """Put documents under sources; a document that has lost its last source goes."""

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove sources, and each document whose last source was among them, for good.

        It needs no :meth:`writing` around it.
        """


class Backend(Passages, Writable, Protocol):
    """Keeps one library. Threads may share it.

    A backend touches nothing until :meth:`connect`, which :meth:`qa.Library.open` calls;
    only ``location`` and ``path`` are known before.
    """

    @property
    def location(self) -> str:
        """The folder, or the address without its secrets."""

    @property
    def path(self) -> Path:
        """The folder; of a library elsewhere, the one for its local files."""

    @property
    def in_folder(self) -> bool:
        """True if all of it is in ``path``, so that processes of this machine can share it."""

    @property
    def models(self) -> Models:
        """The models that were last known to be in use."""

    def connect(self, models: Models | None) -> None:
        """Open the library with some models.

        Args:
            models: those asked for; None for the library's own, or the bundled ones of a
                new library.

        Raises:
            NoSuchLibrary: there is none, and none is to be made.
            ModelMismatch: it was indexed with other models, not versions of these.
        """

    def reindex(self, models: Models | None, progress: Progress) -> None:
        """Encode all passages with other models, then connect with these.

        The library's own models are not needed for it, unless ``models`` is None: then the
        indexes are made anew.

        Raises:
            NoSuchLibrary: there is none.
        """

    def renewal(self) -> Renewal | None:
        """Return how many passages are read in full, or None if all are.

        A library that was encoded by another version of its model opens all the same, and one
        whose passages have no contextual vectors yet answers all the same. Until :meth:`renew`
        has encoded them, a search uses the vectors that exist.
        """

    def renew(self, progress: Progress) -> None:
        """Encode the passages that have no vectors of the models in use.

        First all that have no static vector, then all that have no contextual ones. Where
        another process is at the second, wait until it has done so.

        Raises:
            LibraryBusy: another process has held the library for too long.
            WenjuError: the library can only be read.
        """

    def copy_to(self, folder: Path) -> "Backend":
        """Return a connected copy in an empty folder; it shares the models.

        Raises:
            WenjuError: this backend cannot be copied.
        """

    def was_filled(self) -> bool:
        """Return whether the library has ever held a document, removed since or not."""

    def state(self, documents: Sequence[str] | None) -> AbstractContextManager[State]:
        """Return the present state, for one search.

        Args:
            documents: ids, id prefixes or sources to search among; None for all.

        Raises:
            NoSuchDocument: one of them does not exist.
        """

    def summaries(self) -> list[DocumentSummary]:
        """Return all documents, ordered by their first source."""

    def unread_pages(self) -> list[UnreadPages]:
        """Return the documents that have pages which were not read, ordered by their source."""

    def document(self, key: str) -> StoredDocument:
        """Return a document by its id, the start of its id, or a source.

        Raises:
            NoSuchDocument: the key names none, or several.
        """

    def remove(self, key: str) -> DocumentSummary:
        """Remove a document with all its sources, and return its summary.

        Args:
            key: as for :meth:`document`.
        """

    def verify(self, progress: Progress) -> VerifyReport:
        """Compare all that is stored with itself, while nobody writes."""

    def close(self) -> None:
        """Let go of files and connections."""


class BackendFactory(Protocol):
    """Makes the backends of one kind of address; an entry point of ``wenju.backends`` names it."""

    def __call__(self, address: str, *, create: bool) -> Backend:
        """Return the backend of the library at an address, not yet connected.

        Args:
            address: a folder, or ``scheme://…``.
            create: whether connecting makes a library that does not exist.

        Raises:
            NoSuchLibrary: there is none, and ``create`` is false.
            WenjuError: the address is malformed.
        """
