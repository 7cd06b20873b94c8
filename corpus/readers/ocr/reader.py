"""Pictures: PNG, JPEG, TIFF and WebP, whose text is recognised."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.limits import Limits
from corpus.model import Extraction
from corpus.pages import Page, compose
from corpus.readers.ocr.coverage import complete
from corpus.readers.ocr.lines import RecognisedPage, Recogniser, is_installed


def recognising_nothing(numbers: Sequence[int]) -> Mapping[int, RecognisedPage]:  # noqa: ARG001
    """Return no page: the recogniser where none is given."""
    return {}


def read(data: bytes, limits: Limits, recognise: Recogniser = recognising_nothing) -> Extraction:
    """Read a file of one or several pictures."""
    blank = Page(0.0, 0.0, ())
    count = _count_pages(data, limits)
    completed = complete([blank] * count, range(1, count + 1), limits, recognise)
    return replace(compose(completed.pages), coverage=completed.coverage)


def _count_pages(data: bytes, limits: Limits) -> int:
    if not is_installed():
        return 1
    from corpus.readers.ocr.pictures import count_pages

    return count_pages(data, limits)
