"""What a document is: stored text, articles, and passages that point into it.

All offsets count Unicode code points of :attr:`Document.text`, half-open as in
Python slices. The stored text is what the reader extracted, unaltered; whatever
mending a page needs happens in the spans, so that a quote can be pointed at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal["lines", "text", "entry", "heading", "list", "table", "code"]

# Of the heading that a record states, which is its own; that of the sheet it stands in is higher.
RECORD_LEVEL = 3


class Span(NamedTuple):
    """A half-open range of code points, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document as its reader found it, before mending.

    Attributes:
        spans: where the block lies in the text that the reader extracted;
            marks of the format itself (``**``, ``#``) lie between them.
        kind: what the format says it is: a paragraph (``text``), a
            record of a list of questions and answers (``entry``), or, where it says
            nothing, ``lines`` whose paragraphs, headings and articles
            :mod:`corpus.layout` finds.
        level: of a heading, 1 for the highest; of another block that of the section which has
            ended before it, and 0 where none has.
        page: page number from 1 where the format has pages.
    """

    spans: tuple[Span, ...]
    kind: BlockKind = "text"
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a reader makes of a file: its text, and blocks in reading order.

    Attributes:
        text: the text to store, unaltered from here on.
        blocks: ranges of ``text`` in reading order, without overlap.
        title: the title the format states, if any.
        author: the author the format states, if any.
        date: the date the format states, as it states it, if any.
        warnings: what of the file could not be read, a sentence each.
        widths: columns that a line takes on its page, by the place of its first
            character, where the format knows better than a count of characters.
        sizes: how large a line's type is beside that of the text, by the same place,
            where the format knows.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    warnings: tuple[str, ...] = ()
    widths: Mapping[int, int] = field(default_factory=dict)
    sizes: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One titled text in a document; a newspaper page holds several.

    Attributes:
        title: as the page or the format states it, else the file's name.
        author: as the byline or the format names him, if any does.
        date: as the format states it, if it does.
    """

    title: str
    author: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as its author wrote it, however the page broke it.

    Attributes:
        number: position in the document, from 0.
        spans: ordered ranges of the stored text; joined by nothing they are
            the passage's text.
        article: index into :attr:`Document.articles`.
        headings: section headings above the passage, outermost first.
        paragraph: number of the paragraph within its article, from 1.
        page: page number from 1 where the format has pages.
    """

    number: int
    spans: tuple[Span, ...]
    article: int
    headings: tuple[str, ...]
    paragraph: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One content, whatever files hold it.

    Attributes:
        id: SHA-256 of the file's bytes, in lowercase hexadecimal.
        text: the stored text.
        articles: at least one.
        passages: in reading order, at least one.
        warnings: what of the file could not be read, a sentence each.
    """

    id: str
    text: str
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...] = ()

    def quote(self, spans: Iterable[Span]) -> str:
        """The stored text under ``spans``, joined by nothing."""
        return quote(self.text, spans)


def quote(text: str, spans: Iterable[Span]) -> str:
    """The characters of ``text`` under ``spans``, joined by nothing."""
    return "".join(text[start:end] for start, end in spans)


def slice_spans(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """The part of ``spans`` that holds characters ``start:end`` of their quote.

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
