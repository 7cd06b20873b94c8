"""Excel files: each sheet a section, its rows read as those of a CSV file are.

What is read is what a sheet shows: the values that formulas last gave, and no hidden
sheet. A cell that spans rows stands in each of them, as in a table of Word.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import ARC_CORE

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.archives import DAMAGE, open_archive, refuse_document_types
from corpus.readers.encodings import check_length
from corpus.readers.tables.cells import shown
from corpus.readers.tables.merged import Cells, fill_down, join_head
from corpus.readers.tables.records import Section, extract, records_of

_KIND = "xlsx"
# What a spreadsheet calls a sheet that nobody has named.
_NO_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_CREATED = b":created"
_MOST_COLUMNS = 16_384  # as every spreadsheet has it
_MOST_CELLS = 10_000_000  # empty ones between those with text, too
_DAMAGE = (*DAMAGE, ArithmeticError, AttributeError, TypeError, SyntaxError, AssertionError)


def read(data: bytes, limits: Limits) -> Extraction:
    """Read an Excel file."""
    with open_archive(data, limits, _KIND) as archive:
        refuse_document_types(archive, _KIND)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it would not write again
        try:
            return _read(data, limits)
        except _DAMAGE as error:
            raise UnreadableFile.damaged(_KIND, " ".join(str(error).split())) from error


def _read(data: bytes, limits: Limits) -> Extraction:
    # Step by step what load_workbook does, without what only writing needs: themes, names, links.
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    reader.read_properties()
    apply_stylesheet(reader.archive, reader.wb)
    room = _Room(limits)
    formats = _number_formats(reader)
    sheets = []
    for name, part in _visible(reader):
        if rows := _rows(_cells(reader, part, formats, room)):
            sheets.append((name, rows))
    extraction = extract(_sections(sheets), limits)
    stated = reader.wb.properties
    created = stated.created if _CREATED in _core(reader) else None
    return replace(
        extraction,
        title=stated.title,
        author=stated.creator,
        date=None if created is None else created.date().isoformat(),
    )


def _core(reader: ExcelReader) -> bytes:
    """What the file says about itself; where it does not say when it was made, it is made now."""
    return reader.archive.read(ARC_CORE) if ARC_CORE in reader.valid_files else b""


def _visible(reader: ExcelReader) -> Iterator[tuple[str, str]]:
    """Names and parts of the sheets that are shown; a chart has no rows."""
    taken: set[str] = set()
    for sheet, relation in reader.parser.find_sheets():
        part = relation.target
        if part in taken:  # else a small file may hold one sheet a million times
            raise UnreadableFile.damaged(_KIND, f"two of its sheets are {part!r}")
        taken.add(part)
        if sheet.state == "visible" and "chartsheet" not in relation.Type:
            yield sheet.name, part


def _sections(sheets: list[tuple[str, list[list[str]]]]) -> Iterator[Section]:
    """The sheets, each under its name, unless it is alone and has none."""
    for name, rows in sheets:
        nameless = len(sheets) == 1 and _NO_NAME.fullmatch(name)
        yield "" if nameless else name, records_of(rows)


def _cells(reader: ExcelReader, part: str, formats: Sequence[str], room: "_Room") -> Cells:
    """The cells of a sheet that show something."""
    workbook: Any = reader.wb  # its styles are declared to nobody
    found: Cells = {}
    with reader.archive.open(part) as source:
        parser = _Parser(
            source,
            reader.shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        for number, row in parser.parse():
            for cell in row:
                if cell["value"] is None or cell["data_type"] == "e":
                    continue
                if text := shown(cell["value"], formats[cell["style_id"]]):
                    room.take(text)
                    found.setdefault(number, {})[cell["column"]] = text
    room.check(found)
    if parser.merged_cells is not None:
        ranges = [merged.bounds for merged in parser.merged_cells.mergeCell]
        join_head(found, ranges, room.take)
        fill_down(found, ranges, room.take)
    return found


def _rows(cells: Cells) -> list[list[str]]:
    """The rows, each with all columns in which any of them has something."""
    columns = sorted(set().union(*cells.values()))
    return [[row.get(column, "") for column in columns] for _, row in sorted(cells.items())]


def _number_formats(reader: ExcelReader) -> list[str]:
    """How numbers are written in cells of each style."""
    workbook: Any = reader.wb
    own = workbook._number_formats
    ids = [style.numFmtId for style in workbook._cell_styles]
    return [
        BUILTIN_FORMATS.get(each, "")
        if each < BUILTIN_FORMATS_MAX_SIZE
        else own[each - BUILTIN_FORMATS_MAX_SIZE]
        for each in ids
    ]


class _Parser(WorkSheetParser):
    """Reads a sheet row by row, and none that is wider than rows can be."""

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:  # noqa: ANN401
        """A row's number, and its cells."""
        if len(row) > _MOST_COLUMNS:
            raise ValueError(f"a row has {len(row):,} cells")
        return super().parse_row(row)


class _Room:
    """How much the sheets of a file take of what it may."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._characters = 0
        self._cells = 0

    def take(self, text: str) -> None:
        """Count the text of a cell."""
        self._characters += len(text)
        check_length(self._characters, self._limits)

    def check(self, cells: Cells) -> None:
        """Count the cells of a sheet, with the empty ones among them."""
        self._cells += len(cells) * len(set().union(*cells.values()))
        if self._cells > _MOST_CELLS:
            raise FileTooLarge(
                f"the sheets spread over {self._cells:,} cells, most of them empty, "
                f"the limit is {_MOST_CELLS:,}; split the file, or save what it holds as CSV",
                "too_many_cells",
                cells=self._cells,
                limit=_MOST_CELLS,
            )
