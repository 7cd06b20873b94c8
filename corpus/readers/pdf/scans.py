"""Pages of PDF files whose text has to be recognised in their picture."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.pages import Run
from corpus.readers.ocr.placing import RESOLUTION
from corpus.readers.pdf.opening import opened

if TYPE_CHECKING:
    from corpus.readers.ocr.engine import Pixels

# A picture that covers this share of a page is the page: a scan.
_COVERED = 0.7
# Characters of different lines over such a picture, up to which they are a stamp or a watermark.
_STAMP = 100
_MOST_OBJECTS = 2000
_MOST_PIXELS = 40_000_000  # of a page as rendered

# A text layer whose characters have no meaning: for private use, or unknown.
_MEANINGLESS = 0.3


def is_picture(page: pypdfium2.PdfPage, runs: Sequence[Run]) -> bool:
    """Return whether the text of a page is in a picture, and not in the text layer."""
    if sum(len(text) for text in {run.text for run in runs}) >= _STAMP:
        return False
    if not runs:  # an empty page has nothing to recognise
        return bool(pdfium.FPDFPage_CountObjects(page) > 0)
    width, height = page.get_size()
    images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for image in islice(images, _MOST_OBJECTS):
        left, bottom, right, top = image.get_bounds()
        across = min(right, width) - max(left, 0.0)
        along = min(top, height) - max(bottom, 0.0)
        if across > 0 and along > 0 and across * along >= _COVERED * width * height:
            return True
    return False


def is_meaningless(runs: Sequence[Run]) -> bool:
    """Return whether much of the text of a page has no meaning: private or unknown characters."""
    characters = [each for run in runs for each in run.text if not each.isspace()]
    private = sum(
        "\ue000" <= each <= "\uf8ff" or each == "\ufffd" or each < " " or each >= "\U000f0000"
        for each in characters
    )
    return private > _MEANINGLESS * max(len(characters), 1)


def render_page(data: bytes, number: int) -> "Pixels":
    """Return the picture of a page, ``(height, width, 3)``, blue first.

    Args:
        data: the bytes of the file.
        number: of the page, from 1.
    """
    import numpy as np

    with opened(data) as document:
        page = document[number - 1]
        width, height = page.get_size()
        scale = RESOLUTION / 72
        scale = min(scale, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=False)
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
