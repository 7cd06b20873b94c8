"""Plain text: the decoded file, with a block for each page before a form feed."""

from corpus.limits import Limits
from corpus.model import Block, Extraction, Span
from corpus.readers.encodings import decode


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a plain text file. Its paragraphs are found by the layout."""
    text = decode(data, limits)
    pages = text.split("\f")
    blocks = []
    start = 0
    for number, page in enumerate(pages, start=1):
        span = Span(start, start + len(page))
        blocks.append(Block((span,), "lines", page=number if len(pages) > 1 else None))
        start = span.end + 1
    return Extraction(text, tuple(blocks))
