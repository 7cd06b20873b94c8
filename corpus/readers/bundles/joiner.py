"""One document of several: of the files in an archive, or a mail and what is attached to it."""

from dataclasses import replace

from corpus.errors import EmptyDocument, FileTooLarge
from corpus.limits import Limits, raising
from corpus.model import Article, Document, Passage, Span
from corpus.readers.encodings import check_length

_BETWEEN = "\n\n"
_MOST_WARNINGS = 20


class Joiner:
    """Joins documents: their texts one after the other, their articles and passages in order.

    Args:
        document_id: of the whole.
        limits: bounds on the whole.
    """

    def __init__(self, document_id: str, limits: Limits) -> None:
        self._id = document_id
        self._limits = limits
        self._texts: list[str] = []
        self._length = 0
        self._articles: list[Article] = []
        self._passages: list[Passage] = []
        self._warnings: list[str] = []

    def add(self, document: Document, member: str | None = None) -> None:
        """Add a document.

        Args:
            document: read by itself.
            member: the path of its file in the whole, which becomes the outermost heading.

        Raises:
            FileTooLarge: if the whole is longer than a document may be.
        """
        if self._texts:
            self._texts.append(_BETWEEN)
            self._length += len(_BETWEEN)
        if len(self._passages) + len(document.passages) > self._limits.passages:
            raise FileTooLarge(
                f"its files have more than {self._limits.passages:,} passages; "
                f"split it, or {raising('passages')}",
                "too_many_passages",
                limit=self._limits.passages,
            )
        check_length(self._length + len(document.text), self._limits)
        above = (member,) if member else ()
        for passage in document.passages:
            self._passages.append(
                replace(
                    passage,
                    number=len(self._passages),
                    article=passage.article + len(self._articles),
                    headings=above + passage.headings,
                    spans=tuple(
                        Span(start + self._length, end + self._length)
                        for start, end in passage.spans
                    ),
                )
            )
        self._articles += document.articles
        self._texts.append(document.text)
        self._length += len(document.text)
        if document.coverage is not None and document.coverage.unread:
            self.warn(
                f"{member}: {len(document.coverage.unread)} of its pages are pictures and were not "
                "read; unpack it and index the folder"
            )
        for warning in document.warnings:
            self.warn(f"{member}: {warning}" if member else warning)

    def warn(self, warning: str) -> None:
        """Add a sentence about a file that was not read."""
        if len(self._warnings) < _MOST_WARNINGS:
            self._warnings.append(warning)

    def document(self) -> Document:
        """Return the whole.

        Raises:
            EmptyDocument: if none of the files could be read.
        """
        if not self._passages:
            reason = f", the first because of this: {self._warnings[0]}" if self._warnings else ""
            raise EmptyDocument(f"none of the files in it can be read{reason}", "nothing_inside")
        return Document(
            self._id,
            "".join(self._texts),
            tuple(self._articles),
            tuple(self._passages),
            tuple(self._warnings),
        )
