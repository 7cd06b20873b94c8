"""A vector index kept at the store's latest commit, and its file.

A library has one of static vectors, and one of contextual vectors where its model has them.
Each file is checked when it is opened; what is missing is caught up from the store.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from embeddings import EXACT_UP_TO, IndexStamp, IndexUnusable, VectorIndex
from qa.errors import ModelMismatch
from qa.storage.local.catalogue import (
    Catalogue,
    RowVectors,
    contextual_since,
    vectors_lacking,
    vectors_since,
)
from qa.storage.local.store import Store
from qa.storage.permissions import private_folder
from qa.storage.records import NO_COMMIT, Commit, Model

_log = logging.getLogger(__name__)

# Saving writes the whole file, so a small addition to a large index waits: catching up from
# the store takes less time than writing.
_ALWAYS_SAVED_BELOW = 20_000  # vectors
_SAVED_AT_CHANGE = 0.05  # of all vectors


class FileVersion(NamedTuple):
    """The identity of one writing of a file; each writing makes a new file."""

    inode: int
    modified_ns: int


class _Loaded(NamedTuple):
    """A vector index, and the commit of the store that it reflects."""

    vectors: VectorIndex
    commit: Commit


@dataclass(frozen=True, slots=True)
class VectorKind:
    """The static or the contextual vectors of a model.

    Attributes:
        file: name of the index file.
        described: what the log calls the index.
        fingerprint: of the model that makes the vectors.
        dimension: of a vector.
        since: yields those that came after a commit, given the index that lacks them.
    """

    file: str
    described: str
    fingerprint: str
    dimension: int
    since: Callable[[Store, int, VectorIndex], Iterator[RowVectors]]


def static_vectors(model: Model) -> VectorKind:
    """Return the kind of a model's static vectors."""
    return VectorKind(
        "vectors.faiss", "vector index", model.static_fingerprint, model.dimension, _static_since
    )


def contextual_vectors(model: Model) -> VectorKind | None:
    """Return the kind of a model's contextual vectors; None if it has none."""
    if not model.contextual:
        return None
    return VectorKind(
        "contextual.faiss",
        "contextual vector index",
        model.fingerprint,
        model.contextual,
        lambda store, sequence, _: contextual_since(store.database, sequence),
    )


def kinds_of(model: Model) -> list[VectorKind]:
    """Return the kinds of vectors that a model has."""
    contextual = contextual_vectors(model)
    return [static_vectors(model)] + ([] if contextual is None else [contextual])


class FollowingVectors:
    """The vectors of one kind at one commit. The caller sees to it that one thread changes them.

    Args:
        kind: of the vectors.
        folder: of the index files.
        store: the truth.
        catalogue: reads of the truth.
        model: the one in use.

    Attributes:
        vectors: the index.
        commit: of the store that it reflects.
    """

    def __init__(
        self, kind: VectorKind, folder: Path, store: Store, catalogue: Catalogue, model: Model
    ) -> None:
        self._kind = kind
        self._folder = folder
        self._store = store
        self._catalogue = catalogue
        self._model = model
        self.vectors = VectorIndex(kind.dimension)
        self.commit = NO_COMMIT
        self._load()

    def is_superseded(self) -> bool:
        """Return whether another process has made a new sieve since.

        A question must find the same in every process, so all use the same one.
        """
        if len(self.vectors) <= EXACT_UP_TO:
            return False
        return self._file_version() not in (None, self._version)

    def refresh(self) -> None:
        """Bring the index to the store's latest commit.

        Raises:
            ModelMismatch: the library was re-indexed with another model meanwhile.
        """
        if self.is_superseded():
            self._load()
        store = self._store
        with store.database.reading():
            head = store.head()
            if head == self.commit:
                return
            model = store.model()
            if model is None or model.fingerprint != self._model.fingerprint:
                raise ModelMismatch(
                    f"The library was re-indexed with another model while it was open with "
                    f"{self._model.name!r}. Open it anew."
                )
            if not store.has(self.commit):  # the file was replaced by a copy of it
                self.vectors, self.commit = VectorIndex(self._kind.dimension), NO_COMMIT
            removed = self._catalogue.removed_since(self.commit.sequence)
            self._removed += self.vectors.remove(removed) if len(removed) else 0
            for rows, vectors in self._kind.since(store, self.commit.sequence, self.vectors):
                missing = self.vectors.lacks(rows)  # all, unless an earlier try was cut short
                self.vectors.add(rows[missing], vectors[missing])
                self._added += len(rows)
        self.commit = head

    def save(self) -> None:
        """Write the index, unless little was added in proportion to its size.

        The caller holds the write lock. On a full disk the file stays behind.
        """
        size = len(self.vectors)
        if size < _ALWAYS_SAVED_BELOW or self._added > _SAVED_AT_CHANGE * size:
            with suppress(OSError):
                self._write()

    def erase(self) -> None:
        """Remove from the file whatever was removed, or delete it if it cannot be written."""
        if self._removed:
            try:
                self._write()
            except OSError:
                self.delete_file()

    def delete_file(self) -> None:
        """Delete the file; the index goes on in memory."""
        (self._folder / self._kind.file).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file: what maps it into memory goes with the last search."""
        self.vectors = VectorIndex(self._kind.dimension)

    def _load(self) -> None:
        self._added = self._removed = 0  # since the file was written
        self._version = self._file_version()  # of the file that the vectors are from
        self.vectors, self.commit = self._loaded()

    def _loaded(self) -> _Loaded:
        """Return the index in the file; an empty one if that is not usable."""
        kind, store, path = self._kind, self._store, self._folder / self._kind.file
        empty = _Loaded(VectorIndex(kind.dimension), NO_COMMIT)
        rebuilding = f"Rebuilding the {kind.described}"
        if not path.exists():
            if not store.is_empty():
                _log.warning("%s from the library: its file is missing.", rebuilding)
            return empty
        try:
            index, stamp = VectorIndex.load(path, _fingerprint(kind, store), kind.dimension)
        except IndexUnusable as error:
            _log.warning("%s from the library. %s", rebuilding, error)
            return empty
        commit = Commit(stamp.sequence, stamp.commit)
        if not store.has(commit):
            _log.warning("%s: its file belongs to another state of the library.", rebuilding)
            return empty
        return _Loaded(index, commit)

    def _write(self) -> None:
        if self._added or self._removed:
            _save(self.vectors, self._kind, self._folder, self._store, self.commit)
            self._version = self._file_version()
            self._added = self._removed = 0

    def _file_version(self) -> FileVersion | None:
        """Return the version of the file; None if there is no file."""
        try:
            status = (self._folder / self._kind.file).stat()
        except FileNotFoundError:
            return None
        return FileVersion(status.st_ino, status.st_mtime_ns)


def begin_vectors(folder: Path, store: Store, model: Model) -> None:
    """Replace the files of another model by empty ones, to be caught up from the store.

    The caller holds the write lock. A file that is missing later was lost, which is logged. The
    file of the static vectors stays where both models have the same.
    """
    before = store.model()
    held = [] if before is None else [kind.fingerprint for kind in kinds_of(before)]
    for kind in kinds_of(model):
        if kind.fingerprint not in held:
            _save(VectorIndex(kind.dimension), kind, folder, store, NO_COMMIT)
    if contextual_vectors(model) is None and before is not None:
        unused = contextual_vectors(before)
        if unused is not None:
            (folder / unused.file).unlink(missing_ok=True)


def rebuild_vectors(folder: Path, store: Store, model: Model, commit: Commit) -> None:
    """Write the files of the present vectors; the caller holds the write lock."""
    for kind in kinds_of(model):
        vectors = VectorIndex(kind.dimension)
        for rows, found in kind.since(store, 0, vectors):
            vectors.add(rows, found)
        _save(vectors, kind, folder, store, commit)


def _save(index: VectorIndex, kind: VectorKind, folder: Path, store: Store, commit: Commit) -> None:
    private_folder(folder)
    index.save(folder / kind.file, IndexStamp(_fingerprint(kind, store), kind.dimension, *commit))


def _fingerprint(kind: VectorKind, store: Store) -> str:
    """Return the fingerprint of model and library: another library's rows mean other passages."""
    return f"{kind.fingerprint}@{store.identity()}"


def _static_since(store: Store, sequence: int, vectors: VectorIndex) -> Iterator[RowVectors]:
    if 0 < sequence < store.renewed():
        return vectors_lacking(store.database, vectors.lacks)
    return vectors_since(store.database, sequence)
