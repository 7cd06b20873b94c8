"""What can go wrong between a file and its passages.

CorpusError
├── UnsupportedFormat   no reader knows this kind of file
├── UnreadableFile      the file is damaged, locked, or cannot be opened
├── UndecodableText     no encoding makes sense of the bytes
├── EmptyDocument       the file holds no text
└── FileTooLarge        a limit was reached before the memory was taken
"""


class CorpusError(Exception):
    """Root of everything that reading documents can raise."""


class UnsupportedFormat(CorpusError):
    """No reader knows this kind of file."""


class UnreadableFile(CorpusError):
    """The file is damaged, locked, missing, or cannot be opened."""


class UndecodableText(CorpusError):
    """No encoding makes sense of the bytes, as with a binary named ``.txt``."""


class EmptyDocument(CorpusError):
    """The file was read and holds no text."""


class FileTooLarge(CorpusError):
    """The file exceeds a limit; it was refused before it was loaded."""
