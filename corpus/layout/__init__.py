"""From a reader's blocks to parts: mended paragraphs, headings, titles, bylines.

The rules are general: punctuation, length, position, and the forms of bylines.
Formats that mark their own structure pass through with their authors found.
"""

from collections.abc import Iterator, Sequence

from corpus.layout.articles import mark_lines
from corpus.layout.bylines import labelled_author, titled_author
from corpus.layout.lines import Line, measure_shape, split_lines
from corpus.layout.paragraphs import gather
from corpus.layout.parts import Part, Role
from corpus.model import Block, Extraction, quote

__all__ = ["Part", "arrange"]


def arrange(extraction: Extraction) -> list[Part]:
    """The parts of a document, in reading order."""
    if all(block.kind == "lines" for block in extraction.blocks):
        return list(_arrange_lines(extraction.text, extraction.blocks))
    return list(_arrange_marked(extraction))


def _arrange_lines(text: str, blocks: Sequence[Block]) -> Iterator[Part]:
    """Parts of text that marks nothing, found line by line."""
    lines = split_lines(text, blocks)
    shape = measure_shape(lines)
    marks = mark_lines(lines, shape)
    body: list[Line] = []
    for line, mark in zip(lines, marks, strict=True):
        if mark.role is None and not mark.note:
            body.append(line)
            continue
        yield from gather(text, body, shape)
        body = []
        role = mark.role or "text"
        yield Part(role, (line.span,), mark.level, line.page, mark.author, mark.note)
    yield from gather(text, body, shape)


def _arrange_marked(extraction: Extraction) -> Iterator[Part]:
    """Parts of a format with structure: a byline may stand under a title.

    A page's only heading of the first level is the title of all of it. Several are
    titles of articles, unless the format states a title over them.
    """
    text = extraction.text
    titles = [block for block in extraction.blocks if block.kind == "heading" and block.level == 1]
    if len(titles) == 1:
        yield Part("title", titles[0].spans, page=titles[0].page)
    below_title = False
    for block in extraction.blocks:
        content = quote(text, block.spans).strip()
        if block.kind == "heading":
            below_title = block in titles
            if below_title and len(titles) > 1 and extraction.title is None:
                yield Part("title", block.spans, page=block.page)
            elif len(titles) > 1 or not below_title:
                yield Part("heading", block.spans, block.level, block.page)
            continue
        if block.kind == "lines":
            lines = split_lines(text, [block])
            yield from gather(text, lines, measure_shape(lines))
            below_title = False
            continue
        author = None
        if below_title and block.kind == "text" and len(content) < 80:
            author = labelled_author(content) or titled_author(content)
        below_title = False
        role: Role = "byline" if author else block.kind
        yield Part(role, block.spans, 0, block.page, author)
