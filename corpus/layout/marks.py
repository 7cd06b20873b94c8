"""What a line of a page is, as far as it is not body text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.layout.parts import Role


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
