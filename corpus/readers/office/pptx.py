"""Presentations: a page for each slide, with its title as a heading and the notes below it."""

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.slide import Slide
from pptx.text.text import TextFrame

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.archives import DAMAGE, open_archive, refuse_document_types
from corpus.readers.blocks import BlockWriter

_KIND = "pptx"
_SLIDE_LEVEL = 2  # of its title; the presentation itself is the article
_BULLET = "• "
_DEEPEST = 20  # groups within each other
_DAMAGE = (*DAMAGE, PythonPptxError, AttributeError, TypeError, SyntaxError, AssertionError)
_PLACEHOLDERS_AROUND = (13, 15, 16)  # the number of the slide, its footer, its date


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a presentation."""
    with open_archive(data, limits, _KIND) as archive:
        refuse_document_types(archive, _KIND)
    try:
        presentation = Presentation(io.BytesIO(data))
        writer = BlockWriter(limits)
        for number, slide in enumerate(presentation.slides, start=1):
            _write_slide(slide, number, writer)
        stated = presentation.core_properties
        created = stated.created or stated.modified
    except _DAMAGE as error:
        raise UnreadableFile.damaged(_KIND, " ".join(str(error).split())) from error
    text, blocks = writer.finish()
    return Extraction(
        text,
        blocks,
        title=stated.title,
        author=stated.author,
        date=None if created is None else created.date().isoformat(),
    )


def _write_slide(slide: Slide, number: int, writer: BlockWriter) -> None:
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip(BLANKS):
        writer.begin_block("heading", _SLIDE_LEVEL, page=number)
        writer.add(" ".join(title.text_frame.text.split()))
        writer.end_block()
    for shape in _shapes(slide.shapes, 0):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            _write_paragraphs(shape.text_frame, number, writer)
        elif getattr(shape, "has_table", False):
            _write_table(shape, number, writer)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        _write_paragraphs(slide.notes_slide.notes_text_frame, number, writer)


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401  # kinds by their features
    """Yield the shapes of a slide with those in groups, without its number, footer and date."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
        elif not _is_around(shape):
            yield shape


def _is_around(shape: Any) -> bool:  # noqa: ANN401
    return bool(shape.is_placeholder and shape.placeholder_format.type in _PLACEHOLDERS_AROUND)


def _write_paragraphs(frame: TextFrame, number: int, writer: BlockWriter) -> None:
    """Write the paragraphs of a text; several of them are a list."""
    paragraphs = [text for each in frame.paragraphs if (text := _line(each.text))]
    if len(paragraphs) == 1:
        writer.begin_block("text", page=number)
        writer.add(paragraphs[0])
        writer.end_block()
        return
    writer.begin_block("list", page=number)
    for paragraph in paragraphs:
        writer.add(_BULLET, lead=True)
        writer.add(paragraph)
        writer.end_row()
    writer.end_block()


def _write_table(shape: Any, number: int, writer: BlockWriter) -> None:  # noqa: ANN401
    writer.begin_block("table", page=number)
    for row in shape.table.rows:
        cells = (_line(cell.text_frame.text) for cell in row.cells if not cell.is_spanned)
        writer.add(" | ".join(cells))
        writer.end_row()
    writer.end_block()


def _line(text: str) -> str:
    return " ".join(text.split())
