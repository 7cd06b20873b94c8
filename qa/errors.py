"""Errors: everything that a library raises.

WenjuError
├── BadArgument         a value of the wrong type, or none of those that are possible
├── BadQuestion         empty, or longer than a question may be
├── LibraryClosed       the library was closed
├── NoSuchLibrary       the library named does not exist
├── LibraryUnreachable  the server that keeps the library does not answer
├── NoSuchDocument      no document, or more than one, has that id or source
├── LibraryBusy         another process is writing and did not finish in time
├── LibraryDamaged      the store cannot be read, or is not a store
├── ModelMismatch       the library was built with another model
├── BadDataset          an evaluation set is missing or malformed
├── ReadOnly            the library may be read and not changed
├── LimitReached        a visitor may keep no more
├── NoWriter            no writer is set up, or its settings are wrong
└── WriterFailed        the writer's endpoint failed before its end

Errors of ``corpus`` and ``embeddings`` reach the caller as a :class:`WenjuError` with the
cause attached. Each carries a ``code`` and ``values`` beside its English sentence, from
which :mod:`qa.messages_zh` makes the Chinese one.
"""

import sqlite3
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ClassVar, ParamSpec, Self, TypeVar

from corpus import CorpusError
from embeddings import EmbeddingError


class WenjuError(Exception):
    """The root of the errors that :class:`qa.Library` raises.

    Attributes:
        code: the error in one word, for programs.
        values: the names and figures of its sentence, for translations.

    Args:
        message: what was asked, what was found and what helps, in English.
    """

    kind: ClassVar[str] = "failed"

    def __init__(
        self,
        message: str,
        code: str | None = None,
        values: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code or self.kind
        self.values = dict(values or {})


class BadArgument(WenjuError):
    """A value is of the wrong type, or none of those that are possible."""

    kind = "bad_argument"


class LibraryClosed(WenjuError):
    """The library was closed; open it again to use it."""

    kind = "library_closed"

    @classmethod
    def of(cls, location: object) -> Self:
        """Return the error for the library at ``location``."""
        return cls(f"The library in {location} was closed. Open it again: Library.open(...)")


class BadQuestion(WenjuError):
    """The question is empty, or longer than a question may be."""

    kind = "bad_question"


class NoSuchLibrary(WenjuError):
    """The library named does not exist."""

    kind = "no_such_library"


class LibraryUnreachable(WenjuError):
    """The server that keeps the library does not answer."""

    kind = "library_unreachable"


class NoSuchDocument(WenjuError):
    """No document, or more than one, has the id or source."""

    kind = "no_such_document"

    @classmethod
    def ambiguous(cls, key: str, first: str, second: str) -> Self:
        """Return the error for a key that begins the ids of two documents."""
        return cls(
            f"Several documents' ids begin with {key!r}: {first[:16]}…, {second[:16]}…. "
            "Give more digits; `wenju documents` lists them.",
            "ambiguous_document",
            {"key": key},
        )

    @classmethod
    def unknown(cls, key: str) -> Self:
        """Return the error for a key that never named a document."""
        return cls(
            f"No document has the id or source {key!r}. `wenju documents` lists them.",
            "no_such_document",
            {"key": key},
        )

    @classmethod
    def no_passage(cls, passage_id: str) -> Self:
        """Return the error for an id that is not that of a passage."""
        document_id = passage_id.partition(":")[0]
        return cls(
            f"No passage has the id {passage_id[:80]!r}. `wenju show {document_id[:12] or 'ID'} "
            "--json` lists the passages of a document.",
            "no_such_passage",
            {"passage": passage_id[:80]},
        )

    @classmethod
    def gone(cls, document_id: str) -> Self:
        """Return the error for a document that was removed while it was being read."""
        named = f"{document_id[:16]}…"
        return cls(f"The document {named} is no longer there.", "no_such_document", {"key": named})

    @classmethod
    def departed(cls, document_id: str, successor: str | None) -> Self:
        """Return the error for a document that was deleted, or that ``successor`` replaced."""
        if not successor:
            return cls(
                f"The document {document_id[:16]}… was deleted from this library.",
                "deleted_document",
                {"document": f"{document_id[:16]}…"},
            )
        return cls(
            f"The document {document_id[:16]}… has changed; it is now {successor[:16]}….",
            "changed_document",
            {"document": f"{document_id[:16]}…", "successor": f"{successor[:16]}…"},
        )


class LibraryBusy(WenjuError):
    """Another process is writing to the library and did not finish in time."""

    kind = "library_busy"


class LibraryDamaged(WenjuError):
    """The store cannot be read, or is not the store of a library."""

    kind = "library_damaged"


class ModelMismatch(WenjuError):
    """The library's vectors were made by another model than the one asked for."""

    kind = "model_mismatch"


class BadDataset(WenjuError):
    """An evaluation set is missing or malformed."""

    kind = "bad_dataset"


class ReadOnly(WenjuError):
    """The library may be read and not changed."""

    kind = "read_only"


class LimitReached(WenjuError):
    """A visitor of a public page may keep no more, or the page takes no more visitors."""

    kind = "limit_reached"


class NoWriter(WenjuError):
    """No writer is set up, or its settings are wrong; answers do not need one."""

    kind = "no_writer"


class WriterFailed(WenjuError):
    """The writer's endpoint refused, stalled, broke off, or sent what cannot be read."""

    kind = "writer_failed"


P = ParamSpec("P")
R = TypeVar("R")


def raising_wenju_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose foreseeable errors are each a :class:`WenjuError`."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except CorpusError as error:
            raise WenjuError(str(error), error.code, error.values) from error
        except EmbeddingError as error:
            raise WenjuError(str(error), error.kind) from error
        except sqlite3.DatabaseError as error:
            # A connection that another thread closed raises a ProgrammingError.
            if isinstance(
                error,
                sqlite3.OperationalError | sqlite3.IntegrityError | sqlite3.ProgrammingError,
            ):
                raise WenjuError(f"The library could not be used: {error}") from error
            raise LibraryDamaged(
                f"The library is damaged: {error}. Restore library.sqlite3 from a copy, or index "
                "the documents into another folder: wenju index PATH --library DIR"
            ) from error
        except (sqlite3.Error, OSError) as error:
            raise WenjuError(f"The library could not be used: {error}") from error
        except UnicodeEncodeError as error:
            raise WenjuError(
                f"{error.object!r:.80} is no text: it cannot be UTF-8.", "half_a_character"
            ) from error

    return wrapped
