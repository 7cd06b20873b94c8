"""Runs of text and ruling lines with their places on a page, independent of any file format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one line, up to a gap that is wider than a space between words.

    Distances are in points, from the left and from the lower edge of the page.

    Attributes:
        text: the characters, without white space around them; not empty.
        left: distance of its start from the left edge.
        right: distance of its end from the left edge.
        bottom: distance of its lower edge from the lower edge of the page.
        top: distance of its upper edge from the lower edge of the page.
        size: of the type, in points: the height of a Chinese character.
        angle: by which it is turned counterclockwise, in degrees from -180 to 180.
        vertical: whether its characters are below each other, as in vertical writing.
        score: certainty that these are the characters, from 0 to 1: 1 for those of a text
            layer, less for those that were recognised in a picture.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    angle: float = 0.0
    vertical: bool = False
    score: float = 1.0

    @property
    def middle(self) -> float:
        """Distance of its middle from the lower edge of the page, in points."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line drawn on a page, horizontal or vertical, as those around table cells.

    Attributes:
        left: distance of its start from the left edge of the page, in points.
        right: distance of its end from the left edge; that of its start where it is vertical.
        bottom: distance of its lower end from the lower edge of the page, in points.
        top: distance of its upper end from the lower edge; that of the lower end where it is
            horizontal.
    """

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as its reader found it.

    Attributes:
        width: in points.
        height: in points.
        runs: in the order in which they were drawn or recognised.
        rules: straight lines.
    """

    width: float
    height: float
    runs: tuple[Run, ...]
    rules: tuple[Rule, ...] = ()
