"""Which library a visitor of a page or a server asks, and what they may change in it.

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
    """What a page or a server needs to know of its libraries.

    ``visitor`` is a secret that a visitor's browser made up, or None for whoever has none.

    Attributes:
        base: the library of a visitor who has added nothing.
        editable: whether visitors may add and remove documents.
    """

    @property
    def base(self) -> Library: ...  # noqa: D102

    @property
    def editable(self) -> bool: ...  # noqa: D102

    def of(self, visitor: str | None) -> Library:
        """The library that a visitor asks."""
        ...

    def removable(self, visitor: str | None) -> frozenset[str]:
        """Ids of the documents that a visitor may remove."""
        ...

    def feedback(self, visitor: str | None) -> Feedback:
        """Where what a visitor says of answers is kept."""
        ...

    def add(
        self,
        visitor: str | None,
        name: str,
        data: bytes,
        abandoned: Callable[[], bool] | None = None,
    ) -> IndexReport:
        """Add an upload to a visitor's library; see :meth:`qa.Library.add_bytes`.

        Threads may add at the same time: files are read side by side.

        Args:
            visitor: their secret, if they sent one.
            name: the upload's name.
            data: its bytes.
            abandoned: whether the visitor has left; the file is given up then.

        Raises:
            WenjuError: the visitor may not, or may not any more.
        """
        ...

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:
        """Remove a document from a visitor's library; see :meth:`qa.Library.remove`.

        Raises:
            WenjuError: the visitor may not.
        """
        ...


class Shared:
    """One library for everybody.

    Args:
        library: what is asked.
        editable: whether whoever reaches it may change it; the demo library never.
    """

    def __init__(self, library: Library, *, editable: bool = False) -> None:
        self._library = library
        self._editable = editable and not library.is_demo
        self._stored = StoredFeedback(library)
        self._sessions = Sessions()

    @property
    def base(self) -> Library:
        """The library."""
        return self._library

    @property
    def editable(self) -> bool:
        """Whether documents may be added and removed here."""
        return self._editable

    def of(self, visitor: str | None) -> Library:  # noqa: ARG002 (all share it)
        """The library, whoever asks."""
        return self._library

    def removable(self, visitor: str | None) -> frozenset[str]:  # noqa: ARG002 (all share it)
        """All documents, or none where nothing may be changed."""
        return frozenset(one.id for one in self._library.documents() if self._editable)

    def add(
        self,
        visitor: str | None,  # noqa: ARG002 (all share it)
        name: str,
        data: bytes,
        abandoned: Callable[[], bool] | None = None,
    ) -> IndexReport:
        """Add an upload; see :meth:`Libraries.add`."""
        self._check()
        return self._library.add_bytes(name, data, isolated=True, abandoned=abandoned)

    def remove(self, visitor: str | None, key: str) -> DocumentSummary:  # noqa: ARG002
        """Remove a document; see :meth:`Libraries.remove`."""
        self._check()
        return self._library.remove(key)

    def feedback(self, visitor: str | None) -> Feedback:
        """The library's own, or the visitor's where nothing may be changed."""
        return self._stored if self._editable else self._sessions.of(visitor)

    def _check(self) -> None:
        if not self._editable:
            raise ReadOnly(
                "This library can only be read here. Change it on the machine that serves it: "
                "wenju index PATH, wenju remove ID."
            )
