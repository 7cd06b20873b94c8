"""Bytes -> Document: read, mend, number."""

import hashlib
from pathlib import PurePosixPath

from corpus.errors import CorpusError, EmptyDocument, FileTooLarge
from corpus.limits import DEFAULT_LIMITS, Limits, raising
from corpus.metadata import as_stated
from corpus.model import Article, Document
from corpus.readers import reader_for
from corpus.readers.signatures import check_kind


def read_document(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read the content of one file.

    Args:
        data: the bytes of the file.
        name: its name; the suffix says how to read it, and the stem is the title
            of a document that states none.
        limits: bounds beyond which the file is refused.

    Returns:
        The document; its id is the SHA-256 of ``data``.

    Raises:
        CorpusError: if the file cannot be read; the message names it.
    """
    try:
        return _read(data, name, limits)
    except CorpusError as error:
        if name in str(error):
            raise
        raise error.about(name) from error


def _read(data: bytes, name: str, limits: Limits) -> Document:
    reader = reader_for(name)
    check_size(len(data), limits)
    if not data:
        raise EmptyDocument("the file is empty: 0 bytes", "empty_file")
    check_kind(data, PurePosixPath(name).suffix.lower())
    # Here, for who asks reads no file, and layout's patterns take a twentieth of a cold answer.
    from corpus.layout import arrange
    from corpus.passages import compose

    extraction = as_stated(reader(data, limits))
    title = extraction.title or PurePosixPath(name).stem
    default = Article(title, extraction.author, extraction.date)
    contents = compose(extraction.text, arrange(extraction), default, limits)
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        text=extraction.text,
        articles=contents.articles,
        passages=contents.passages,
        warnings=extraction.warnings,
    )


def check_size(size: int, limits: Limits) -> None:
    """Refuse a file larger than the limit.

    Raises:
        FileTooLarge: if ``size`` exceeds it.
    """
    if size > limits.file_bytes:
        raise FileTooLarge(
            f"the file has {size:,} bytes, the limit is {limits.file_bytes:,}; "
            f"split it, or {raising('file_bytes')}",
            size=size,
            limit=limits.file_bytes,
        )
