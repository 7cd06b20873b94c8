"""Word files: paragraphs, lists and tables in the order of the page."""

import io
import re
from typing import NamedTuple

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
from corpus.model import BlockKind, Extraction
from corpus.numerals import COUNT
from corpus.readers.archives import DAMAGE, open_archive
from corpus.readers.blocks import BlockWriter, Composition
from corpus.readers.docx.numbering import BULLET, NO_LABEL, Label, Numbering, W
from corpus.readers.docx.word import (
    NoteKey,
    called_notes,
    paragraphs_and_tables,
    rows,
    text_boxes,
    text_of,
)

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题", "標題")
_LIST = re.compile(r"list|列表|列出", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|目录|目錄)\b", re.IGNORECASE)
# Numbers of chapters, articles of law and parts of a notice, not of items of a list.
_PROSE_NUMBER = re.compile(rf"第|{COUNT}、|[（(]{COUNT}[）)]|\d+(?:\.\d+)+")
_DAMAGE = (*DAMAGE, OpcError, AttributeError, TypeError, SyntaxError, AssertionError)
_NOTES = {"footnote": RELATIONSHIP_TYPE.FOOTNOTES, "endnote": RELATIONSHIP_TYPE.ENDNOTES}
_TEMPLATE_DATE = "2013-12-23"  # of the empty file that python-docx starts from
_MOST_STYLES = 20  # that a style may be based on


class _Kind(NamedTuple):
    """The kind of a paragraph's block, and the level of a heading."""

    kind: BlockKind
    level: int = 0


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a Word file."""
    open_archive(data, limits, "docx").close()
    try:
        document = _opened(data)
        text, blocks = _Reader(document, BlockWriter(limits)).read()
        stated = document.core_properties
        return Extraction(
            text, blocks, title=stated.title, author=stated.author, date=_date(document)
        )
    except _DAMAGE as error:
        raise UnreadableFile.damaged("docx", str(error)) from error


def _opened(data: bytes) -> WordDocument:
    try:
        return docx.Document(io.BytesIO(data))
    except ValueError as error:  # its message has the address of an object
        raise UnreadableFile.damaged("docx", "its main part is no Word document") from error


class _Reader:
    """Writes the paragraphs of a document as blocks, with the numbers that Word shows."""

    def __init__(self, document: WordDocument, writer: BlockWriter) -> None:
        self._document = document
        self._writer = writer
        self._known: dict[str | None, list[BaseStyle]] = {}  # by the id that paragraphs name
        self._numbering = Numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING))
        self._notes = {
            NoteKey(kind, str(note.get(f"{W}id"))): note
            for kind, relationship in _NOTES.items()
            if (notes := _part(document, relationship)) is not None
            for note in notes.iterchildren(f"{W}{kind}")
        }

    def read(self) -> Composition:
        """Return the stored text and its blocks."""
        self._write_items(self._document.element.body)
        return self._writer.finish()

    def _write_items(self, container: BaseOxmlElement) -> None:
        for item in paragraphs_and_tables(container):
            if item.tag == f"{W}tbl":
                self._write_table(item)
                continue
            self._write_paragraph(item)
            for box in text_boxes(item):
                self._write_items(box)
            for note in called_notes(item):
                if note in self._notes:
                    self._write_items(self._notes[note])

    def _write_paragraph(self, element: BaseOxmlElement) -> None:
        styles = self._styles(element)
        if any(_CONTENTS.match(style.name or "") for style in styles):
            return  # a table of contents repeats the headings
        label = self._label(element, styles)
        text = text_of(element)
        if not text.strip(BLANKS):
            return
        kind, level = _kind(element, styles, label.text)
        if kind == "list":
            self._writer.continue_block("list")
        else:
            self._writer.begin_block(kind, level)
        if kind == "list" and not label.text:
            label = Label(BULLET, " ")
        self._writer.add(label.text + label.gap, lead=True)
        for line in text.split("\n"):
            self._writer.add(line)
            self._writer.end_row()

    def _styles(self, element: BaseOxmlElement) -> list[BaseStyle]:
        """Return the styles of a paragraph. They are kept, because finding them is slow."""
        named = element.find(f"{W}pPr/{W}pStyle")
        name = None if named is None else named.get(f"{W}val")
        if name not in self._known:
            self._known[name] = _styles(Paragraph(element, self._document._body).style)
        return self._known[name]

    def _label(self, element: BaseOxmlElement, styles: list[BaseStyle]) -> Label:
        """Return the number or the bullet that Word shows before a paragraph."""
        for owner in (element, *(style.element for style in styles)):
            properties = owner.find(f"{W}pPr/{W}numPr")
            if properties is None:
                continue
            number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
            depth = "0" if level is None else level.get(f"{W}val", "0")
            name = "" if number is None else number.get(f"{W}val", "")
            return self._numbering.label(name, int(depth) if depth.isdigit() else 0)
        return NO_LABEL

    def _write_table(self, table: BaseOxmlElement) -> None:
        self._writer.begin_block("table")
        for row in rows(table):
            for number, cell in enumerate(row):
                self._writer.add(" | " if number else "")
                self._writer.add(" ".join(_cell_text(cell).split()))
            self._writer.end_row()
        self._writer.end_block()


def _cell_text(cell: BaseOxmlElement) -> str:
    """Return the text of a cell with the tables in it."""
    return "\n".join(
        text_of(item)
        if item.tag == f"{W}p"
        else "\n".join(_cell_text(inner) for row in rows(item) for inner in row)
        for item in paragraphs_and_tables(cell)
    )


def _styles(style: BaseStyle | None) -> list[BaseStyle]:
    """Return a paragraph's style and those that it is based on."""
    found: list[BaseStyle] = []
    while style is not None and len(found) < _MOST_STYLES:
        found.append(style)
        style = getattr(style, "base_style", None)
    return found


def _kind(element: BaseOxmlElement, styles: list[BaseStyle], label: str) -> _Kind:
    """Return the kind of a paragraph by its styles, its outline level, or its number."""
    for style in styles:
        name = style.name or ""
        if name.lower() in _TITLES:
            return _Kind("heading", 1)
        heading = _HEADING.match(name)
        if heading is not None:
            return _Kind("heading", int(heading.group(1)) + 1)
    for owner in (element, *(style.element for style in styles)):
        outline = owner.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None:
            level = int(outline.get(f"{W}val", "9"))
            return _Kind("heading", level + 2) if level < 9 else _Kind("text")
    listed = label or any(_LIST.match(style.name or "") for style in styles)
    return _Kind("list" if listed and not _PROSE_NUMBER.match(label) else "text")


def _part(document: WordDocument, kind: str) -> BaseOxmlElement | None:
    """Return the root of the file's part of a kind, or None if it has none."""
    for relationship in document.part.rels.values():
        if relationship.reltype == kind and not relationship.is_external:
            root: BaseOxmlElement = parse_xml(relationship.target_part.blob)
            return root
    return None


def _date(document: WordDocument) -> str | None:
    """Return the date of creation, or of the last change, in ISO 8601."""
    properties = document.core_properties
    moment = properties.created or properties.modified
    date = None if moment is None else moment.date().isoformat()
    return None if date == _TEMPLATE_DATE else date
