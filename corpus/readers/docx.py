"""Word files: paragraphs, lists and tables in the order of the page."""

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import BlockKind, Extraction
from corpus.readers.archives import DAMAGE, open_archive
from corpus.readers.blocks import BlockWriter

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题", "標題")
_LIST = re.compile(r"list|列表|列出", re.IGNORECASE)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DAMAGE = (*DAMAGE, OpcError, AttributeError, TypeError, SyntaxError, AssertionError)


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a Word file."""
    open_archive(data, limits, "docx").close()
    try:
        document = docx.Document(io.BytesIO(data))
        writer = BlockWriter(limits)
        for item in document.iter_inner_content():
            if isinstance(item, Paragraph):
                _write_paragraph(writer, item)
            else:
                _write_table(writer, item)
        text, blocks = writer.finish()
        title, author, date = _metadata(document)
    except _DAMAGE as error:
        raise UnreadableFile.damaged("docx", str(error)) from error
    return Extraction(text, blocks, title=title, author=author, date=date)


def _write_paragraph(writer: BlockWriter, paragraph: Paragraph) -> None:
    if not paragraph.text.strip(BLANKS):
        return
    kind, level = _kind(paragraph)
    if kind == "list":
        writer.continue_block("list")
        writer.add("• ", lead=True)
    else:
        writer.begin_block(kind, level)
    for line in paragraph.text.split("\n"):
        writer.add(line)
        writer.end_row()


def _kind(paragraph: Paragraph) -> tuple[BlockKind, int]:
    """What a paragraph is by its style, its outline level, or its numbering."""
    style = paragraph.style
    name = (style.name or "") if style is not None else ""
    if name.lower() in _TITLES:
        return "heading", 1
    heading = _HEADING.match(name)
    if heading is not None:
        return "heading", int(heading.group(1)) + 1
    properties = paragraph._p.pPr
    if properties is not None:
        outline = properties.find(f"{{{_W}}}outlineLvl")
        if outline is not None:
            level = int(outline.get(f"{{{_W}}}val", "9"))
            if level < 9:
                return "heading", level + 2
        if properties.numPr is not None:
            return "list", 0
    return ("list", 0) if _LIST.match(name) else ("text", 0)


def _write_table(writer: BlockWriter, table: Table) -> None:
    writer.begin_block("table")
    for row in table.rows:
        for number, cell in enumerate(_distinct(row.cells)):
            writer.add(" | " if number else "")
            writer.add(" ".join(cell.text.split()))
        writer.end_row()
    writer.end_block()


def _distinct(cells: tuple[_Cell, ...]) -> Iterator[_Cell]:
    """Cells of a row; one that spans several columns is given once for each."""
    above = None
    for cell in cells:
        if cell._tc is not above:
            yield cell
        above = cell._tc


def _metadata(document: WordDocument) -> tuple[str | None, str | None, str | None]:
    properties = document.core_properties
    date = properties.created or properties.modified
    return (
        properties.title.strip() or None,
        properties.author.strip() or None,
        date.date().isoformat() if date is not None else None,
    )
