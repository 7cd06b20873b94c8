"""Documents: a stored text, its articles, and passages that point into it.

All offsets count Unicode code points of :attr:`Document.text`, half-open as in
Python slices. The stored text is exactly what the reader extracted. Mending a page changes
only the spans, so that every quote is a list of ranges of the stored text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal["lines", "text", "entry", "heading", "list", "table", "code", "note"]
UnreadReason = Literal["no_ocr", "too_many", "failed"]

# Level of a heading that belongs to one record; that of its sheet is one higher.
RECORD_LEVEL = 3


class Span(NamedTuple):
    """A half-open range of code points, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document as its reader found it, before mending.

    Attributes:
        spans: ranges of the extracted text, between the marks of the format itself
            (``**``, ``#``).
        kind: what the format calls it: a paragraph (``text``), a record of a list of
            questions and answers (``entry``) and so on; ``lines`` where the format does not
            say, so that :mod:`corpus.layout` looks for paragraphs, headings and articles;
            ``note`` for the lines of footnotes between them.
        level: of a heading, 1 for the highest. Of any other block, the level of the section
            that ends before it, and 0 if none does.
        page: page number from 1 where the format has pages.
    """

    spans: tuple[Span, ...]
    kind: BlockKind = "text"
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class LineBox:
    """The place of a line, or of a cell, on its page.

    Attributes:
        span: of the stored text.
        page: number from 1.
        left: distance from the left edge of the page, in points.
        bottom: distance from the lower edge, in points.
        right: distance of its right edge from the left edge of the page, in points.
        top: distance of its upper edge from the lower edge of the page, in points.
        score: certainty that these are its characters, from 0 to 1; 1 where nothing was
            recognised in a picture.
    """

    span: Span
    page: int
    left: float
    bottom: float
    right: float
    top: float
    score: float = 1.0


class Member(NamedTuple):
    """A file within a file: in an archive, or attached to a mail.

    Attributes:
        name: its path, whose suffix says how to read it.
        data: its bytes.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Coverage:
    """The pages of a document that are not simply text of the file.

    Attributes:
        pages: number of all pages.
        recognised: numbers of the pages whose text was recognised in a picture (OCR), from 1.
        unread: numbers of the pages that were not read.
        reason: why they were not: OCR is not installed, there are more of them than
            ``Limits.ocr_pages``, or their recognition failed.
        uncertain_lines: number of recognised lines that are hard to read.
    """

    pages: int
    recognised: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    reason: UnreadReason | None = None
    uncertain_lines: int = 0


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of a reader: the text of a file, and its blocks in reading order.

    Attributes:
        text: the text to store. It is not altered any more.
        blocks: ranges of ``text`` in reading order, without overlap, except that the rest of a
            table on the next page begins with the head of the table.
        title: as the format states it, if it does.
        author: as the format states it, if it does.
        date: as the format states it, if it does.
        warnings: a sentence for each part of the file that could not be read.
        widths: columns of lines on their page, by the offset of their first character, where
            the format knows better than a count of characters.
        sizes: of the type of lines, relative to that of the text, by the same offsets.
        accents: whether lines are set apart from the text, in another type or centred, by the
            same offsets, where that is known.
        members: files within the file, each to be read as a document of its own.
        boxes: places of the lines, in the order of the text, where the format has pages.
        coverage: of its pages, unless each of them is text of the file.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    warnings: tuple[str, ...] = ()
    widths: Mapping[int, int] = field(default_factory=dict)
    sizes: Mapping[int, float] = field(default_factory=dict)
    accents: Mapping[int, bool] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    boxes: tuple[LineBox, ...] = ()
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One titled text in a document; a newspaper page holds several.

    Attributes:
        title: as the page or the format states it, else the name of the file.
        author: as the byline or the format states it, if one does.
        date: as the page or the format states it, if one does.
    """

    title: str
    author: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as its author wrote it, however the page broke it.

    Attributes:
        number: position in the document, from 0.
        spans: ordered ranges of the stored text. Joined without anything between them, they
            are the passage's text.
        article: index into :attr:`Document.articles`.
        headings: section headings above the passage, outermost first.
        paragraph: number of the paragraph within its article, from 1.
        page: page number from 1 where the format has pages.
        ocr_score: the lowest score of its lines, 0 to 1, where they were recognised in a
            picture; None where they are text of the file.
    """

    number: int
    spans: tuple[Span, ...]
    article: int
    headings: tuple[str, ...]
    paragraph: int
    page: int | None = None
    ocr_score: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file, the same for all files with these bytes.

    Attributes:
        id: SHA-256 of the file's bytes, in lowercase hexadecimal.
        text: the stored text.
        articles: at least one.
        passages: in reading order, at least one.
        warnings: a sentence for each part of the file that could not be read.
        coverage: of its pages, unless each of them is text of the file.
    """

    id: str
    text: str
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...] = ()
    coverage: Coverage | None = None

    def quote(self, spans: Iterable[Span]) -> str:
        """Return the stored text of ``spans``, without anything between them."""
        return quote(self.text, spans)


def quote(text: str, spans: Iterable[Span]) -> str:
    """Return the characters of ``text`` in ``spans``, without anything between them."""
    return "".join(text[start:end] for start, end in spans)


def slice_spans(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the part of ``spans`` that makes the characters ``start:end`` of their quote.

    ``quote(text, slice_spans(spans, a, b)) == quote(text, spans)[a:b]`` for all
    ``0 <= a <= b``.
    """
    pieces = []
    offset = 0  # of the span's first character within the quote
    for span in spans:
        length = span.end - span.start
        first = max(start - offset, 0)
        last = min(end - offset, length)
        if first < last:
            pieces.append(Span(span.start + first, span.start + last))
        offset += length
    return tuple(pieces)
