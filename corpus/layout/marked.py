"""Documents whose format marks paragraphs, and perhaps headings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.layout.articles import mark_lines
from corpus.layout.bylines import labelled_author, titled_author
from corpus.layout.joins import join_rows
from corpus.layout.lines import Shape, block_line, measure_shape, split_lines
from corpus.layout.paragraphs import gather_paragraphs
from corpus.layout.parts import Mark, Part, Role, continuations
from corpus.model import Block, Extraction, quote

# Blocks as the lines of a page: one paragraph a line, and a blank line between them.
_BLOCKS = Shape(full=0, margin=0, indented=False, leading=0)
_LONGEST_BYLINE = 80


def arrange_marked(extraction: Extraction) -> Iterator[Part]:
    """Yield the parts of a document whose format marks paragraphs."""
    if any(block.kind == "heading" for block in extraction.blocks):
        return _arrange_headed(extraction)
    return _arrange_unheaded(extraction)


def _arrange_headed(extraction: Extraction) -> Iterator[Part]:
    """Yield the parts of a document with headings; a byline may follow a title.

    The only heading of the first level is the title of the document. Several are titles of
    articles, unless the format states a title for them all.
    """
    text = extraction.text
    titles = [block for block in extraction.blocks if block.kind == "heading" and block.level == 1]
    if len(titles) == 1:
        yield Part("title", titles[0].spans, page=titles[0].page)
    below_title = False
    for block in extraction.blocks:
        if block.kind == "heading":
            below_title = block in titles
            if below_title and len(titles) > 1 and extraction.title is None:
                yield Part("title", block.spans, page=block.page)
            elif len(titles) > 1 or not below_title:
                yield Part("heading", block.spans, block.level, block.page)
            continue
        author = _byline_author(text, block) if below_title else None
        below_title = False
        parts = _parts(text, block, Mark("byline", author) if author else Mark())
        for number, part in enumerate(parts):  # the first ends a section, if the block does
            yield part if number else replace(part, level=block.level)


def _byline_author(text: str, block: Block) -> str | None:
    content = quote(text, block.spans).strip()
    if block.kind != "text" or len(content) > _LONGEST_BYLINE:
        return None
    return labelled_author(content) or titled_author(content)


def _arrange_unheaded(extraction: Extraction) -> Iterator[Part]:
    """Yield the parts of a document whose headings are visible but not marked, as in many notices.

    Titles, headings and bylines are found as on a plain page, but no paragraph is
    joined to another: the format says where each ends.
    """
    text, stated = extraction.text, extraction.title
    lines = [block_line(text, block) for block in extraction.blocks]
    marks = mark_lines(lines, _BLOCKS)
    for i, (block, line, mark) in enumerate(zip(extraction.blocks, lines, marks, strict=True)):
        if mark.continues:
            continue  # part of the block above
        signature = [extraction.blocks[n].spans for n in continuations(marks, i)]
        if signature:
            spans = join_rows(text, [block.spans, *signature])
            yield Part("text", spans, 0, block.page, mark.author, note=True, date=mark.date)
            continue
        if mark.role == "title" and stated is not None and line.text not in stated:
            mark.role, mark.level = "heading", 1  # below the title that the format states
        yield from _parts(text, block, mark)


def _parts(text: str, block: Block, mark: Mark) -> Sequence[Part]:
    if block.kind == "lines":
        lines = split_lines(text, [block])
        return gather_paragraphs(text, lines, measure_shape(lines))
    role: Role = mark.role or ("text" if block.kind == "note" else block.kind)
    return [Part(role, block.spans, mark.level, block.page, mark.author, mark.note, date=mark.date)]
