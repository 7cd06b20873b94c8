"""The result of layout: the parts of a page in reading order, each with its role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.model import Span

Role = Literal["title", "kicker", "byline", "heading", "text", "entry", "list", "table", "code"]


@dataclass(frozen=True, slots=True)
class Part:
    """A mended paragraph, a heading, a title or a byline.

    Attributes:
        role: a title begins an article; a kicker is a line above or below a title that
            belongs to it. Kickers and bylines do not become passages.
        spans: ranges of the stored text.
        level: of a heading, 1 for the highest. Of any other part, the level of the section
            that ends before it, and 0 if none does.
        page: page number from 1 where the format has pages.
        author: the name in a byline or in a note about the author.
        note: whether a paragraph is a note about the author, or an office's signature.
        label: a number that serves as the paragraph's own heading (``第一条``).
        date: the day of a masthead or a signature.
    """

    role: Role
    spans: tuple[Span, ...]
    level: int = 0
    page: int | None = None
    author: str | None = None
    note: bool = False
    label: str | None = None
    date: str | None = None


@dataclass(slots=True)
class Mark:
    """The role of a line, while it is being found out.

    Attributes:
        role: title, kicker, byline or heading; None for body text.
        author: the name in a byline or a note.
        note: whether a line of body text is a note about the author, or an office's
            signature.
        ends_article: whether the line is the last of its article, as a signature is.
        level: of a heading, 1 for the highest.
        date: the day of a masthead or a signature.
        continues: whether the line continues the heading or the note above it, as the day
            below an office does.
    """

    role: Role | None = None
    author: str | None = None
    note: bool = False
    ends_article: bool = False
    level: int = 0
    date: str | None = None
    continues: bool = False

    @property
    def is_body(self) -> bool:
        """Return whether the line is an ordinary line of the text."""
        return self.role is None and not self.note


def continuations(marks: Sequence[Mark], i: int) -> Iterator[int]:
    """Yield the numbers of the lines that continue the heading or note of line ``i``."""
    i += 1
    while i < len(marks) and marks[i].continues:
        yield i
        i += 1
