"""Pages whose text layer says something else than they show, as with a wrong ToUnicode table.

Lines of the text layer are held against what is recognised in their picture. A sound layer
agrees to 1.0, a wrong one to less than .35.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from statistics import median
from typing import TypeVar

import numpy as np
import pypdfium2

from corpus.pages import Page, Run
from corpus.readers.ocr.engine import Engine

T = TypeVar("T")

_LINES = 3  # of a file, and of a page of a file that is in doubt
_SHORTEST = 8  # characters of a line that is compared, without white space
_SURE = 0.8  # the least score of a recognised line that proves anything
_AGREES = 0.5
_SCALE = 150 / 72  # pixels a point
_MARGIN = 2.0  # points around a line


def doubtful_pages(
    document: pypdfium2.PdfDocument, pages: Sequence[Page], engine: Engine, most: int
) -> list[int]:
    """Return the places of pages, from 0, whose text layer is wrong.

    Args:
        document: the file.
        pages: as its text layer states them.
        engine: recognises lines.
        most: pages that are looked at one by one where lines of the file disagree.
    """
    places = [place for place, page in enumerate(pages) if page.runs]
    agreements = [
        _agreement(document, place, run, engine)
        for place in _spread(places)
        for run in _spread(_lines(pages[place], engine), 1 if len(places) > 1 else _LINES)
    ]
    known = _known(agreements)
    if not known or median(known) >= _AGREES:
        return []
    return [place for place in places[:most] if _is_doubtful(document, place, pages[place], engine)]


def _is_doubtful(document: pypdfium2.PdfDocument, place: int, page: Page, engine: Engine) -> bool:
    """Return whether a page of a file that is in doubt is wrong, or cannot be shown to be right."""
    runs = _spread(_lines(page, engine))
    known = _known([_agreement(document, place, run, engine) for run in runs])
    return not known or median(known) < _AGREES


def _known(agreements: Sequence[float | None]) -> list[float]:
    return [each for each in agreements if each is not None]


def _lines(page: Page, engine: Engine) -> list[Run]:
    """Return the lines of a page that the engine could read if they were right."""
    return [
        run
        for run in page.runs
        if len(_solid(run.text)) >= _SHORTEST
        and not run.vertical
        and not run.angle
        and engine.knows(_solid(run.text))
    ]


def _agreement(
    document: pypdfium2.PdfDocument, place: int, run: Run, engine: Engine
) -> float | None:
    """Return how far a line agrees with its picture, 0 to 1; None if that cannot be said."""
    page = document[place]
    width, height = page.get_size()
    if page.get_rotation() or page.get_bbox()[:2] != (0, 0):
        return None  # its places are not those of the picture
    cuts = (run.left, run.bottom, width - run.right, height - run.top)
    bitmap = page.render(scale=_SCALE, crop=tuple(max(cut - _MARGIN, 0.0) for cut in cuts))
    pixels = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    page.close()
    if not pixels.size:
        return None
    (reading,) = engine.read_lines([pixels])
    if reading.score < _SURE or len(_solid(reading.text)) < _SHORTEST // 2:
        return None
    compared = SequenceMatcher(None, _solid(run.text), _solid(reading.text), autojunk=False)
    return compared.ratio()


def _solid(text: str) -> str:
    """Return a text without white space, compatible characters and cases folded."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _spread(things: Sequence[T], count: int = _LINES) -> Iterator[T]:
    """Yield some of many things, evenly apart."""
    if len(things) <= count:
        yield from things
        return
    for number in range(count):
        yield things[(2 * number + 1) * len(things) // (2 * count)]
