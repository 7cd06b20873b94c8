"""Files in, passages out. This room knows no vectors and no questions."""

from corpus.errors import (
    CorpusError,
    EmptyDocument,
    FileTooLarge,
    UndecodableText,
    UnreadableFile,
    UnsupportedFormat,
)
from corpus.model import Article, Block, Document, Extraction, Passage, Span, quote, slice_spans

__all__ = [
    "Article",
    "Block",
    "CorpusError",
    "Document",
    "EmptyDocument",
    "Extraction",
    "FileTooLarge",
    "Passage",
    "Span",
    "UndecodableText",
    "UnreadableFile",
    "UnsupportedFormat",
    "quote",
    "slice_spans",
]
