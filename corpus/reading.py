"""Bytes to a document: read, mend, number."""

import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import cast

from corpus.characters import printable
from corpus.errors import CorpusError, EmptyDocument, FileTooLarge, UnreadableFile
from corpus.limits import DEFAULT_LIMITS, Limits, raising
from corpus.metadata import as_stated
from corpus.model import Article, Document, Extraction, LineBox, Passage
from corpus.readers import READERS, PictureReader, Readers, page_loader
from corpus.readers.ocr.lines import RecognisedPage, Recogniser
from corpus.readers.signatures import check_kind

_DEEPEST = 2  # archives within each other


def read_document(
    data: bytes,
    name: str,
    limits: Limits = DEFAULT_LIMITS,
    readers: Readers = READERS,
    recognise: Recogniser | None = None,
) -> Document:
    """Read the content of one file.

    Args:
        data: the bytes of the file.
        name: its name; the suffix says how to read it, and the stem is the title
            of a document that states none.
        limits: bounds beyond which the file is refused.
        readers: of the formats; ours and those installed by default.
        recognise: returns the text of pages that are pictures; recognised here by default.

    Returns:
        The document; its id is the SHA-256 of ``data``.

    Raises:
        CorpusError: if the file cannot be read; the message names it.
    """
    try:
        return _read(data, name, limits, readers, recognise)
    except CorpusError as error:
        if name in str(error):
            raise
        raise error.about(name) from error


def recognise_page(data: bytes, name: str, number: int) -> RecognisedPage:
    """Return the text in the picture of a page.

    Args:
        data: the bytes of the file.
        name: its name, with the suffix of a format whose pages may be pictures.
        number: of the page, from 1.

    Raises:
        CorpusError: the page cannot be loaded.
    """
    from corpus.readers.ocr.engine import engine
    from corpus.readers.ocr.recognition import recognise

    load = page_loader(PurePosixPath(name).suffix.lower())
    return recognise(engine(), load(data, number))


def _read(
    data: bytes,
    name: str,
    limits: Limits,
    readers: Readers,
    recognise: Recogniser | None,
    depth: int = 0,
) -> Document:
    reader = readers.reader_for(name)
    suffix = PurePosixPath(name).suffix.lower()
    check_size(len(data), limits)
    if not data:
        raise EmptyDocument("the file is empty: 0 bytes", "empty_file")
    if readers.is_own(suffix):
        check_kind(data, suffix)
    if readers.has_pictures(suffix):
        in_pictures = cast(PictureReader, reader)
        extraction = in_pictures(data, limits, recognise or _recogniser(data, name))
    else:
        extraction = reader(data, limits)
    extraction = as_stated(extraction, suffix)
    document_id = hashlib.sha256(data).hexdigest()
    if not extraction.members:
        return _document(document_id, extraction, name, limits)
    if depth == _DEEPEST:
        raise UnreadableFile(
            "it is an archive within archives; unpack it first", "unpack_first", suffix=suffix
        )
    # Imported here because few files hold others.
    from corpus.readers.bundles.joiner import Joiner

    joiner = Joiner(document_id, limits)
    if extraction.text.strip():
        joiner.add(_document(document_id, extraction, name, limits))
    for member in extraction.members:
        path = printable(member.name)
        try:
            document = _read(member.data, member.name, limits, readers, _unrecognised, depth + 1)
            joiner.add(document, path)
        except CorpusError as error:
            joiner.warn(str(error.about(path)))
    return joiner.document()


def _document(document_id: str, extraction: Extraction, name: str, limits: Limits) -> Document:
    """Return the document that a reader's extraction is, with its layout found."""
    # Imported here because a question reads no file, and compiling the patterns of the
    # layout would take a twentieth of a cold answer.
    from corpus.layout import arrange
    from corpus.passages import compose

    title = extraction.title or PurePosixPath(name).stem
    default = Article(title, extraction.author, extraction.date)
    contents = compose(extraction.text, arrange(extraction), default, limits)
    return Document(
        id=document_id,
        text=extraction.text,
        articles=contents.articles,
        passages=_scored(contents.passages, extraction),
        warnings=extraction.warnings,
        coverage=extraction.coverage,
    )


def _unrecognised(_numbers: Sequence[int]) -> Mapping[int, RecognisedPage]:
    """Recognise no page of a file in an archive: a page is recognised by its number in one file."""
    return {}


def _recogniser(data: bytes, name: str) -> Recogniser:
    """Return what recognises the pages of a file here, one after the other."""

    def recognise(numbers: Sequence[int]) -> Mapping[int, RecognisedPage]:
        return {number: recognise_page(data, name, number) for number in numbers}

    return recognise


def _scored(passages: tuple[Passage, ...], extraction: Extraction) -> tuple[Passage, ...]:
    """Return passages with the lowest score of their lines, where these were recognised."""
    if extraction.coverage is None or not extraction.coverage.recognised:
        return passages
    recognised = set(extraction.coverage.recognised)
    boxes = [box for box in extraction.boxes if box.page in recognised]
    ends = [box.span.end for box in boxes]
    return tuple(
        replace(passage, ocr_score=_lowest_score(passage, boxes, ends)) for passage in passages
    )


def _lowest_score(passage: Passage, boxes: Sequence[LineBox], ends: Sequence[int]) -> float | None:
    """Return the lowest score of the recognised lines of a passage; None if it has none."""
    scores: list[float] = []
    for start, end in passage.spans:
        for place in range(bisect_left(ends, start + 1), len(boxes)):
            if boxes[place].span.start >= end:
                break
            scores.append(boxes[place].score)
    return min(scores, default=None)


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
