"""The stored text of a document's pages, with a block for each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby

from corpus.model import Block, Extraction, LineBox, Span
from corpus.pages.columns import LARGE, Column, columns
from corpus.pages.furniture import EDGE, Usual, find_furniture, find_usual
from corpus.pages.lines import Measure, PageLine, column_lines, furniture_line
from corpus.pages.notes import part_notes
from corpus.pages.overlays import find_stamps, overlays, without_doubles
from corpus.pages.runs import Page, Placed, Run, bounded, group_rows, middle, weighted_median
from corpus.pages.tables import Table, ruled_tables, with_aligned_tables
from corpus.pages.turning import main_turn, turned

_SPREAD = 0.8  # of the width of the text, from the start of its first words to the end of the last
_SPARSE = 0.6  # of that width, which its words fill at most


def compose(pages: Sequence[Page]) -> Extraction:
    """Return the text of all pages in reading order, and its blocks.

    The text has the running heads, page numbers and watermarks, the blocks do not. Every run
    of the text has a box, so that a quote can be shown on its page, and the score of its
    recognition.

    Args:
        pages: of a document, from the first.
    """
    turns = [main_turn(page.runs) for page in pages]
    level = [
        without_doubles(turned(bounded(page), n)) for page, n in zip(pages, turns, strict=True)
    ]
    usual = find_usual(level)
    stamps = find_stamps(level, usual.size)
    sheets = [_sheet(page, usual, stamps) for page in level]
    sheets = _with_rests_of_tables(sheets)
    measure = _measure(sheets, usual)
    writer = _Writer(measure.size)
    places = map(_Place, count(1), turns, (p.width for p in level), (p.height for p in level))
    for place, sheet in zip(places, sheets, strict=True):
        writer.write(place, sheet.lines(measure))
    return writer.extraction()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page in reading order: its heads, its columns, their footnotes, its feet."""

    heads: tuple[Run, ...]
    columns: tuple[Column, ...]
    notes: tuple[Column, ...]
    feet: tuple[Run, ...]

    def lines(self, measure: Measure) -> Iterator[PageLine]:
        """Yield the lines of the page; the first has no break before it."""
        lines = [furniture_line(run) for run in self.heads]
        lines += [line for column in self.columns for line in column_lines(column, measure)]
        for column in self.notes:
            lines += [replace(line, kind="note") for line in column_lines(column, measure)]
        lines += [furniture_line(run) for run in self.feet]
        for number, line in enumerate(lines):
            yield line if number else replace(line, gap=line.gap.lstrip("\n"))


def _sheet(page: Page, usual: Usual, stamps: frozenset[str]) -> _Sheet:
    over = set(overlays(page, stamps, usual.size))
    page = replace(page, runs=tuple(run for run in page.runs if run not in over))
    tables = tuple(ruled_tables(page))
    celled = {run for table in tables for run in table.runs}
    page = replace(page, runs=tuple(run for run in page.runs if run not in celled))
    furniture = set(find_furniture(page, usual))
    heads = tuple(run for run in page.runs if run in furniture and middle(run) > page.height / 2)
    feet = tuple(run for run in page.runs if run in furniture and middle(run) <= page.height / 2)
    marks = tuple({run.text: run for run in over}.values())  # each tile once
    items: tuple[Placed, ...] = (*(r for r in page.runs if r not in furniture), *tables)
    if not items:
        return _Sheet(heads, (), (), (*feet, *marks))
    left = min(usual.left, min(item.left for item in items))
    right = min(max(usual.right, max(item.right for item in items)), page.width)
    head = _masthead(items, page.height, right - left, usual.size)
    area = Column(left, right, tuple(item for item in items if item not in head))
    found = [Column(left, right, head)] if head else []
    found += columns(area, usual.size, usual.gutters)
    texts, notes = [], []
    for column in found:
        parted = part_notes(column, page.height, usual.size)
        texts.append(replace(column, items=tuple(with_aligned_tables(parted.text))))
        notes += [replace(column, items=parted.notes)] if parted.notes else []
    return _Sheet(heads, tuple(texts), tuple(notes), (*feet, *marks))


def _masthead(
    items: Sequence[Placed], height: float, room: float, size: float
) -> tuple[Placed, ...]:
    """Return the row at the top of a page whose words are spread from edge to edge.

    It is above all columns, though its words cross no gutter: day, section, page.
    """
    row = sorted(group_rows(items)[0], key=lambda item: item.left)
    spread = row[-1].right - row[0].left
    filled = sum(item.right - item.left for item in row)
    at_edge = middle(row[0]) > (1 - EDGE) * height and row[0].size < LARGE * size
    is_head = at_edge and spread > _SPREAD * room and filled < _SPARSE * room
    return tuple(row) if is_head else ()


def _with_rests_of_tables(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """Return the pages, the tables marked that go on from the end of the page before."""
    marked: list[_Sheet] = []
    above: Placed | None = None
    for sheet in sheets:
        if sheet.columns:
            column = sheet.columns[0]
            first = max(column.items, key=middle)
            if isinstance(first, Table) and isinstance(above, Table) and first.continues(above):
                rest = replace(first, goes_on=True)
                items = tuple(rest if item is first else item for item in column.items)
                columns = (replace(column, items=items), *sheet.columns[1:])
                sheet = replace(sheet, columns=columns)
            above = min(sheet.columns[-1].items, key=middle)
        marked.append(sheet)
    return marked


def _measure(sheets: Iterable[_Sheet], usual: Usual) -> Measure:
    """Return the measure of the column and of the type that most characters are in.

    Those of tables do not count: their type is small, and says nothing about that of the text.
    """
    columns = [column for sheet in sheets for column in sheet.columns]
    runs = [item for column in columns for item in column.items if isinstance(item, Run)]
    if not runs:
        return Measure(1.0, usual.unit, usual.size, usual.faces)
    lengths = [len(run.text) for run in runs]
    widths = [column.right - column.left for column in columns]
    counts = [sum(len(item.text) for item in column.items) for column in columns]
    return Measure(
        weighted_median(widths, counts),
        usual.unit,
        weighted_median([run.size for run in runs], lengths),
        usual.faces,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where runs are written from.

    Attributes:
        page: number from 1.
        turns: quarter turns counterclockwise that made its text level.
        width: of the turned page, in points.
        height: of the turned page, in points.
    """

    page: int
    turns: int
    width: float
    height: float

    def box(self, span: Span, run: Run) -> LineBox:
        """Return the place of a run on the page as it is shown."""
        (run,) = turned(Page(self.width, self.height, (run,)), -self.turns).runs
        return LineBox(span, self.page, run.left, run.bottom, run.right, run.top, run.score)


class _Writer:
    """Writes lines one after the other, with a block for each page.

    Args:
        size: of the usual type, in points.
    """

    def __init__(self, size: float) -> None:
        self._size = size
        self._widths: dict[int, int] = {}
        self._sizes: dict[int, float] = {}
        self._accents: dict[int, bool] = {}
        self._boxes: list[LineBox] = []
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._place = 0
        self._head: Span | None = None  # of the last table that a page began

    def write(self, place: _Place, lines: Iterable[PageLine]) -> None:
        """Write a page: a block for each table, and one for the lines between two."""
        for _, group in groupby(lines, key=lambda line: (line.kind, id(line.table))):
            block = list(group)
            first = block[0]
            # The first line keeps its indent, which shows where a paragraph begins.
            start = self._place + first.gap.count("\n")
            starts = [self._write_line(place, line) for line in block]
            spans: tuple[Span, ...] = (Span(start, self._place),)
            if first.table is not None:
                spans = (*self._head_before(first.table, block, starts), *spans)
            if first.kind is not None:
                self._blocks.append(Block(spans, first.kind, page=place.page))
        self._add("\n\f")

    def _head_before(
        self, table: Table, rows: Sequence[PageLine], starts: Sequence[int]
    ) -> tuple[Span, ...]:
        """Return the head to repeat before the rest of a table; remember that of a new one."""
        if table.goes_on:
            return () if self._head is None else (self._head,)
        heads = (n for n, row in enumerate(rows[:-1]) if row.could_be_head)
        first = next(heads, None)
        self._head = None if first is None else Span(starts[first], starts[first + 1])
        return ()

    def _write_line(self, place: _Place, line: PageLine) -> int:
        """Write a line, and return where it begins behind the white space before it."""
        self._add(line.gap)
        start = self._place
        self._widths[self._place] = line.columns
        self._sizes[self._place] = line.size / self._size
        if line.accent is not None:
            self._accents[self._place] = line.accent
        for lead, run in line.pieces:
            self._add(lead)
            span = Span(self._place, self._place + len(run.text))
            self._boxes.append(place.box(span, run))
            self._add(run.text)
        return start

    def extraction(self) -> Extraction:
        """Return what was written."""
        text, blocks = "".join(self._pieces), tuple(self._blocks)
        boxes = tuple(self._boxes)
        return Extraction(
            text,
            blocks,
            widths=self._widths,
            sizes=self._sizes,
            accents=self._accents,
            boxes=boxes,
        )

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._place += len(text)
