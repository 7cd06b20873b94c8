"""From the parts of a page to articles and passages: numbered, and with the headings above them.

A passage is a paragraph as its author wrote it. Only what nobody would read as one paragraph
is split, at the ends of sentences; lists and tables are split at rows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.characters import BLANKS
from corpus.errors import EmptyDocument, FileTooLarge
from corpus.layout import Part
from corpus.layout.joins import merge
from corpus.limits import Limits, raising
from corpus.metadata import names_part
from corpus.model import RECORD_LEVEL, Article, Passage, Span, quote, slice_spans
from corpus.sentences import sentences

_NO_PASSAGES = ("title", "kicker", "byline", "heading")

# Characters.
_LONGEST_PARAGRAPH = 2000
_LONGEST_LIST = 400
_LONGEST_HEAD = 200  # of a table; a longer head would be most of each passage

_FEWEST_ROWS = 2  # of a table, with its head
_NUMBER = re.compile(r"[-+¥￥$]?[\d.,]+%?")


@dataclass(frozen=True, slots=True)
class Contents:
    """Articles and passages of a document."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]


def compose(text: str, parts: Sequence[Part], default: Article, limits: Limits) -> Contents:
    """Number the passages of a document and assign them to articles and headings.

    Args:
        text: the stored text.
        parts: the parts of its layout.
        default: title, author and date of an article without its own.
        limits: bounds on the number of passages.

    Raises:
        EmptyDocument: if the parts have no text.
        FileTooLarge: if there are too many passages.
    """
    if all(part.role in _NO_PASSAGES or _is_blank(text, part) for part in parts):
        parts = [replace(part, role="text") for part in parts]  # the headings are all its text
    composer = _Composer(text, limits, default)
    for part in _join_signatures(parts):
        composer.add(part)
    return composer.contents()


def _is_blank(text: str, part: Part) -> bool:
    return not quote(text, part.spans).strip(BLANKS)


def _join_signatures(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts, each signature joined to the note about its author above it.

    The note has the author's office and the signature the name, so that they are one passage.
    """
    note: Part | None = None
    for part in parts:
        if note is not None and part.role == "byline":
            yield replace(note, spans=merge((*note.spans, *part.spans)), author=part.author)
            note = None
            continue
        if note is not None:
            yield note
        note = part if part.role == "text" and part.note else None
        if note is None:
            yield part
    if note is not None:
        yield note


@dataclass(slots=True)
class _Heading:
    """A heading above the current part.

    Attributes:
        part: of the layout.
        content: its words on one line.
        is_bare: whether no passage has followed it yet.
    """

    part: Part
    content: str
    is_bare: bool = True


class _Composer:
    """Makes passages of parts in reading order; keeps the article and the headings above."""

    def __init__(self, text: str, limits: Limits, default: Article) -> None:
        self._passages: list[Passage] = []
        self._text = text
        self._limits = limits
        self._articles = [default]
        self._default = default
        self._has_title = False  # whether the page itself has the title of the article
        self._has_author = False  # whether a byline has named the author of the article
        self._headings: list[_Heading] = []
        self._paragraph = 0
        self._passages_before = 0  # number of passages before the current article

    def add(self, part: Part) -> None:
        """Add the next part."""
        content = " ".join(quote(self._text, part.spans).split())
        if not content.strip(BLANKS):
            return
        if part.role == "title" and names_part(content):  # a preface, a chapter
            part = replace(part, role="heading", level=1)
        if part.role == "title":
            self._begin_article(content)
        elif part.role == "heading":
            self._close_headings(part.level)
            self._headings.append(_Heading(part, content))
        elif part.role not in _NO_PASSAGES:
            self._add_passages(part)
        if part.author is not None and not self._has_author:
            self._articles[-1] = replace(self._articles[-1], author=part.author)
            self._has_author = True
        if part.date is not None:
            self._set_date(part.date, of_page=part.role == "kicker")

    def contents(self) -> Contents:
        """Return the articles and passages of the parts that were added.

        Raises:
            EmptyDocument: if there is no passage.
        """
        self._close_headings(0)
        if not self._passages:
            raise EmptyDocument("the file holds no text: nothing but white space")
        return Contents(tuple(self._articles), tuple(self._passages))

    def _begin_article(self, title: str) -> None:
        self._close_headings(0)
        article = replace(self._default, title=title)
        if len(self._passages) == self._passages_before and not self._has_title:
            self._articles[-1] = article
        else:
            self._articles.append(article)
        self._has_title = True
        self._has_author = False
        self._passages_before = len(self._passages)
        self._headings = []
        self._paragraph = 0

    def _add_passages(self, part: Part) -> None:
        """Add the passages of a paragraph, a list or a table."""
        if part.level:
            self._close_headings(part.level)
        self._paragraph += 1
        # A note about the author belongs to the article, not to its last section.
        above = [] if part.note else self._headings
        headings = tuple(heading.content for heading in above)
        headings += (part.label,) if part.label else ()
        for heading in above:
            heading.is_bare = False
        for spans in _split(self._text, part):
            self._append(spans, headings, part.page)
        if part.role == "entry":  # the heading of a record does not apply to the next
            self._headings = [each for each in self._headings if each.part.level < RECORD_LEVEL]

    def _close_headings(self, level: int) -> None:
        """End the sections of this level and deeper.

        A heading without text below it becomes a passage itself, so that its words are found.
        """
        kept = next((n for n, each in enumerate(self._headings) if each.part.level >= level), None)
        if kept is None:
            return
        closed, self._headings = self._headings[kept:], self._headings[:kept]
        above = tuple(heading.content for heading in self._headings)
        for heading in closed:
            if heading.is_bare:
                self._paragraph += 1
                self._append(heading.part.spans, above, heading.part.page)

    def _set_date(self, date: str, *, of_page: bool) -> None:
        """Set the date of the article; that of a masthead holds for all articles below it."""
        self._articles[-1] = replace(self._articles[-1], date=date)
        if of_page:
            self._default = replace(self._default, date=date)

    def _append(self, spans: tuple[Span, ...], headings: tuple[str, ...], page: int | None) -> None:
        if len(self._passages) == self._limits.passages:
            raise FileTooLarge(
                f"the document has more than {self._limits.passages:,} passages; "
                f"split the file, or {raising('passages')}",
                "too_many_passages",
                limit=self._limits.passages,
            )
        self._passages.append(
            Passage(
                number=len(self._passages),
                spans=spans,
                article=len(self._articles) - 1,
                headings=headings,
                paragraph=self._paragraph,
                page=page,
            )
        )


def _split(text: str, part: Part) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of each passage of a part: all of it, unless it is too long."""
    whole = quote(text, part.spans)
    is_prose = part.role in ("text", "entry")
    longest = _LONGEST_PARAGRAPH if is_prose else _LONGEST_LIST
    if len(whole) <= longest:
        yield part.spans
        return
    head = Span(0, 0) if is_prose else _table_head(whole)
    start = end = 0
    for piece in _pieces(whole, is_prose=is_prose):
        if piece.end - start > longest and end > start:
            yield _with_head(head, part, start, end)
            start = piece.start
        end = piece.end
    if end > start:
        yield _with_head(head, part, start, end)


def _with_head(head: Span, part: Part, start: int, end: int) -> tuple[Span, ...]:
    """Return some rows of a part, below the head of their table if that is not among them."""
    own = slice_spans(part.spans, start, end)
    return own if start < head.end else (*slice_spans(part.spans, *head), *own)


def _table_head(whole: str) -> Span:
    """Return the head of a long table, up to its next row; empty if the first row is no head.

    Each passage of the table begins with the head, because "P7 | 3000" does not say what the
    3000 are. A line that introduces the table may be above it.
    """
    rows = list(_rows(whole))
    has_bar = ["|" in whole[start:end] for start, end in rows]
    first = has_bar.index(True) if True in has_bar else len(rows)
    if len(rows) - first < _FEWEST_ROWS or not all(has_bar[first:]):
        return Span(0, 0)
    start, end = rows[first]
    cells = [cell.strip() for cell in whole[start:end].strip("| ").split("|")]
    is_head = len(cells) > 1 and all(cells) and not any(map(_NUMBER.fullmatch, cells))
    if not is_head or end - start > _LONGEST_HEAD:
        return Span(0, 0)
    return Span(start, rows[first + 1].start)


def _pieces(whole: str, *, is_prose: bool) -> Iterator[Span]:
    """Yield the sentences of a paragraph or the rows of a list.

    None is longer than a paragraph may be: a long row is split into sentences, and a long
    sentence anywhere.
    """
    for start, end in sentences(whole) if is_prose else _rows(whole):
        if end - start <= _LONGEST_PARAGRAPH:
            yield Span(start, end)
        elif is_prose:
            for place in range(start, end, _LONGEST_PARAGRAPH):
                yield Span(place, min(place + _LONGEST_PARAGRAPH, end))
        else:
            for first, last in _pieces(whole[start:end], is_prose=True):
                yield Span(start + first, start + last)


def _rows(whole: str) -> Iterator[Span]:
    start = 0
    for row in whole.splitlines(keepends=True):
        content = row.strip(BLANKS)
        if content:
            first = start + row.index(content)
            yield Span(first, first + len(content))
        start += len(row)
