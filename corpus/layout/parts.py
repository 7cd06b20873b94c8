"""What layout makes of a page: parts in reading order, each with its role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.model import Span

Role = Literal["title", "kicker", "byline", "heading", "text", "entry", "list", "table", "code"]


@dataclass(frozen=True, slots=True)
class Part:
    """A mended paragraph, a heading, a title, a byline.

    Attributes:
        role: what the part is. A title begins an article; a kicker is a line
            above or below a title that belongs to it; bylines and kickers are
            no passages.
        spans: where it lies in the stored text.
        level: of a heading, 1 for the highest; of another part that of the section which has
            ended before it, and 0 where none has.
        page: page number from 1 where the format has pages.
        author: the name that a byline or a note gives.
        note: whether a paragraph is a note about the author.
        label: a number that heads the paragraph itself (``第一条``).
        date: the day that a masthead or a signature gives.
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
    """What a line is, if it is not body text.

    Attributes:
        role: title, kicker, byline or heading; None for body text.
        author: whom a byline or a note names.
        note: whether a line of body text tells who the author is.
        closes: whether a byline ends its article, as a signature does.
        level: of a heading.
        date: the day that a masthead or a signature gives.
        below: whether a note goes on with the one above, as a day under an office.
    """

    role: Role | None = None
    author: str | None = None
    note: bool = False
    closes: bool = False
    level: int = 0
    date: str | None = None
    below: bool = False


def below(marks: Sequence[Mark], i: int) -> Iterator[int]:
    """The lines that go on with the note that line ``i`` begins."""
    i += 1
    while i < len(marks) and marks[i].below:
        yield i
        i += 1
