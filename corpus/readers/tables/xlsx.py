"""Excel files: each sheet a section, with its rows read like those of a CSV file.

Only what a sheet shows is read: the last values of formulas, and no hidden sheets. The text of
a cell that spans rows is repeated in each of them, as in a table of Word.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

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
from corpus.readers.tables.cells import cell_text
from corpus.readers.tables.merged import Cells, Range, fill_down, join_head
from corpus.readers.tables.records import Section, extract, records_of

_KIND = "xlsx"
# The name of a sheet that nobody has named.
_NO_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_CREATED = b":created"
_MOST_COLUMNS = 16_384  # as in every spreadsheet program
_MOST_CELLS = 10_000_000  # with the empty ones between those with text
_DAMAGE = (*DAMAGE, ArithmeticError, AttributeError, TypeError, SyntaxError, AssertionError)


def read(data: bytes, limits: Limits) -> Extraction:
    """Read an Excel file."""
    with open_archive(data, limits, _KIND) as archive:
        refuse_document_types(archive, _KIND)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that are lost on saving
        try:
            return _read(data, limits)
        except _DAMAGE as error:
            raise UnreadableFile.damaged(_KIND, " ".join(str(error).split())) from error


def _read(data: bytes, limits: Limits) -> Extraction:
    # The steps of load_workbook, without those that only writing needs: themes, names, links.
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    reader.read_properties()
    apply_stylesheet(reader.archive, reader.wb)
    usage = _Usage(limits)
    formats = _number_formats(reader)
    sheets = [
        _SheetRows(sheet.name, rows)
        for sheet in _visible_sheets(reader)
        if (rows := _rows(_cells(reader, sheet.part, formats, usage)))
    ]
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
    """Return the XML of the properties. Without it, openpyxl takes the current time as the date."""
    return reader.archive.read(ARC_CORE) if ARC_CORE in reader.valid_files else b""


class _Sheet(NamedTuple):
    """A sheet of the file.

    Attributes:
        name: as shown.
        part: name of the file in the archive.
    """

    name: str
    part: str


class _SheetRows(NamedTuple):
    """The rows of a sheet, each as its cells."""

    name: str
    rows: list[list[str]]


def _visible_sheets(reader: ExcelReader) -> Iterator[_Sheet]:
    """Yield the visible sheets; a sheet that is a chart has no rows."""
    taken: set[str] = set()
    for sheet, relation in reader.parser.find_sheets():
        part = relation.target
        if part in taken:  # a small file could name the same sheet a million times
            raise UnreadableFile.damaged(_KIND, f"two of its sheets are {part!r}")
        taken.add(part)
        if sheet.state == "visible" and "chartsheet" not in relation.Type:
            yield _Sheet(sheet.name, part)


def _sections(sheets: list[_SheetRows]) -> Iterator[Section]:
    """Yield the sheets with their names as headings, except of a single unnamed sheet."""
    for name, rows in sheets:
        nameless = len(sheets) == 1 and _NO_NAME.fullmatch(name)
        yield Section("" if nameless else name, records_of(rows))


def _cells(reader: ExcelReader, part: str, formats: Sequence[str], usage: "_Usage") -> Cells:
    """Return the cells of a sheet that are not empty."""
    workbook: Any = reader.wb  # its styles are not typed
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
                if text := cell_text(cell["value"], formats[cell["style_id"]]):
                    usage.add(text)
                    found.setdefault(number, {})[cell["column"]] = text
    usage.check(found)
    if parser.merged_cells is not None:
        ranges = [Range(*merged.bounds) for merged in parser.merged_cells.mergeCell]
        join_head(found, ranges, usage.add)
        fill_down(found, ranges, usage.add)
    return found


def _rows(cells: Cells) -> list[list[str]]:
    """Return the rows, each with every column that is not empty in some row."""
    columns = sorted(set().union(*cells.values()))
    return [[row.get(column, "") for column in columns] for _, row in sorted(cells.items())]


def _number_formats(reader: ExcelReader) -> list[str]:
    """Return the number format of each cell style."""
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
    """Reads a sheet row by row, and refuses rows that are too wide."""

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:  # noqa: ANN401
        """Return a row's number and its cells, as the base class does."""
        if len(row) > _MOST_COLUMNS:
            raise ValueError(f"a row has {len(row):,} cells")
        return super().parse_row(row)


class _Usage:
    """Counts the characters and cells of a file's sheets against the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._characters = 0
        self._cells = 0

    def add(self, text: str) -> None:
        """Count the text of a cell.

        Raises:
            FileTooLarge: if the file has too many characters.
        """
        self._characters += len(text)
        check_length(self._characters, self._limits)

    def check(self, cells: Cells) -> None:
        """Count the cells of a sheet, with the empty ones among them.

        Raises:
            FileTooLarge: if the file has too many cells.
        """
        self._cells += len(cells) * len(set().union(*cells.values()))
        if self._cells > _MOST_CELLS:
            raise FileTooLarge(
                f"the sheets spread over {self._cells:,} cells, most of them empty, "
                f"the limit is {_MOST_CELLS:,}; split the file, or save what it holds as CSV",
                "too_many_cells",
                cells=self._cells,
                limit=_MOST_CELLS,
            )
