"""The errors of reading documents.

CorpusError
├── UnsupportedFormat   there is no reader for this kind of file
├── UnreadableFile      the file is damaged, locked, or cannot be opened
├── UndecodableText     no encoding makes sense of the bytes
├── EmptyDocument       the file holds no text
└── FileTooLarge        a limit was reached before the memory was taken

Each has a ``code`` and ``values`` beside its English sentence, so that it can be shown in
another language without parsing the sentence.
"""

from typing import ClassVar, Self


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
