"""From a reader's blocks to parts: mended paragraphs, headings, titles, bylines.

The rules are general: punctuation, length, position, and the forms of bylines. Of formats
that mark their own structure, only the authors are looked for.
"""

from collections.abc import Iterable, Iterator, Sequence

from corpus.layout.articles import mark_lines
from corpus.layout.interviews import gather_answers
from corpus.layout.joins import join_lines, join_rows
from corpus.layout.lines import Line, Shape, measure_shape, split_lines, table_line
from corpus.layout.lists import gather_lists
from corpus.layout.marked import arrange_marked
from corpus.layout.paragraphs import gather_paragraphs, is_continued
from corpus.layout.parts import Mark, Part, continuations
from corpus.layout.statutes import gather_statute, tell_regulations
from corpus.layout.surroundings import without_contents
from corpus.model import Block, Extraction

__all__ = ["Part", "arrange"]


def arrange(extraction: Extraction) -> list[Part]:
    """Return the parts of a document, in reading order."""
    if all(_is_of_page(block) for block in extraction.blocks):
        parts = list(_arrange_lines(extraction))
    else:
        parts = list(arrange_marked(extraction))
    text = extraction.text
    parts = tell_regulations(text, without_contents(text, parts))
    return gather_lists(text, gather_statute(text, gather_answers(text, parts)))


def _is_of_page(block: Block) -> bool:
    """Return whether a block has lines of a page, or a table or footnotes between them."""
    return block.kind in ("lines", "note") or (block.kind == "table" and block.page is not None)


def _arrange_lines(extraction: Extraction) -> Iterator[Part]:
    """Yield the parts of a text without any marked structure, found line by line.

    A paragraph that goes on below a table or a footnote is read to its end first.
    """
    text = extraction.text
    lines: list[Line] = []
    floats: list[Part] = []  # tables and footnotes between two lines of a paragraph
    for block in extraction.blocks:
        if block.kind == "lines":
            lines.extend(split_lines(text, [block], extraction))
            continue
        if block.kind == "table":
            floats.append(Part("table", block.spans, page=block.page))
            lines.append(table_line(text, block))
        else:
            floats.extend(_notes(extraction, block))
    shape = measure_shape([line for line in lines if not line.is_table])
    marks = mark_lines(lines, shape)
    yield from _with_floats(_parts(text, lines, marks, shape), floats)


def _notes(extraction: Extraction, block: Block) -> list[Part]:
    """Return the paragraphs of footnotes."""
    lines = split_lines(extraction.text, [block], extraction)
    return gather_paragraphs(extraction.text, lines, measure_shape(lines))


def _parts(text: str, lines: Sequence[Line], marks: Sequence[Mark], shape: Shape) -> Iterator[Part]:
    """Yield the parts that lines make; those of tables are left out."""
    body: list[Line] = []
    for i, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if line.is_table:
            later = (lines[n] for n in range(i + 1, len(lines)))
            following = next((each for each in later if not each.is_table), None)
            if body and following is not None and is_continued(body[-1], following, shape):
                continue
        elif mark.is_body:
            body.append(line)
            continue
        yield from gather_paragraphs(text, body, shape)
        body = []
        if mark.continues or line.is_table:
            continue  # part of the line above
        spans = [line.span, *(lines[n].span for n in continuations(marks, i))]
        # A heading that the page broke is one line; an office and the day below it are two.
        is_signature = mark.date is not None and mark.role is None
        joined = join_rows(text, [(s,) for s in spans]) if is_signature else join_lines(text, spans)
        role = mark.role or "text"
        yield Part(role, joined, mark.level, line.page, mark.author, mark.note, date=mark.date)
    yield from gather_paragraphs(text, body, shape)


def _with_floats(parts: Iterable[Part], floats: Sequence[Part]) -> Iterator[Part]:
    """Yield parts with tables and footnotes, each before the next part that begins below it."""
    waiting = list(reversed(floats))
    for part in parts:
        while waiting and waiting[-1].spans[-1].start < part.spans[0].start:
            yield waiting.pop()
        yield part
    yield from reversed(waiting)
