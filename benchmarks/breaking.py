"""Pages set from clean paragraphs the way columns and hard wraps break them."""

import random
import re
from collections.abc import Callable, Iterator

from corpus.characters import is_unspaced, width

Setter = Callable[[list[str], random.Random], "Page"]

# One broken page: its text, and each break as (end of the piece above, start of the
# piece below, whether the paragraph goes on).
Break = tuple[int, int, bool]


class Page:
    """Collects pieces of paragraphs and the breaks between them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.breaks: list[Break] = []
        self._length = 0

    def add(self, piece: str, glue: str, goes_on: bool) -> None:
        """Add a piece, parted by ``glue`` from the one before it."""
        piece = piece.rstrip()
        indent = len(piece) - len(piece.lstrip())
        if self.pieces:
            above = self._length
            self._write(glue)
            self.breaks.append((above, self._length + indent, goes_on))
        self._write(piece)

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)


def columns(paragraphs: list[str], chance: random.Random) -> Page:
    """A newspaper: a paragraph a line, blank lines between, broken at column ends."""
    page = Page()
    left = chance.randint(200, 600)
    for paragraph in paragraphs:
        goes_on = False
        rest = paragraph
        while len(rest) > left:
            piece, rest = cut(rest, left, chance)
            page.add(piece, "\n\n", goes_on)
            goes_on = True
            left = chance.randint(500, 700)
        if rest:
            page.add(rest, "\n\n", goes_on)
            left -= len(rest)
    return page


def wrapped(columns_wide: int, indent: str, between: str, lines_a_page: int) -> Setter:
    """Hard wraps of one measure, with pages or columns of so many lines."""

    def set_page(paragraphs: list[str], chance: random.Random) -> Page:
        page = Page()
        number = 0
        for paragraph in paragraphs:
            for i, line in enumerate(wrap(indent + paragraph, columns_wide, chance)):
                glue = "\n" if i else "\n" + between
                number += 1
                if number % lines_a_page == 0:
                    glue = "\n\n"
                page.add(line, glue, bool(i))
        return page

    return set_page


WAYS: dict[str, Setter] = {
    "newspaper columns": columns,
    "hard wraps, blank lines between paragraphs": wrapped(72, "", "\n", 45),
    "hard wraps, paragraphs indented": wrapped(72, "    ", "", 45),
    "two narrow columns, blank lines": wrapped(36, "", "\n", 50),
    "two narrow columns, indented": wrapped(36, "  ", "", 50),
}


def cut(text: str, place: int, chance: random.Random) -> tuple[str, str]:
    """Cut where a compositor would: no mark begins a line, a word breaks at a hyphen."""
    if is_unspaced(text[place - 1]) or is_unspaced(text[place]):
        while 0 < place < len(text) and text[place] in "，。、；：！？”’」』）》…,.;:!?)":
            place += 1
        return text[:place], text[place:]
    start = text.rfind(" ", 0, place + 1)
    run = place - 1
    while run > 0 and text[run] != " " and not is_unspaced(text[run]):
        run -= 1
    if run > start and text[run + 1] not in ",.;:!?)":
        return text[: run + 1], text[run + 1 :]  # before a word that stands in Chinese
    if start <= 0:
        return text[:place], text[place:]
    word = re.match(r"\S*", text[start + 1 :])
    letters = word.group() if word else ""
    room = place - start - 2  # letters of the word that fit, with their hyphen
    lower = letters.isalpha() and letters.islower()
    if lower and 2 < room < len(letters) - 2 and chance.random() < 0.3:
        return text[: start + 1 + room] + "-", text[start + 1 + room :]
    return text[:start], text[start + 1 :]


def wrap(text: str, measure: int, chance: random.Random) -> Iterator[str]:
    """Lines of at most ``measure`` columns."""
    while width(text) > measure:
        place = measure if not is_unspaced(text[measure // 2]) else measure // 2
        while width(text[:place]) < measure and place < len(text):
            place += 1
        while width(text[:place]) > measure:
            place -= 1
        line, text = cut(text, place, chance)
        yield line
    if text:
        yield text
