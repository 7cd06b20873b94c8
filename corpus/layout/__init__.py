"""From a reader's blocks to parts: mended paragraphs, headings, titles, bylines.

The rules are general: punctuation, length, position, and the forms of bylines. Of formats
that mark their own structure, only the authors are looked for.
"""

from collections.abc import Iterator

from corpus.layout.articles import mark_lines
from corpus.layout.contents import without_contents
from corpus.layout.interviews import gather_answers
from corpus.layout.joins import join_lines, join_rows
from corpus.layout.lines import Line, measure_shape, split_lines, table_line
from corpus.layout.lists import gather_lists
from corpus.layout.marked import arrange_marked
from corpus.layout.paragraphs import gather_paragraphs
from corpus.layout.parts import Part, continuations
from corpus.layout.statutes import gather_statute
from corpus.layout.titles import tell_titles
from corpus.model import Block, Extraction

__all__ = ["Part", "arrange"]


def arrange(extraction: Extraction) -> list[Part]:
    """Return the parts of a document, in reading order."""
    if all(_is_of_page(block) for block in extraction.blocks):
        parts = list(_arrange_lines(extraction))
    else:
        parts = list(arrange_marked(extraction))
    text = extraction.text
    parts = tell_titles(text, without_contents(text, parts))
    return gather_lists(text, gather_statute(text, gather_answers(text, parts)))


def _is_of_page(block: Block) -> bool:
    """Return whether a block has lines of a page, or a table between them."""
    return block.kind == "lines" or (block.kind == "table" and block.page is not None)


def _arrange_lines(extraction: Extraction) -> Iterator[Part]:
    """Yield the parts of a text without any marked structure, found line by line."""
    text = extraction.text
    lines = [line for block in extraction.blocks for line in _lines(extraction, block)]
    shape = measure_shape([line for line in lines if not line.is_table])
    marks = mark_lines(lines, shape)
    body: list[Line] = []
    for i, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if mark.is_body and not line.is_table:
            body.append(line)
            continue
        yield from gather_paragraphs(text, body, shape)
        body = []
        if line.is_table:
            yield Part("table", (line.span,), page=line.page)
            continue
        if mark.continues:
            continue  # part of the line above
        spans = [line.span, *(lines[n].span for n in continuations(marks, i))]
        # A heading that the page broke is one line; an office and the day below it are two.
        is_signature = mark.date is not None and mark.role is None
        joined = join_rows(text, [(s,) for s in spans]) if is_signature else join_lines(text, spans)
        role = mark.role or "text"
        yield Part(role, joined, mark.level, line.page, mark.author, mark.note, date=mark.date)
    yield from gather_paragraphs(text, body, shape)


def _lines(extraction: Extraction, block: Block) -> list[Line]:
    """Return the lines of a block; a table is one line, which no rule takes for a heading."""
    if block.kind == "lines":
        return split_lines(extraction.text, [block], extraction)
    return [table_line(extraction.text, block)]
