"""The lines of text that were recognised in the picture of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Literal, Protocol

Turn = Literal[0, 90, 180, 270]

#: Below this score a line is hard to read: it is kept, and counted.
SURE = 0.5


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One line of text in a picture.

    The box is that of the upright picture: turned and straightened as its page says.

    Attributes:
        text: as recognised.
        score: the mean probability of its characters, 0 to 1.
        left: distance from the left edge, in pixels.
        top: distance from the upper edge, in pixels.
        right: distance of its end from the left edge, in pixels.
        bottom: distance of its lower edge from the upper edge, in pixels.
    """

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """The text of the picture of a page.

    Attributes:
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
        turn: degrees clockwise by which the picture had to be turned to be upright; 90
            for vertical writing too, whose columns become lines from top to bottom.
        skew: degrees clockwise by which the turned picture is askew.
        lines: in no order.
    """

    width: int
    height: int
    turn: Turn
    skew: float
    lines: tuple[RecognisedLine, ...]


class Recogniser(Protocol):
    """Recognises the text of pages of the file that is being read."""

    def __call__(self, numbers: Sequence[int], /) -> Mapping[int, RecognisedPage]:
        """Return the text of the pages with these numbers, without those that failed."""


class PagesWanted(Exception):
    """Pages have to be recognised before the file can be read.

    Attributes:
        numbers: of the pages, from 1, ascending.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(f"{len(numbers)} pages have to be recognised")
        self.numbers = tuple(numbers)


def wanting(numbers: Sequence[int]) -> Mapping[int, RecognisedPage]:
    """Raise :class:`PagesWanted`: a recogniser for whoever recognises pages elsewhere."""
    raise PagesWanted(numbers)


def engine_version() -> str:
    """Return a name for the models and the code that runs them; other names read otherwise."""
    return f"rapidocr-{version('rapidocr')}-1"


def is_installed() -> bool:
    """Return whether text can be recognised; nothing is imported."""
    return all(find_spec(name) is not None for name in ("rapidocr", "cv2", "PIL"))
