"""Write the stored text of formats that have no plain text of their own, as HTML and Word."""

import re
from typing import NamedTuple

from corpus.characters import BLANKS
from corpus.limits import Limits
from corpus.model import Block, BlockKind, Span
from corpus.readers.encodings import check_length

_SPACES = re.compile(r" {2,}")


class Composition(NamedTuple):
    """A stored text and the blocks in it."""

    text: str
    blocks: tuple[Block, ...]


class BlockWriter:
    """Collects text as rows of blocks. In the stored text a blank line separates blocks.

    Args:
        limits: bounds on the length of the text.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._kind: BlockKind = "text"
        self._level = 0
        self._ended_level = 0  # of the sections that have ended since the last block
        self._page: int | None = None
        self._rows: list[str] = []
        self._lead = ""
        self._row: list[str] = []

    def begin_block(self, kind: BlockKind, level: int = 0, page: int | None = None) -> None:
        """End the open block and begin another."""
        self.end_block()
        self._kind, self._level, self._page = kind, level, page

    def continue_block(self, kind: BlockKind, page: int | None = None) -> None:
        """Continue the open block if it is of this kind, else begin one."""
        if self._kind != kind:
            self.begin_block(kind, page=page)

    def add(self, text: str, lead: bool = False) -> None:
        """Add text to the open row.

        Args:
            text: to add.
            lead: whether it is a bullet or a number, which is written only if text follows it.
        """
        if lead:
            self._lead = text
        else:
            self._row.append(text)

    def end_row(self) -> None:
        """End the open row. Ending an empty row ends a text block."""
        row = "".join(self._row)
        self._row = []
        if self._kind == "code":
            self._rows.append(row)
            return
        # An indent of ideographic spaces stays, because it shows where a paragraph begins.
        row = _SPACES.sub(" ", row.rstrip(BLANKS).lstrip(" \t\n\r\f"))
        if row.strip(BLANKS):
            self._rows.append(self._lead + row)
            self._lead = ""
        elif self._kind == "text" and self._rows:
            self._write()

    def end_block(self) -> None:
        """End the open block; text that follows is an ordinary paragraph."""
        if self._row:
            self.end_row()
        self._write()
        self._kind, self._level, self._page, self._lead = "text", 0, None, ""

    def end_section(self, level: int) -> None:
        """End the sections of this level and deeper before the next block."""
        self._ended_level = level

    def finish(self) -> Composition:
        """End the open block and return the stored text with its blocks."""
        self.end_block()
        return Composition("".join(self._pieces), tuple(self._blocks))

    def _write(self) -> None:
        separator = " " if self._kind == "heading" else "\n"
        content = separator.join(self._rows)
        self._rows = []
        content = content.strip("\n") if self._kind == "code" else content
        if not content.strip(BLANKS):
            return
        if self._pieces:
            self._pieces.append("\n\n")
            self._length += 2
        start = self._length
        self._length += len(content)
        check_length(self._length, self._limits)
        self._pieces.append(content)
        # Rows outside a list or a table may be paragraphs or verses, which the layout decides.
        kind = "lines" if self._kind == "text" and "\n" in content else self._kind
        span = Span(start, self._length)
        self._blocks.append(Block((span,), kind, self._level or self._ended_level, self._page))
        self._ended_level = 0
