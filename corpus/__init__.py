"""Read files into documents with passages. Vectors and questions are not known here."""

from corpus.characters import printable
from corpus.errors import (
    CorpusError,
    EmptyDocument,
    FileTooLarge,
    ReadingStopped,
    UndecodableText,
    UnreadableFile,
    UnsupportedFormat,
)
from corpus.files import SourceFile, find_files, read_file
from corpus.limits import DEFAULT_LIMITS, Limits
from corpus.model import (
    Article,
    Block,
    Coverage,
    Document,
    Extraction,
    Passage,
    Span,
    UnreadReason,
    quote,
    slice_spans,
)
from corpus.readers import READERS, SUPPORTED_SUFFIXES, FileReader, Readers
from corpus.readers.encodings import decode
from corpus.reading import read_document
from corpus.sentences import sentences

__all__ = [
    "DEFAULT_LIMITS",
    "READERS",
    "SUPPORTED_SUFFIXES",
    "Article",
    "Block",
    "CorpusError",
    "Coverage",
    "Document",
    "EmptyDocument",
    "Extraction",
    "FileReader",
    "FileTooLarge",
    "Limits",
    "Passage",
    "Readers",
    "ReadingStopped",
    "SourceFile",
    "Span",
    "UndecodableText",
    "UnreadReason",
    "UnreadableFile",
    "UnsupportedFormat",
    "decode",
    "find_files",
    "printable",
    "quote",
    "read_document",
    "read_file",
    "sentences",
    "slice_spans",
]
