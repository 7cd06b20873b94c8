"""From the picture of a page to its lines, upright and straight."""

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from corpus.readers.ocr.engine import Engine, Pixels, Quads, Reading, are_tall, crop
from corpus.readers.ocr.lines import RecognisedLine, RecognisedPage, Turn

# The longest lines of a page, which show whether it is upside down.
_SAMPLED = 8
# A mean score that upright lines reach.
_UPRIGHT = 0.85

_MOST_SKEW = 5.0  # degrees
_MEASURABLE = 8  # times as wide as high: a line whose angle is sure


def recognise(engine: Engine, pixels: Pixels) -> RecognisedPage:
    """Read the picture of a page.

    Args:
        engine: the models.
        pixels: ``(height, width, 3)``, blue first.
    """
    height, width = pixels.shape[:2]
    quads = engine.find_lines(pixels)
    if not len(quads):
        return RecognisedPage(width, height, 0, 0.0, ())
    crops = [crop(pixels, quad) for quad in quads]
    on_side = _are_mostly_tall(quads)
    if _is_upside_down(engine, [each for each in crops if each.shape[1] > each.shape[0]]):
        turn: Turn = 270 if on_side else 180
        crops = [np.rot90(each, 2) for each in crops]
    else:
        turn = 90 if on_side else 0
    readings = engine.read_lines(crops)
    if turn in (90, 270):
        width, height = height, width
    upright = _turned(quads, turn, width, height)
    skew = _skew(upright)
    straight = _straightened(upright, skew, width, height)
    lines = tuple(
        _line(reading, quad)
        for reading, quad in zip(readings, straight, strict=True)
        if reading.text.strip()
    )
    return RecognisedPage(width, height, turn, round(skew, 2), lines)


def _are_mostly_tall(quads: Quads) -> bool:
    """Return whether most of the text is in columns, or in lines on their side."""
    tall = are_tall(quads)
    lengths = np.maximum(
        np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1),
        np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1),
    )
    return bool(lengths[tall].sum() > lengths[~tall].sum())


def _is_upside_down(engine: Engine, crops: Sequence[Pixels]) -> bool:
    """Return whether lines are better read when they are turned by half."""
    sample = sorted(crops, key=lambda each: -each.shape[1] / each.shape[0])[:_SAMPLED]
    score = _weighted_score(engine.read_lines(sample))
    if score >= _UPRIGHT:
        return False
    turned = engine.read_lines([np.rot90(each, 2) for each in sample])
    return _weighted_score(turned) > score


def _weighted_score(readings: Sequence[Reading]) -> float:
    """Return the mean score of the characters of all lines."""
    characters = sum(len(each.text) for each in readings)
    return sum(each.score * len(each.text) for each in readings) / max(characters, 1)


def _turned(quads: Quads, turn: Turn, width: int, height: int) -> Quads:
    """Return quads in the picture turned clockwise or, for columns, back.

    Args:
        quads: in the picture as it is.
        turn: as in :class:`RecognisedPage`.
        width: of the upright picture.
        height: of the upright picture.
    """
    x, y = quads[..., 0], quads[..., 1]
    if turn == 0:
        return quads
    if turn == 180:
        points = np.stack((width - x, height - y), axis=-1)
        return np.roll(points, 2, axis=1)
    if turn == 90:  # the right edge becomes the upper one
        points = np.stack((y, height - x), axis=-1)
        return np.roll(points, -1, axis=1)
    points = np.stack((width - y, x), axis=-1)
    return np.roll(points, 1, axis=1)


def _skew(quads: Quads) -> float:
    """Return the angle of the lines, in degrees clockwise; 0 if they show none."""
    across = quads[:, 1] - quads[:, 0]
    heights = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    long = np.linalg.norm(across, axis=1) > _MEASURABLE * heights
    if not long.any():
        return 0.0
    angle = median(math.degrees(math.atan2(y, x)) for x, y in across[long].tolist())
    return angle if abs(angle) <= _MOST_SKEW else 0.0


def _straightened(quads: Quads, skew: float, width: int, height: int) -> Quads:
    """Return quads in the picture turned back by an angle around its middle."""
    sine, cosine = math.sin(math.radians(skew)), math.cos(math.radians(skew))
    middle = np.array((width / 2, height / 2), np.float32)
    rotation = np.array(((cosine, -sine), (sine, cosine)), np.float32)
    straight: Quads = ((quads - middle) @ rotation + middle).astype(np.float32)
    return straight


def _line(reading: Reading, quad: NDArray[np.float32]) -> RecognisedLine:
    """Return a line with an upright box, whose edges are the middles of the quad's."""
    left, right = quad[[0, 3], 0].mean(), quad[[1, 2], 0].mean()
    top, bottom = quad[[0, 1], 1].mean(), quad[[2, 3], 1].mean()
    box = (round(float(each), 1) for each in (left, top, right, bottom))
    return RecognisedLine(reading.text, round(reading.score, 3), *box)
