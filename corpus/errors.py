"""The errors of reading documents.

CorpusError
├── UnsupportedFormat   there is no reader for this kind of file
├── UnreadableFile      the file is damaged, locked, or cannot be opened
├── UndecodableText     no encoding makes sense of the bytes
├── EmptyDocument       the file holds no text
├── FileTooLarge        a limit was reached before the memory was taken
└── ReadingStopped      reading took more than it may, or the reader crashed

Each has a ``code`` and ``values`` beside its English sentence, so that it can be shown in
another language without parsing the sentence.
"""

from typing import ClassVar, Self

from corpus.limits import Limits, raising


class CorpusError(Exception):
    """Base class of the errors of reading documents.

    Attributes:
        code: the case, in one word; that of the class where the case has none of its own.
        values: the names and figures of the sentence.

    Args:
        message: an English sentence about what was found and how to fix it.
        code: see above.
        values: see above.
    """

    kind: ClassVar[str] = "unreadable_file"

    def __init__(self, message: str, code: str | None = None, **values: str | int) -> None:
        super().__init__(message)
        self.code = code or self.kind
        self.values = values

    def about(self, name: str) -> Self:
        """Return the same error with the name of its file before the sentence."""
        return type(self)(f"{name}: {self}", self.code, **self.values)


class UnsupportedFormat(CorpusError):
    """There is no reader for this kind of file."""

    kind = "unsupported_format"


class UnreadableFile(CorpusError):
    """The file is damaged, locked, missing, or cannot be opened."""

    @classmethod
    def damaged(cls, kind: str, found: str) -> Self:
        """Return the error of a damaged file."""
        return cls(
            f"the {kind} file is damaged: {found.rstrip('.')}; fetch it again, or open it in its "
            "program and save it anew",
            "damaged",
            kind=kind,
        )

    @classmethod
    def encrypted(cls, kind: str) -> Self:
        """Return the error of a file that only a password opens."""
        return cls(
            f"the {kind} file is encrypted; save a copy without a password", "encrypted", kind=kind
        )


class UndecodableText(CorpusError):
    """No encoding makes sense of the bytes, as with a binary named ``.txt``."""

    kind = "undecodable_text"


class EmptyDocument(CorpusError):
    """The file was read and has no text."""

    kind = "empty_document"


class FileTooLarge(CorpusError):
    """The file exceeds a limit; it was refused before it was loaded."""

    kind = "file_too_large"

    @classmethod
    def too_many_pages(cls, kind: str, pages: int, limits: Limits) -> Self:
        """Return the error of a file with more pages than are read."""
        return cls(
            f"the {kind} file has {pages:,} pages, the limit is {limits.pages:,}; "
            f"split the file, or {raising('pages')}",
            "too_many_pages",
            pages=pages,
            limit=limits.pages,
        )


class ReadingStopped(CorpusError):
    """Reading the file took more than it may, crashed, or was given up."""

    kind = "reading_stopped"

    @classmethod
    def too_long(cls, limits: Limits, limit: str) -> Self:
        """Reading took too long.

        Args:
            limits: those that were set.
            limit: the one that was reached, ``cpu_seconds`` or ``wall_seconds``.
        """
        seconds: int = getattr(limits, limit)
        time = "computing time" if limit == "cpu_seconds" else "time"
        return cls(
            f"reading the file took more than {seconds:,} s of {time}; "
            f"split it, or {raising(limit)}",
            "took_too_long",
            seconds=seconds,
        )

    @classmethod
    def too_much_memory(cls, limits: Limits) -> Self:
        """Reading needed too much memory."""
        return cls(
            f"reading the file needed more than {limits.memory_bytes:,} bytes of memory; "
            f"split it, or {raising('memory_bytes')}",
            "took_too_much_memory",
            limit=limits.memory_bytes,
        )

    @classmethod
    def too_much_text(cls, limits: Limits) -> Self:
        """Reading gave more than can be taken."""
        return cls(
            "the file gave more passages and headings than can be taken from a text of "
            f"{limits.characters:,} characters; split it, or {raising('characters')}",
            "gave_too_much_text",
            limit=limits.characters,
        )

    @classmethod
    def crashed(cls, found: str) -> Self:
        """The reader crashed.

        Args:
            found: how, a signal or an exception.
        """
        return cls(
            f"the reader crashed ({found}): the file is damaged or made to do harm; "
            "open it in its program and save it anew",
            "reader_crashed",
        )
