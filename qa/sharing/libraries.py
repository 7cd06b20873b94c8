"""Libraries of the visitors of a page or a server, and what visitors may change.

One library that everybody shares (:class:`Shared`), or the private ones of a public
page's visitors (:class:`qa.sharing.visitors.Visitors`).
"""

from collections.abc import Callable
from typing import Protocol

from qa.errors import ReadOnly
from qa.evaluation.feedback import Feedback, Sessions, StoredFeedback
from qa.library import Library
from qa.results import DocumentSummary, IndexReport


class Libraries(Protocol):
    """The libraries that a page or a server needs.

    ``visitor`` is a secret that the visitor's browser made up, or None without one.

    Attributes:
        base: the library of a visitor who has added nothing.
        editable: whether visitors may add and remove documents.
    """

    @property
    def base(self) -> Library: ...  # noqa: D102

    @property
    def editable(self) -> bool: ...  # noqa: D102

    def of(self, visitor: str | None) -> Library:
        """Return the library of a visitor."""
        ...

    def removable(self, visitor: str | None) -> frozenset[str]:
        """Return the ids of the documents that a visitor may remove."""
        ...

    def feedback(self, visitor: str | None) -> Feedback:
        """Return the store of a visitor's feedback."""
        ...

    def add(
        self,
        visitor: str | None,
        name: str,
        data: bytes,
        abandoned: Callable[[], bool] | None = None,
        network: str = "",
    ) -> IndexReport:
        """Add an upload to a visitor's library; see :meth:`qa.Library.add_bytes`.

        Threads may add at the same time: files are read side by side.

        Args:
            visitor: their secret, if they sent one.
            name: the upload's name.
            data: its bytes.
            abandoned: whether the visitor has left; the file is given up then.
            network: from which it comes, where one network may have a few places only; see
                :func:`qa.sharing.access.network_of`.

        Raises:
            WenjuError: the visitor may not add the file, or no more files.
        """
        ...

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:
        """Remove a document from a visitor's library; see :meth:`qa.Library.remove`.

        Raises:
            WenjuError: the visitor may not remove it.
        """
        ...


class Shared:
    """One library for all visitors.

    Args:
        library: the library.
        editable: whether every visitor may change it. The demo library is never editable.
    """

    def __init__(self, library: Library, *, editable: bool = False) -> None:
        self._library = library
        self._editable = editable and not library.is_demo
        self._stored = StoredFeedback(library)
        self._sessions = Sessions()

    @property
    def base(self) -> Library:
        """Return the library."""
        return self._library

    @property
    def editable(self) -> bool:
        """Return whether documents may be added and removed here."""
        return self._editable

    def of(self, visitor: str | None) -> Library:  # noqa: ARG002 (all share it)
        """Return the library, the same for all visitors."""
        return self._library

    def removable(self, visitor: str | None) -> frozenset[str]:  # noqa: ARG002 (all share it)
        """Return the ids of all documents, or none if the library may not be changed."""
        return frozenset(one.id for one in self._library.documents() if self._editable)

    def add(
        self,
        visitor: str | None,  # noqa: ARG002 (all share it)
        name: str,
        data: bytes,
        abandoned: Callable[[], bool] | None = None,
        network: str = "",  # noqa: ARG002
    ) -> IndexReport:
        """Add an upload; see :meth:`Libraries.add`."""
        self._check()
        return self._library.add_bytes(name, data, isolated=True, abandoned=abandoned, wait=False)

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:  # noqa: ARG002
        """Remove a document; see :meth:`Libraries.remove`."""
        self._check()
        return self._library.remove(key)

    def feedback(self, visitor: str | None) -> Feedback:
        """Return the library's own, or the visitor's if the library may not be changed."""
        return self._stored if self._editable else self._sessions.of(visitor)

    def _check(self) -> None:
        if not self._editable:
            raise ReadOnly(
                "This library can only be read here. Change it on the machine that serves it: "
                "wenju index PATH, wenju remove ID."
            )
