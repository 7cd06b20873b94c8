"""What can go wrong between a question and its answer.

WenjuError
├── BadQuestion         empty, or longer than a question may be
├── NoSuchLibrary       the library named does not exist
├── LibraryUnreachable  the server that keeps the library does not answer
├── NoSuchDocument      no document, or more than one, goes by that id or source
├── LibraryBusy         another process is writing and did not finish in time
├── LibraryDamaged      the store cannot be read, or is not a store
├── ModelMismatch       the library was built with another model
├── BadDataset          an evaluation set is missing or malformed
├── ReadOnly            who asks may not change the library
├── LimitReached        a visitor may not keep more
├── NoWriter            no writer is set up, or not as it must be
└── WriterFailed        the writer's endpoint did not write to the end

Errors of the other two rooms reach the caller as a :class:`WenjuError` with the
cause attached. Each carries a ``code`` and ``values`` beside its English sentence, from
which :mod:`qa.explanations` makes the Chinese one.
"""

from collections.abc import Mapping
from typing import ClassVar


class WenjuError(Exception):
    """Root of everything that :class:`qa.Library` raises.

    Attributes:
        code: what went wrong, in one word; the class's own where the case has none.
        values: what a sentence about it names.

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
    """No document, or more than one, goes by the id or source asked for."""

    kind = "no_such_document"


class LibraryBusy(WenjuError):
    """Another process is writing to the library and did not finish in time."""

    kind = "library_busy"


class LibraryDamaged(WenjuError):
    """The store cannot be read, or the file is not a store of ours."""

    kind = "library_damaged"


class ModelMismatch(WenjuError):
    """The library's vectors were made by another model than the one asked for."""

    kind = "model_mismatch"


class BadDataset(WenjuError):
    """An evaluation set is missing or malformed."""

    kind = "bad_dataset"


class ReadOnly(WenjuError):
    """Who asks may read the library and not change it."""

    kind = "read_only"


class LimitReached(WenjuError):
    """A visitor of a public page may not keep more, or the page no more visitors."""

    kind = "limit_reached"


class NoWriter(WenjuError):
    """No writer is set up, or its settings are wrong; answers do not need one."""

    kind = "no_writer"


class WriterFailed(WenjuError):
    """The writer's endpoint refused, stalled, broke off, or sent what cannot be read."""

    kind = "writer_failed"
