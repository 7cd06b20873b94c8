"""The visible text in the XML of a Word file: insertions, content controls, text boxes, notes.

Deletions of tracked changes, hidden text and the codes of fields are left out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from docx.oxml.xmlchemy import BaseOxmlElement

from corpus.readers.docx.numbering import W
from corpus.readers.docx.omml import MATH, formula_text
from corpus.readers.formulas import lowered_in_text, raised_in_text

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Elements around paragraphs, and elements of a paragraph that are not its text.
_WRAPPERS = frozenset(
    W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
_UNSHOWN = {W + name for name in ("del", "moveFrom", "pPr", "rPr", "txbxContent", "rt", "sdtPr")}
_UNSHOWN.add(f"{_COMPATIBILITY}Fallback")  # repeats the choice beside it
_WRITTEN = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
_WRITTEN[f"{W}noBreakHyphen"] = "-"
_EMPTY_BOX, _TICKED, _CROSSED = "☐", "☑", "☒"
# Characters of fonts of signs, where Word has no Unicode for them.
_SIGNS = {
    "wingdings": {
        0x6F: _EMPTY_BOX,
        0x71: _EMPTY_BOX,
        0xA8: _EMPTY_BOX,
        0xFB: "✗",
        0xFC: "✓",
        0xFD: _CROSSED,
        0xFE: _TICKED,
    },
    "wingdings 2": {
        0x2A: _EMPTY_BOX,
        0x30: _EMPTY_BOX,
        0xA3: _EMPTY_BOX,
        0x4F: "✗",
        0x50: "✓",
        0x51: _CROSSED,
        0x52: _TICKED,
        0x53: _CROSSED,
        0x54: _CROSSED,
    },
}
_PRIVATE = 0xF000  # Word moves the characters of these fonts up by this


def paragraphs_and_tables(container: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield the paragraphs and tables in a body or a cell, in order, with or without wrappers."""
    for child in container.iterchildren():
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from paragraphs_and_tables(child)


def rows(table: BaseOxmlElement) -> Iterator[list[BaseOxmlElement]]:
    """Yield the rows of a table as their cells. A cell that spans rows is in each of them."""
    above: dict[int, BaseOxmlElement] = {}
    for row in _within(table, "tr"):
        shown: dict[int, BaseOxmlElement] = {}
        column = 0
        for cell in _within(row, "tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            shown[column] = above.get(column, cell) if goes_on else cell
            column += _columns(cell)
        yield list(shown.values())
        above = shown


def _columns(cell: BaseOxmlElement) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    columns = "1" if span is None else span.get(f"{W}val", "1")
    return int(columns) if columns.isdigit() else 1


def _within(element: BaseOxmlElement, name: str) -> Iterator[BaseOxmlElement]:
    for child in element.iterchildren():
        if child.tag == W + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, name)


def text_of(element: BaseOxmlElement) -> str:
    """Return the visible text of a paragraph, with its tabs and line breaks."""
    return "".join(_pieces(element))


def _pieces(element: BaseOxmlElement) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _WRITTEN:
            yield _WRITTEN[child.tag]
        elif child.tag == f"{MATH}oMath":
            yield formula_text(child)
        elif child.tag == f"{W}sym":
            yield _sign(child)
        elif child.tag == f"{W}fldChar":
            yield _check_box(child)
        elif child.tag not in _UNSHOWN and not _is_hidden(child):
            yield from _raised_or_lowered(child)


def _raised_or_lowered(element: BaseOxmlElement) -> Iterator[str]:
    """Yield the text of an element; of a run above or below the line as a script."""
    position = element.find(f"{W}rPr/{W}vertAlign")
    match "" if position is None else position.get(f"{W}val"):
        case "superscript":
            yield raised_in_text("".join(_pieces(element)))
        case "subscript":
            yield lowered_in_text("".join(_pieces(element)))
        case _:
            yield from _pieces(element)


def _sign(symbol: BaseOxmlElement) -> str:
    """Return a character of a font of signs; an empty string for one that is just an ornament."""
    signs = _SIGNS.get(str(symbol.get(f"{W}font", "")).lower(), {})
    try:
        code = int(symbol.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return signs.get(code & ~_PRIVATE, "")


def _check_box(field: BaseOxmlElement) -> str:
    """Return the check box that a field of a form begins with, ticked or not."""
    box = field.find(f"{W}ffData/{W}checkBox")
    if box is None:
        return ""
    state = box.find(f"{W}checked")
    if state is None:
        state = box.find(f"{W}default")
    ticked = state is not None and state.get(f"{W}val", "1") not in ("0", "false")
    return _CROSSED if ticked else _EMPTY_BOX


def _is_hidden(run: BaseOxmlElement) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(f"{W}val", "1") not in ("0", "false")


def text_boxes(paragraph: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield the text boxes of a paragraph, each as the element around its paragraphs."""
    for child in paragraph.iterchildren():
        if child.tag == f"{W}txbxContent":
            yield child
        elif child.tag not in _UNSHOWN:
            yield from text_boxes(child)


class NoteKey(NamedTuple):
    """A footnote or an endnote of a document, by its kind and its id."""

    kind: str
    id: str


def called_notes(paragraph: BaseOxmlElement) -> list[NoteKey]:
    """Return the notes that a paragraph refers to."""
    return [
        NoteKey(kind, str(call.get(f"{W}id")))
        for kind in ("footnote", "endnote")
        for call in paragraph.iter(f"{W}{kind}Reference")
    ]
