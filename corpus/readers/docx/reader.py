"""Word files: paragraphs, lists and tables in the order of the page."""

import io
import re

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle
from docx.text.paragraph import Paragraph

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Block, BlockKind, Extraction
from corpus.numerals import COUNT
from corpus.readers.archives import DAMAGE, open_archive
from corpus.readers.blocks import BlockWriter
from corpus.readers.docx.numbering import BULLET, Numbering, W
from corpus.readers.docx.word import boxes, items, notes_called, rows, text_of

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题", "標題")
_LIST = re.compile(r"list|列表|列出", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|目录|目錄)\b", re.IGNORECASE)
# Numbers that head chapters, articles of law and parts of a notice, not items of a list.
_PROSE_NUMBER = re.compile(rf"第|{COUNT}、|[（(]{COUNT}[）)]|\d+(?:\.\d+)+")
_DAMAGE = (*DAMAGE, OpcError, AttributeError, TypeError, SyntaxError, AssertionError)
_TEMPLATE_DATE = "2013-12-23"  # of the empty file that python-docx begins with


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a Word file."""
    open_archive(data, limits, "docx").close()
    try:
        document = _opened(data)
        text, blocks = _Reader(document, BlockWriter(limits)).read()
        title, author, date = _metadata(document)
    except _DAMAGE as error:
        raise UnreadableFile.damaged("docx", str(error)) from error
    return Extraction(text, blocks, title=title, author=author, date=date)


def _opened(data: bytes) -> WordDocument:
    try:
        return docx.Document(io.BytesIO(data))
    except ValueError as error:  # its own sentence names an object in memory
        raise UnreadableFile.damaged("docx", "its main part is no Word document") from error


class _Reader:
    """Writes a document's paragraphs as blocks, counting the numbers that Word draws."""

    def __init__(self, document: WordDocument, writer: BlockWriter) -> None:
        self._document = document
        self._writer = writer
        self._known: dict[str | None, list[BaseStyle]] = {}  # by the id that paragraphs name
        self._numbering = Numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING))
        notes = _part(document, RELATIONSHIP_TYPE.FOOTNOTES)
        found = () if notes is None else notes.iterchildren(f"{W}footnote")
        self._notes = {str(note.get(f"{W}id")): note for note in found}

    def read(self) -> tuple[str, tuple[Block, ...]]:
        """The text and the blocks."""
        self._write_items(self._document.element.body)
        return self._writer.finish()

    def _write_items(self, container: BaseOxmlElement) -> None:
        for item in items(container):
            if item.tag == f"{W}tbl":
                self._write_table(item)
                continue
            self._write_paragraph(item)
            for box in boxes(item):
                self._write_items(box)
            for name in notes_called(item):
                if name in self._notes:
                    self._write_items(self._notes[name])

    def _write_paragraph(self, element: BaseOxmlElement) -> None:
        styles = self._styles(element)
        if any(_CONTENTS.match(style.name or "") for style in styles):
            return  # a table of contents says again what the headings say
        label, gap = self._label(element, styles)
        text = text_of(element)
        if not text.strip(BLANKS):
            return
        kind, level = _kind(element, styles, label)
        if kind == "list":
            self._writer.continue_block("list")
        else:
            self._writer.begin_block(kind, level)
        if kind == "list" and not label:
            label, gap = BULLET, " "
        self._writer.add(label + gap, lead=True)
        for line in text.split("\n"):
            self._writer.add(line)
            self._writer.end_row()

    def _styles(self, element: BaseOxmlElement) -> list[BaseStyle]:
        """The styles of a paragraph, looked up once: that takes longer than all else of it."""
        named = element.find(f"{W}pPr/{W}pStyle")
        name = None if named is None else named.get(f"{W}val")
        if name not in self._known:
            self._known[name] = _styles(Paragraph(element, self._document._body).style)
        return self._known[name]

    def _label(self, element: BaseOxmlElement, styles: list[BaseStyle]) -> tuple[str, str]:
        """The number or the bullet that Word draws before a paragraph, and the gap behind it."""
        for owner in (element, *(style.element for style in styles)):
            properties = owner.find(f"{W}pPr/{W}numPr")
            if properties is None:
                continue
            number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
            depth = "0" if level is None else level.get(f"{W}val", "0")
            name = "" if number is None else number.get(f"{W}val", "")
            drawn = self._numbering.label(name, int(depth) if depth.isdigit() else 0)
            return drawn or ("", "")
        return "", ""

    def _write_table(self, table: BaseOxmlElement) -> None:
        self._writer.begin_block("table")
        for row in rows(table):
            for number, cell in enumerate(row):
                self._writer.add(" | " if number else "")
                self._writer.add(" ".join(_cell_text(cell).split()))
            self._writer.end_row()
        self._writer.end_block()


def _cell_text(cell: BaseOxmlElement) -> str:
    """What a cell shows, the tables in it too."""
    return "\n".join(
        text_of(item)
        if item.tag == f"{W}p"
        else "\n".join(_cell_text(inner) for row in rows(item) for inner in row)
        for item in items(cell)
    )


def _styles(style: BaseStyle | None) -> list[BaseStyle]:
    """A paragraph's style and those that it is based on."""
    found: list[BaseStyle] = []
    while style is not None and len(found) < 20:
        found.append(style)
        style = getattr(style, "base_style", None)
    return found


def _kind(element: BaseOxmlElement, styles: list[BaseStyle], label: str) -> tuple[BlockKind, int]:
    """What a paragraph is by its styles, its outline level, or its number."""
    for style in styles:
        name = style.name or ""
        if name.lower() in _TITLES:
            return "heading", 1
        heading = _HEADING.match(name)
        if heading is not None:
            return "heading", int(heading.group(1)) + 1
    for owner in (element, *(style.element for style in styles)):
        outline = owner.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None:
            level = int(outline.get(f"{W}val", "9"))
            return ("heading", level + 2) if level < 9 else ("text", 0)
    listed = label or any(_LIST.match(style.name or "") for style in styles)
    return ("list", 0) if listed and not _PROSE_NUMBER.match(label) else ("text", 0)


def _part(document: WordDocument, kind: str) -> BaseOxmlElement | None:
    """The root of a part of the file, if it has one of this kind."""
    for relationship in document.part.rels.values():
        if relationship.reltype == kind and not relationship.is_external:
            root: BaseOxmlElement = parse_xml(relationship.target_part.blob)
            return root
    return None


def _metadata(document: WordDocument) -> tuple[str | None, str | None, str | None]:
    properties = document.core_properties
    moment = properties.created or properties.modified
    date = moment.date().isoformat() if moment is not None else None
    return (
        properties.title,
        properties.author,
        None if date == _TEMPLATE_DATE else date,
    )
