"""OpenDocument: texts (``.odt``) as blocks, spreadsheets (``.ods``) as records.

Both are XML in an archive; what is read of them is small enough to need no library.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.archives import open_archive, read_entry, refuse_document_types
from corpus.readers.blocks import BlockWriter
from corpus.readers.tables.records import Section, records_of
from corpus.readers.tables.records import extract as extract_records

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _OFFICE = (_NAMESPACE % name for name in ("text", "table", "office"))
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = _NAMESPACE % "meta"
_CONTENT, _PROPERTIES = "content.xml", "meta.xml"
_MOST_REPEATED = 1_000  # equal cells or rows that follow each other; an empty sheet has millions
_MOST_CELLS = 2_000_000
_UNSHOWN = frozenset(
    (
        f"{_TEXT}note-citation",
        f"{_TEXT}tracked-changes",
        f"{_TEXT}table-of-content",
        f"{_TEXT}alphabetical-index",
        f"{_OFFICE}annotation",
        f"{_TEXT}ruby-text",
    )
)
_SPACES = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}


def read_text(data: bytes, limits: Limits) -> Extraction:
    """Read a text of LibreOffice and other programs (``.odt``)."""
    content, stated = _parts(data, limits, "odt")
    writer = BlockWriter(limits)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise UnreadableFile.damaged("odt", "it holds no text document")
    _write(body, writer)
    text, blocks = writer.finish()
    return replace(stated, text=text, blocks=blocks)


def read_sheet(data: bytes, limits: Limits) -> Extraction:
    """Read a spreadsheet of LibreOffice and other programs (``.ods``)."""
    content, stated = _parts(data, limits, "ods")
    sheets = list(content.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"))
    sections = []
    for sheet in sheets:
        name = sheet.get(f"{_TABLE}name", "") if len(sheets) > 1 else ""
        sections.append(Section(name, records_of(list(_rows(sheet)))))
    extraction = extract_records(sections, limits)
    return replace(stated, text=extraction.text, blocks=extraction.blocks)


class _Parts(NamedTuple):
    """The XML of a file's content, and an extraction with its title, author and date alone."""

    content: etree._Element
    stated: Extraction


def _parts(data: bytes, limits: Limits, kind: str) -> _Parts:
    with open_archive(data, limits, kind) as archive:
        refuse_document_types(archive, kind)
        content = _parsed(read_entry(archive, _CONTENT, kind), kind)
        if _PROPERTIES not in archive.namelist():
            return _Parts(content, Extraction("", ()))
        meta = _parsed(read_entry(archive, _PROPERTIES, kind), kind)
    title, author, date = (
        next((each.text for each in meta.iter(tag)), None)
        for tag in (f"{_DC}title", f"{_META}initial-creator", f"{_DC}date")
    )
    return _Parts(content, Extraction("", (), title, author, (date or "").partition("T")[0]))


def _parsed(data: bytes, kind: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile.damaged(kind, str(error)) from error


def _write(body: etree._Element, writer: BlockWriter) -> None:
    """Write the paragraphs, headings, lists and tables of a text."""
    for element in body:
        if element.tag in _UNSHOWN or not isinstance(element.tag, str):
            continue
        if element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            writer.begin_block("heading", int(level) + 1 if level.isdecimal() else 2)
            _write_words(element, writer)
        elif element.tag == f"{_TEXT}p":
            title = element.get(f"{_TEXT}style-name", "") == "Title"
            writer.begin_block("heading" if title else "text", 1 if title else 0)
            _write_words(element, writer)
        elif element.tag == f"{_TEXT}list":
            writer.begin_block("list")
            for item in element.iter(f"{_TEXT}p", f"{_TEXT}h"):
                writer.add("• ", lead=True)
                _write_words(item, writer)
        elif element.tag == f"{_TABLE}table":
            writer.begin_block("table")
            for row in _rows(element):
                writer.add(" | ".join(" ".join(cell.split()) for cell in row))
                writer.end_row()
        else:  # a section, an index
            _write(element, writer)
            continue
        writer.end_block()
        _write_notes(element, writer)


def _write_words(element: etree._Element, writer: BlockWriter) -> None:
    for line in _words(element).split("\n"):
        writer.add(line)
        writer.end_row()


def _write_notes(element: etree._Element, writer: BlockWriter) -> None:
    """Write the footnotes of a block below it."""
    for body in element.iter(f"{_TEXT}note-body"):
        _write(body, writer)


def _words(element: etree._Element) -> str:
    """Return the text of an element, without notes."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            pieces.append(_of_child(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _of_child(child: etree._Element) -> str:
    if child.tag in _SPACES:
        return _SPACES[child.tag]
    if child.tag == f"{_TEXT}s":
        return " "
    if child.tag in _UNSHOWN or child.tag == f"{_TEXT}note-body":
        return ""
    return _words(child)


def _rows(table: etree._Element) -> Iterator[list[str]]:
    """Yield the rows of a table that are not empty, each as its cells."""
    cells = 0
    for row in table.iter(f"{_TABLE}table-row"):
        texts: list[str] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            text = "\n".join(map(_words, cell.iterchildren(f"{_TEXT}p"))).strip(BLANKS)
            texts += [text] * _repeated(cell, "columns")
        while texts and not texts[-1]:
            texts.pop()
        for _ in range(_repeated(row, "rows") if texts else 0):
            cells += len(texts)
            if cells > _MOST_CELLS:
                raise UnreadableFile.damaged("OpenDocument", "a table repeats too many cells")
            yield texts


def _repeated(element: etree._Element, kind: str) -> int:
    number = element.get(f"{_TABLE}number-{kind}-repeated", "1")
    return min(int(number), _MOST_REPEATED) if number.isdecimal() else 1
