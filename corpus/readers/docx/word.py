"""The visible text in the XML of a Word file: insertions, content controls, text boxes, notes.

Deletions of tracked changes, hidden text and the codes of fields are left out.
"""

from collections.abc import Iterator

from docx.oxml.xmlchemy import BaseOxmlElement

from corpus.readers.docx.numbering import W

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Elements around paragraphs, and elements of a paragraph that are not its text.
_WRAPPERS = frozenset(
    W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
_UNSHOWN = {W + name for name in ("del", "moveFrom", "pPr", "rPr", "txbxContent", "rt", "sdtPr")}
_UNSHOWN.add(f"{_COMPATIBILITY}Fallback")  # repeats the choice beside it
_WRITTEN = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
_WRITTEN[f"{W}noBreakHyphen"] = "-"


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
        if child.tag in (f"{W}t", f"{_MATH}t"):
            yield child.text or ""
        elif child.tag in _WRITTEN:
            yield _WRITTEN[child.tag]
        elif child.tag not in _UNSHOWN and not _is_hidden(child):
            yield from _pieces(child)


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


def called_footnotes(paragraph: BaseOxmlElement) -> list[str]:
    """Return the ids of the footnotes that a paragraph refers to."""
    return [str(call.get(f"{W}id")) for call in paragraph.iter(f"{W}footnoteReference")]
