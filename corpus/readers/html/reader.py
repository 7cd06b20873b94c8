"""HTML: the text that a page shows, block by block.

The stored text is made here: white space as in a browser, a bullet or a number before the
items of a list, `` | `` between the cells of a table, a blank line between blocks.
"""

import re
from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.characters import UNSPACED
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.blocks import BlockWriter
from corpus.readers.encodings import decode
from corpus.readers.formulas import lowered_in_text, raised_in_text
from corpus.readers.html.article import article_head
from corpus.readers.html.main_content import elements_beside, show_hidden_text
from corpus.readers.html.mathml import formula_text
from corpus.readers.html.spanning import SpanningCells

_DROPPED = re.compile(
    "script|style|nav|noscript|template|head|svg|iframe|object|canvas|audio|video|button|"
    "select|input|textarea|datalist|rt|rp"
)
# Elements beside the text of a page that marks its text with one of the others.
_BESIDE = ("aside", "footer")
_TEXT = ("article", "main")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MOST_ABOVE_CELL = 4  # a row, a part of the table, the table
_SUMMARY = 7  # level of the heading of a part that unfolds, below every other heading
_LISTS = frozenset(("ul", "ol", "dl"))
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|div|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|legend|li|main|ol|ul|dl|p|pre|"
    "section|summary|table|tbody|td|tfoot|th|thead|tr"
)
_INLINE = ("math", "sup", "sub")  # their text depends on the element
_SHOWN_TWICE = "katex-html"  # class of a formula that is there as MathML, too
_SPACE = re.compile(r"[ \t\n\r\f]+")
# A line break in the source between Chinese characters is not shown.
_WRAP = re.compile(rf"(?<=[{UNSPACED}])[ \t\r\f]*\n[ \t\n\r\f]*(?=[{UNSPACED}])")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a saved web page: its main content, with the headline, author and date of the article.

    Raises:
        UnreadableFile: if the parser gives up.
    """
    declared = _DECLARED.search(data[:4096])
    page = _parse(decode(data, limits, declared.group(1) if declared else None))
    show_hidden_text(page)
    return _extract(page, limits, elements_beside(page))


def extract(source: str, limits: Limits) -> Extraction:
    """Extract the text and the blocks of a whole HTML page, as of a chapter of a book.

    Raises:
        UnreadableFile: if the parser gives up.
    """
    return _extract(_parse(source), limits)


def _parse(source: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(source)
    except (ValueError, RuntimeError) as error:
        raise UnreadableFile(f"the HTML cannot be parsed: {error}") from error


def _extract(page: LexborHTMLParser, limits: Limits, beside: Set[int] = frozenset()) -> Extraction:
    """Extract the text and the blocks of a page without the elements ``beside`` its content."""
    composer = _Composer(BlockWriter(limits), _frames(page))
    if page.root is not None:
        unmarked = page.css_first(",".join(_TEXT)) is None
        for node, is_entered in _walk(page.root, with_asides=unmarked, beside=beside):
            if node.is_text_node:
                composer.add_text(node)
            elif node.tag in _INLINE:
                composer.add_inline(node)
            elif _BLOCKS.fullmatch(node.tag or ""):
                composer.enter(node) if is_entered else composer.leave(node)
    text, blocks = composer.writer.finish()
    head = article_head(page, furnished=bool(beside))
    return Extraction(text, blocks, title=head.title, author=head.author, date=head.date)


class _Visit(NamedTuple):
    """A visit of a node.

    Attributes:
        node: an element or a text.
        is_entered: whether the node is entered, rather than left.
    """

    node: LexborNode
    is_entered: bool


def _walk(
    root: LexborNode, *, with_asides: bool = True, beside: Set[int] = frozenset()
) -> Iterator[_Visit]:
    """Yield a visit of every visible node: on entering and on leaving an element, once of a text.

    A formula, a superscript or a subscript is visited once, without what is in it.

    There is no recursion, because pages may be nested deeply.

    Args:
        root: the first node.
        with_asides: whether elements beside the text of the page are part of it.
        beside: elements to leave out, by their ``mem_id``.
    """
    node: LexborNode | None = root
    depth = 0
    within = 0  # number of elements around the node that mark the text of the page
    while node is not None:
        dropped = node.is_element_node and bool(
            _DROPPED.fullmatch(node.tag or "")
            or "hidden" in node.attributes
            or node.mem_id in beside
            or node.attributes.get("class") == _SHOWN_TWICE
            or (node.tag in _BESIDE and not with_asides and not within)
        )
        if not dropped:
            within += node.tag in _TEXT
            yield _Visit(node, is_entered=True)
        inline = node.tag in _INLINE
        child = None if dropped or inline else node.first_child
        if child is not None:
            node, depth = child, depth + 1
            continue
        if node.is_element_node and not dropped and not inline:
            within -= node.tag in _TEXT
            yield _Visit(node, is_entered=False)
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or depth < 0:
                return
            within -= node.tag in _TEXT
            yield _Visit(node, is_entered=False)
        node = node.next if node is not None and depth > 0 else None


class _Composer:
    """Turns elements into blocks, rows and cells while the page is walked."""

    def __init__(self, writer: BlockWriter, frames: frozenset[int]) -> None:
        self.writer = writer
        self._frames = frames
        self._outer: str | None = None  # tag of the outermost open list or table
        self._nested = 0  # number of open lists or tables of that tag, itself included
        self._numbers: list[int | None] = []  # of each open list: its next number, None for bullets
        self._cells = 0
        self._inner_rows = 0  # of the open table within a cell
        self._inner_cells = 0  # of its open row
        self._spanning = SpanningCells()
        self._verbatim = 0

    def add_text(self, node: LexborNode) -> None:
        """Add a text."""
        content = node.text_content or ""
        if not self._verbatim:
            self.writer.add(_SPACE.sub(" ", _WRAP.sub("", content)))
            return
        first, *rest = content.split("\n")
        self.writer.add(first)
        for line in rest:
            self.writer.end_row()
            self.writer.add(line)

    def add_inline(self, node: LexborNode) -> None:
        """Add a formula, a superscript or a subscript."""
        self.writer.add(inline_text(node))

    def enter(self, node: LexborNode) -> None:
        """Begin an element."""
        tag = node.tag or ""
        if tag in _LISTS or (tag == "table" and node.mem_id not in self._frames):
            self._open(tag, node)
        elif tag == "table" or self._outer is None:
            self._begin_block(tag)
        elif tag in ("td", "th"):
            self._begin_cell(node)
        elif tag == "li":
            self._begin_item()
        elif tag == "dt" and self._outer == "dl":
            self.writer.begin_block("list")  # a term with its definitions
        elif tag == "tr" and self._is_inner_table():
            self.writer.add("；" if self._inner_rows else "")
            self._inner_rows += 1
            self._inner_cells = 0
        elif tag == "tr" or self._outer != "table":
            self.writer.end_row()
            self._cells = 0
            self._spanning.begin_row()
        else:
            self.writer.add(" ")

    def leave(self, node: LexborNode) -> None:
        """End an element."""
        tag = node.tag or ""
        if tag == "pre" and self._verbatim:
            self._verbatim -= 1
        if tag == "tr" and self._outer == "table" and not self._is_inner_table():
            for text in self._spanning.rest():
                self._add_cell(text)
        if tag in _LISTS and self._numbers:
            self._numbers.pop()
        if tag == self._outer:
            self._nested -= 1
        if self._outer is None or not self._nested:
            if tag != "br":
                self.writer.end_block()
                self._outer = None
            if tag == "details":
                self.writer.end_section(_SUMMARY)
        elif tag not in ("br", "td", "th") and self._outer != "table":
            self.writer.end_row()

    def _open(self, tag: str, node: LexborNode) -> None:
        if tag in _LISTS:
            start = node.attributes.get("start") or "1"
            number = int(start) if start.isdecimal() and len(start) < 8 else 1
            self._numbers.append(number if tag == "ol" else None)
        if self._outer is None:
            self.writer.begin_block("table" if tag == "table" else "list")
            self._outer = tag
            self._spanning = SpanningCells()
        elif self._outer == "table":
            self.writer.add(" ")
            self._inner_rows = 0
        self._nested += tag == self._outer

    def _is_inner_table(self) -> bool:
        """Return whether a table within a cell is open; its rows are part of the cell."""
        return self._outer == "table" and self._nested > 1

    def _begin_cell(self, node: LexborNode) -> None:
        if self._is_inner_table():
            self.writer.add(" " if self._inner_cells else "")
            self._inner_cells += 1
            return
        if self._outer != "table":  # inside a list
            self._add_cell("")
            return
        for text in self._spanning.here():
            self._add_cell(text)
        self._add_cell("")
        rows = node.attributes.get("rowspan")
        text = _SPACE.sub(" ", _cell_text(node)).strip() if rows else ""
        self._spanning.take(text, rows, node.attributes.get("colspan"))

    def _add_cell(self, text: str) -> None:
        self.writer.add(" | " if self._cells else "")
        self.writer.add(text)
        self._cells += 1

    def _begin_block(self, tag: str) -> None:
        if tag == "br":
            self.writer.end_row()
            return
        if tag in _HEADINGS:
            self.writer.begin_block("heading", _HEADINGS[tag])
        elif tag == "summary":
            self.writer.begin_block("heading", _SUMMARY)
        else:
            self.writer.begin_block("code" if tag == "pre" else "text")
        self._verbatim += tag == "pre"

    def _begin_item(self) -> None:
        if self._outer == "table":
            self.writer.add(" ")
            return
        self.writer.end_row()
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            self.writer.add("• ", lead=True)
            return
        self._numbers[-1] = number + 1
        self.writer.add(f"{number}. ", lead=True)


def _cell_text(cell: LexborNode) -> str:
    return "".join(
        inline_text(part) if part.tag in _INLINE else part.text_content or ""
        for part, _ in _walk(cell)
        if part.is_text_node or part.tag in _INLINE
    )


def inline_text(node: LexborNode) -> str:
    """Return the text of a formula, a superscript or a subscript."""
    if node.tag == "math":
        return formula_text(node)
    text = _SPACE.sub(" ", node.text() or "")
    return raised_in_text(text) if node.tag == "sup" else lowered_in_text(text)


def _frames(page: LexborHTMLParser) -> frozenset[int]:
    """Return the tables that are just the layout of an old page, by their ``mem_id``.

    Such a table has another one in it, or a heading; one with a head of its own or with lines
    drawn around its cells may have tables in its cells.
    """
    drawn = {node.mem_id for node in page.css("table[border]") if _has_border(node)}
    drawn |= {each for node in page.css("th") for each in _nearest_table(node)}
    around_headings = _tables_around(page.css(",".join(_HEADINGS)))
    return frozenset(around_headings | (_tables_around(page.css("table")) - drawn))


def _has_border(table: LexborNode) -> bool:
    return (table.attributes.get("border") or "0") != "0"


def _nearest_table(cell: LexborNode) -> Iterator[int]:
    """Yield the table of a cell, which is a few elements above it."""
    above = cell.parent
    for _ in range(_MOST_ABOVE_CELL):
        if above is None:
            return
        if above.tag == "table":
            yield above.mem_id
            return
        above = above.parent


def _tables_around(nodes: Iterable[LexborNode]) -> set[int]:
    """Return the tables that these elements are in."""
    found: set[int] = set()
    seen: set[int] = set()  # what is around these has been looked at
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in seen:
            seen.add(above.mem_id)
            if above.tag == "table":
                found.add(above.mem_id)
            above = above.parent
    return found
