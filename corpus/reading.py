"""Bytes to a document: read, mend, number."""

import hashlib
from pathlib import PurePosixPath

from corpus.errors import CorpusError, EmptyDocument, FileTooLarge
from corpus.limits import DEFAULT_LIMITS, Limits, raising
from corpus.metadata import as_stated
from corpus.model import Article, Document
from corpus.readers import READERS, Readers
from corpus.readers.signatures import check_kind


def read_document(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS, readers: Readers = READERS
) -> Document:
    """Read the content of one file.

    Args:
        data: the bytes of the file.
        name: its name; the suffix says how to read it, and the stem is the title
            of a document that states none.
        limits: bounds beyond which the file is refused.
        readers: of the formats; ours and those installed by default.

    Returns:
        The document; its id is the SHA-256 of ``data``.

    Raises:
        CorpusError: if the file cannot be read; the message names it.
    """
    try:
        return _read(data, name, limits, readers)
    except CorpusError as error:
        if name in str(error):
            raise
        raise error.about(name) from error


def _read(data: bytes, name: str, limits: Limits, readers: Readers) -> Document:
    reader = readers.reader_for(name)
    suffix = PurePosixPath(name).suffix.lower()
    check_size(len(data), limits)
    if not data:
        raise EmptyDocument("the file is empty: 0 bytes", "empty_file")
    if readers.is_own(suffix):
        check_kind(data, suffix)
    # Imported here because a question reads no file, and compiling the patterns of the
    # layout would take a twentieth of a cold answer.
    from corpus.layout import arrange
    from corpus.passages import compose

    extraction = as_stated(reader(data, limits), suffix)
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
