"""What can go wrong between a file and its passages.

CorpusError
├── UnsupportedFormat   no reader knows this kind of file
├── UnreadableFile      the file is damaged, locked, or cannot be opened
├── UndecodableText     no encoding makes sense of the bytes
├── EmptyDocument       the file holds no text
└── FileTooLarge        a limit was reached before the memory was taken

Each carries a ``code`` and ``values`` beside its English sentence, so that who shows it
can say it in another language without reading the sentence.
"""

from typing import ClassVar, Self


class CorpusError(Exception):
    """Root of everything that reading documents can raise.

    Attributes:
        code: what went wrong, in one word; the class's own where the case has none.
        values: what a sentence about it names.

    Args:
        message: what was found and what helps, in English.
    """

    kind: ClassVar[str] = "unreadable_file"

    def __init__(self, message: str, code: str | None = None, **values: str | int) -> None:
        super().__init__(message)
        self.code = code or self.kind
        self.values = values

    def about(self, name: str) -> Self:
        """The same error, which names its file."""
        return type(self)(f"{name}: {self}", self.code, **self.values)


class UnsupportedFormat(CorpusError):
    """No reader knows this kind of file."""

    kind = "unsupported_format"


class UnreadableFile(CorpusError):
    """The file is damaged, locked, missing, or cannot be opened."""

    @classmethod
    def damaged(cls, kind: str, found: str) -> Self:
        """A file of some kind, whose parts do not fit together."""
        return cls(
            f"the {kind} file is damaged: {found.rstrip('.')}; fetch it again, or open it in its "
            "program and save it anew",
            "damaged",
            kind=kind,
        )

    @classmethod
    def encrypted(cls, kind: str) -> Self:
        """A file of some kind that only a password opens."""
        return cls(
            f"the {kind} file is encrypted; save a copy without a password", "encrypted", kind=kind
        )


class UndecodableText(CorpusError):
    """No encoding makes sense of the bytes, as with a binary named ``.txt``."""

    kind = "undecodable_text"


class EmptyDocument(CorpusError):
    """The file was read and holds no text."""

    kind = "empty_document"


class FileTooLarge(CorpusError):
    """The file exceeds a limit; it was refused before it was loaded."""

    kind = "file_too_large"
