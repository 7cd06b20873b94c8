"""What can go wrong between a question and its answer.

WenjuError
├── BadQuestion         empty, or longer than a question may be
├── NoSuchLibrary       the library named does not exist
├── NoSuchDocument      no document, or more than one, goes by that id or source
├── LibraryBusy         another process is writing and did not finish in time
├── LibraryDamaged      the store cannot be read, or is not a store
├── ModelMismatch       the library was built with another model
└── BadDataset          an evaluation set is missing or malformed

Errors of the other two rooms reach the caller as a :class:`WenjuError` with the
cause attached.
"""


class WenjuError(Exception):
    """Root of everything that :class:`qa.Library` raises."""


class BadQuestion(WenjuError):
    """The question is empty, or longer than a question may be."""


class NoSuchLibrary(WenjuError):
    """The library named does not exist."""


class NoSuchDocument(WenjuError):
    """No document, or more than one, goes by the id or source asked for."""


class LibraryBusy(WenjuError):
    """Another process is writing to the library and did not finish in time."""


class LibraryDamaged(WenjuError):
    """The store cannot be read, or the file is not a store of ours."""


class ModelMismatch(WenjuError):
    """The library's vectors were made by another model than the one asked for."""


class BadDataset(WenjuError):
    """An evaluation set is missing or malformed."""
