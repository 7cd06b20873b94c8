"""Parts of a page -> articles and passages, numbered, under their headings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.characters import BLANKS
from corpus.errors import EmptyDocument, FileTooLarge
from corpus.layout import Part
from corpus.layout.joins import merge
from corpus.limits import Limits, raising
from corpus.model import RECORD_LEVEL, Article, Passage, Span, quote
from corpus.splitting import cut

_HEADS = ("title", "kicker", "byline", "heading")


@dataclass(frozen=True, slots=True)
class Contents:
    """Articles and passages of a document."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]


def compose(text: str, parts: Sequence[Part], default: Article, limits: Limits) -> Contents:
    """Number the passages of a document and put them under articles and headings.

    Args:
        text: the stored text.
        parts: what layout made of it.
        default: title, author and date of an article that states none of its own.
        limits: bounds on the number of passages.

    Raises:
        EmptyDocument: if the parts hold no text.
        FileTooLarge: if there are too many passages.
    """
    if all(part.role in _HEADS or _is_blank(text, part) for part in parts):
        parts = [replace(part, role="text") for part in parts]  # they are what it says
    composer = _Composer(text, limits, default)
    for part in _signed(parts):
        composer.add(part)
    return composer.contents()


def _is_blank(text: str, part: Part) -> bool:
    return not quote(text, part.spans).strip(BLANKS)


def _signed(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts, with a signature taken into the note about its author above it.

    The note tells the office and the signature the name: one passage has both.
    """
    held: Part | None = None
    for part in parts:
        if held is not None and part.role == "byline":
            yield replace(held, spans=merge((*held.spans, *part.spans)), author=part.author)
            held = None
            continue
        if held is not None:
            yield held
        held = part if part.role == "text" and part.note else None
        if held is None:
            yield part
    if held is not None:
        yield held


@dataclass(slots=True)
class _Heading:
    """A heading above what is being read; bare as long as nothing stands under it."""

    part: Part
    content: str
    bare: bool = True


class _Composer:
    """Takes parts in reading order; keeps the article and the headings above."""

    def __init__(self, text: str, limits: Limits, default: Article) -> None:
        self.passages: list[Passage] = []
        self._text = text
        self._limits = limits
        self._articles = [default]
        self._stated = False  # whether the page itself gave the article's title
        self._default = default
        self._named = False  # whether a byline has named the article's author
        self._headings: list[_Heading] = []
        self._paragraph = 0
        self._filled = 0  # passages before the current article

    def add(self, part: Part) -> None:
        """Take the next part."""
        content = " ".join(quote(self._text, part.spans).split())
        if not content.strip(BLANKS):
            return
        if part.role == "title":
            self._begin(content)
        elif part.role == "heading":
            self._close_headings(part.level)
            self._headings.append(_Heading(part, content))
        elif part.role not in ("byline", "kicker"):
            self._take(part)
        if part.author is not None and not self._named:
            self._articles[-1] = replace(self._articles[-1], author=part.author)
            self._named = True
        if part.date is not None:
            self._take_date(part.date, of_page=part.role == "kicker")

    def _take(self, part: Part) -> None:
        """The passages of a paragraph, a list, a table."""
        if part.level:
            self._close_headings(part.level)
        self._paragraph += 1
        # A note about the author belongs to the article, not to its last section.
        above = [] if part.note else self._headings
        headings = tuple(heading.content for heading in above)
        headings += (part.label,) if part.label else ()
        for heading in above:
            heading.bare = False
        for spans in cut(self._text, part):
            self._append(spans, headings, part.page)
        if part.role == "entry":
            own = RECORD_LEVEL  # the heading of a record says nothing of the next
            self._headings = [each for each in self._headings if each.part.level < own]

    def _close_headings(self, level: int) -> None:
        """End the sections of this level and deeper; a heading above nothing is a passage."""
        kept = next((n for n, each in enumerate(self._headings) if each.part.level >= level), None)
        if kept is None:
            return
        closed, self._headings = self._headings[kept:], self._headings[:kept]
        above = tuple(heading.content for heading in self._headings)
        for heading in closed:
            if heading.bare:
                self._paragraph += 1
                self._append(heading.part.spans, above, heading.part.page)

    def _take_date(self, date: str, *, of_page: bool) -> None:
        """The day of a signature is the article's, that of a masthead every article's below."""
        self._articles[-1] = replace(self._articles[-1], date=date)
        if of_page:
            self._default = replace(self._default, date=date)

    def contents(self) -> Contents:
        """What has been taken.

        Raises:
            EmptyDocument: if it holds no passage.
        """
        self._close_headings(0)
        if not self.passages:
            raise EmptyDocument("the file holds no text: nothing but white space")
        return Contents(tuple(self._articles), tuple(self.passages))

    def _begin(self, title: str) -> None:
        self._close_headings(0)
        article = replace(self._default, title=title)
        if len(self.passages) == self._filled and not self._stated:
            self._articles[-1] = article
        else:
            self._articles.append(article)
        self._stated = True
        self._named = False
        self._filled = len(self.passages)
        self._headings = []
        self._paragraph = 0

    def _append(self, spans: tuple[Span, ...], headings: tuple[str, ...], page: int | None) -> None:
        if len(self.passages) == self._limits.passages:
            raise FileTooLarge(
                f"the document has more than {self._limits.passages:,} passages; "
                f"split the file, or {raising('passages')}",
                "too_many_passages",
                limit=self._limits.passages,
            )
        self.passages.append(
            Passage(
                number=len(self.passages),
                spans=spans,
                article=len(self._articles) - 1,
                headings=headings,
                paragraph=self._paragraph,
                page=page,
            )
        )
