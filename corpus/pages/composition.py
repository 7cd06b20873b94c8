"""The stored text of a document's pages, with a block for each."""

from collections.abc import Sequence

from corpus.model import Block, Extraction, LineBox, Span
from corpus.pages.furniture import find_usual, page_lines
from corpus.pages.runs import Page


def compose(pages: Sequence[Page]) -> Extraction:
    """Return the text of all pages in reading order, and its blocks.

    The text has the running heads and page numbers, the blocks do not. Every line of the
    text has a box, so that a quote can be shown on its page, and the score of its
    recognition.

    Args:
        pages: of a document, from the first.
    """
    usual = find_usual(pages)
    widths: dict[int, int] = {}
    sizes: dict[int, float] = {}
    boxes: list[LineBox] = []
    pieces: list[str] = []
    blocks: list[Block] = []
    place = 0
    for number, page in enumerate(pages, start=1):
        spans: list[Span] = []
        for line in page_lines(page, usual):
            pieces.append(line.gap + line.text)
            # The first line of a page keeps its indent, which shows where a paragraph begins.
            breaks = len(line.gap) - len(line.gap.lstrip("\n"))
            start = place + (0 if spans else breaks)
            first = place + len(line.gap)
            place = first + len(line.text)
            widths[first] = line.columns
            sizes[first] = line.run.size / usual.size
            run = line.run
            where = run.left, run.bottom, run.right, run.top
            boxes.append(LineBox(Span(first, place), number, *where, run.score))
            if line.left_out:
                continue
            if spans and spans[-1].end == start:
                spans[-1] = Span(spans[-1].start, place)
            else:
                spans.append(Span(start, place))
        blocks.append(Block(tuple(spans), "lines", page=number))
        pieces.append("\n\f")
        place += 2
    return Extraction(
        "".join(pieces), tuple(blocks), widths=widths, sizes=sizes, boxes=tuple(boxes)
    )
