"""A library: documents in, cited answers out. The one door of this room."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from corpus import Document, Limits
from embeddings import Reranker, load_reranker
from qa import adding, locations
from qa.asking import Asking
from qa.backend import Backend
from qa.copying import copy_store
from qa.errors import WenjuError
from qa.indexing import Indexer
from qa.limits import limits_of_environment
from qa.local import LocalBackend
from qa.models import load_models
from qa.opening import open_backend, reindexed
from qa.progress import Progress, silent
from qa.results import DocumentDetail, DocumentSummary, IndexReport, VerifyReport
from qa.store import FILE_NAME
from qa.translation import raising_wenju_errors


class Library(Asking):
    """Documents that can be asked. Make one with :meth:`open` or :meth:`demo`.

    Threads may share a library; several processes may open the same folder, one of
    which writes at a time while all may read.

    Attributes:
        path: the library's folder; of one in Milvus, for what is kept of it on this machine.
        location: the folder, or the address in Milvus without what is secret.
        is_demo: whether this is the demo library.
        limits: what one file may ask for.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        is_demo: bool = False,
        reranker: Reranker | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or limits_of_environment()
        self.path, self.location = backend.path, backend.location
        self.is_demo = is_demo
        super().__init__(backend, reranker)

    @classmethod
    @raising_wenju_errors
    def open(
        cls,
        path: str | Path | None = None,
        *,
        model: str | Path | None = None,
        reranker: str | Path | None = None,
        create: bool = True,
        limits: Limits | None = None,
    ) -> Self:
        """Open the library in a folder, or in Milvus.

        Args:
            path: the folder, or ``milvus://host:port/name``; ``$WENJU_LIBRARY`` or a folder
                among the user's data by default.
            model: the embedding model, as :func:`embeddings.load_encoder` names it; the
                library's own by default, the bundled one for a new library.
            reranker: a cross-encoder for the best candidates, by name; none by default.
            create: whether to make a library that does not exist.
            limits: what one file may ask for; those of the environment by default
                (``WENJU_MAX_PAGES`` and the like).

        Raises:
            NoSuchLibrary: it does not exist, and ``create`` is false.
            ModelMismatch: it was indexed with another model than ``model``.
            WenjuError: it cannot be read, or the model cannot be had.
        """
        named = locations.default_library() if path is None else path
        cross_encoder = None if reranker is None else load_reranker(reranker)
        backend = open_backend(named, model, create=create)
        return cls(backend, reranker=cross_encoder, limits=limits)

    @classmethod
    @raising_wenju_errors
    def demo(cls, *, model: str | Path | None = None, reranker: str | Path | None = None) -> Self:
        """Open the demo library, indexing its articles if that was never done.

        It lies among the user's caches, or in a temporary folder where none can be written.

        Args:
            model: as for :meth:`open`.
            reranker: likewise.
        """
        models = load_models(model)
        cross_encoder = None if reranker is None else load_reranker(reranker)
        with locations.demo_articles() as articles:
            folder = locations.demo_library(articles, models.fingerprint)
            backend = LocalBackend(folder, models)
            library = cls(backend, is_demo=True, reranker=cross_encoder)
            library.add(articles)
        return library

    @classmethod
    def own_or_demo(
        cls, *, model: str | Path | None = None, reranker: str | Path | None = None
    ) -> Self:
        """Open the default library; the demo library, if that one has never held a document.

        An indexing that found nothing leaves a library behind which is nobody's yet. One that
        was emptied is somebody's, and so is the one that ``$WENJU_LIBRARY`` names.

        Args:
            model: of the demo library, as for :meth:`open`.
            reranker: likewise, of either.

        Raises:
            NoSuchLibrary: the one that ``$WENJU_LIBRARY`` names does not exist.
        """
        named = locations.named_library() is not None
        if named or (locations.default_library() / FILE_NAME).exists():
            own = cls.open(reranker=reranker, create=False)
            if named or not isinstance(own._backend, LocalBackend) or own._backend.was_filled():
                return own
            own.close()
        return cls.demo(model=model, reranker=reranker)

    @classmethod
    @raising_wenju_errors
    def reindex(
        cls, path: str | Path, model: str | Path | None = None, progress: Progress = silent
    ) -> Self:
        """Encode a library with another model; searches go on with the old one until then.

        With the model that it has, the index files are made anew from the documents.

        Args:
            path: the library's folder or address.
            model: the new model; the library's own by default.
            progress: told how far it is.
        """
        return cls(reindexed(path, model, progress))

    @raising_wenju_errors
    def copy(self, folder: Path) -> Self:
        """A library of the same documents in an empty folder; it shares this one's models.

        Raises:
            WenjuError: this one does not lie in a folder.
        """
        if not isinstance(self._backend, LocalBackend):
            raise WenjuError(
                f"{self.location} is no folder that could be copied; `wenju export` it."
            )
        copy_store(self.path, folder)
        return type(self)(LocalBackend(folder, self._backend.models), reranker=self._reranker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files. Searches under way in other threads fail."""
        self._backend.close()

    @property
    def model_name(self) -> str:
        """The embedding model, by the name it was asked for."""
        return self._backend.models.encoder.name

    @raising_wenju_errors
    def add(
        self, *paths: str | Path, prune: bool = False, progress: Progress = silent
    ) -> IndexReport:
        """Add files and folders; what is there unchanged is left alone.

        Args:
            paths: files, and folders with all that is in them.
            prune: remove sources that the library holds and no path has any more; nothing
                is removed if a path leads nowhere.
            progress: told how far it is.

        Returns:
            What became of each source. A file that cannot be read is named there with the
            reason; the others are added all the same.
        """
        return adding.add(self._backend, paths, self.limits, prune=prune, progress=progress)

    @raising_wenju_errors
    def add_bytes(self, name: str, data: bytes) -> IndexReport:
        """Add one document, an upload say, under a name.

        Args:
            name: the source; only its last part counts, whatever slashes it has.
            data: the file's bytes.
        """
        return adding.add_bytes(self._backend, name, data, self.limits)

    @raising_wenju_errors
    def add_documents(
        self, documents: Iterable[tuple[str, Document]], *, progress: Progress = silent
    ) -> None:
        """Put documents that were read already under their sources.

        Args:
            documents: source and document; the document's id stands for its content.
            progress: told how far it is.
        """
        Indexer(self._backend).put(documents, progress)

    @raising_wenju_errors
    def remove(self, key: str) -> DocumentSummary:
        """Remove a document with all its sources; the very next question misses it.

        Args:
            key: its id, the start of its id, or one of its sources.

        Raises:
            NoSuchDocument: nothing, or more than one document, goes by the key.
        """
        return self._backend.remove(key)

    @raising_wenju_errors
    def documents(self) -> list[DocumentSummary]:
        """All documents, by their sources."""
        return self._backend.summaries()

    @raising_wenju_errors
    def show(self, key: str) -> DocumentDetail:
        """A document with its stored text and passages, by a key as :meth:`remove` takes."""
        return self._backend.document(key).detail

    @raising_wenju_errors
    def verify(self, progress: Progress = silent) -> VerifyReport:
        """Hold every passage, vector and index file against each other."""
        return self._backend.verify(progress)
