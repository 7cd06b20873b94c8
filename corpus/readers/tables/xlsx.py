"""Excel files: each sheet a section, with its rows read like those of a CSV file.

Only what a sheet shows is read: the last values of formulas, and no hidden sheets. A formula
without a value is computed where it is simple. The text of a cell that spans rows is repeated
in each of them, as in a table of Word, and two tables side by side are two.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain
from typing import IO, Any, NamedTuple

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
from corpus.readers.tables.formulas import Formulas, Place
from corpus.readers.tables.merged import Cells, Range, fill_down, join_head
from corpus.readers.tables.records import Section, extract, records_of
from corpus.readers.tables.side_by_side import tables_of

_KIND = "xlsx"
# The name of a sheet that nobody has named.
_NO_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_CREATED = b":created"
_NUMBER, _ERROR, _FORMULA = "n", "e", "f"  # kinds of cells
_MOST_NAMES = 10  # of hidden sheets in a warning
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
    hidden: list[str] = []
    sheets = []
    for sheet in _sheets(reader):
        if not sheet.is_visible:
            hidden.append(sheet.name)
            continue
        tables = tables_of(_cells(reader, sheet.part, formats, usage))
        if tables:
            sheets.append(_SheetTables(sheet.name, [_rows(table) for table in tables]))
    extraction = extract(_sections(sheets), limits)
    stated = reader.wb.properties
    created = stated.created if _CREATED in _core(reader) else None
    return replace(
        extraction,
        title=stated.title,
        author=stated.creator,
        date=None if created is None else created.date().isoformat(),
        warnings=tuple(_warnings(hidden, usage.without_value)),
    )


def _warnings(hidden: Sequence[str], without_value: int) -> Iterator[str]:
    """Yield a sentence about each part of the file that was not read."""
    if hidden:
        names = ", ".join(repr(name) for name in hidden[:_MOST_NAMES])
        yield (
            f"{len(hidden)} of its sheets are hidden and were not read: {names}; "
            "show them in Excel and save the file, if they belong to it"
        )
    if without_value:
        yield (
            f"{without_value:,} of its formulas have no value and are shown as formulas; "
            "open the file in Excel, WPS or LibreOffice and save it"
        )


def _core(reader: ExcelReader) -> bytes:
    """Return the XML of the properties. Without it, openpyxl takes the current time as the date."""
    return reader.archive.read(ARC_CORE) if ARC_CORE in reader.valid_files else b""


class _Sheet(NamedTuple):
    """A sheet of the file.

    Attributes:
        name: as shown.
        part: name of the file in the archive.
        is_visible: whether it is shown.
    """

    name: str
    part: str
    is_visible: bool


class _SheetTables(NamedTuple):
    """The tables of a sheet, each as its rows, each row as its cells."""

    name: str
    tables: list[list[list[str]]]


def _sheets(reader: ExcelReader) -> Iterator[_Sheet]:
    """Yield the sheets; one that is a chart has no rows."""
    taken: set[str] = set()
    for sheet, relation in reader.parser.find_sheets():
        part = relation.target
        if part in taken:  # a small file could name the same sheet a million times
            raise UnreadableFile.damaged(_KIND, f"two of its sheets are {part!r}")
        taken.add(part)
        if "chartsheet" not in relation.Type:
            yield _Sheet(sheet.name, part, is_visible=sheet.state == "visible")


def _sections(sheets: list[_SheetTables]) -> Iterator[Section]:
    """Yield the sheets with their names as headings, except of a single unnamed sheet."""
    for name, tables in sheets:
        nameless = len(sheets) == 1 and _NO_NAME.fullmatch(name)
        records = chain.from_iterable(map(records_of, tables))
        yield Section("" if nameless else name, records)


def _cells(reader: ExcelReader, part: str, formats: Sequence[str], usage: "_Usage") -> Cells:
    """Return the cells of a sheet that are not empty."""
    found: Cells = {}
    numbers: dict[Place, float] = {}
    with_value: set[Place] = set()
    with reader.archive.open(part) as source:
        parser = _parser(reader, source, with_values=True)
        for row, column, value, kind, style in _parsed(parser):
            if value is not None or kind != _NUMBER:  # as an error, or a text that is empty
                with_value.add((row, column))
            if kind == _ERROR or value is None:
                continue
            if kind == _NUMBER and isinstance(value, int | float):
                numbers[row, column] = value
            if text := cell_text(value, formats[style]):
                usage.add(text)
                found.setdefault(row, {})[column] = text
    formulas = _formulas_without_value(reader, part, with_value)
    _add_values(
        found,
        Formulas(numbers, {each: f.source for each, f in formulas.items()}),
        usage,
        {each: formats[f.style] for each, f in formulas.items()},
    )
    usage.check(found)
    if parser.merged_cells is not None:
        ranges = [Range(*merged.bounds) for merged in parser.merged_cells.mergeCell]
        join_head(found, ranges, usage.add)
        fill_down(found, ranges, usage.add)
    return found


class _Cell(NamedTuple):
    """A cell as it is in the file; ``kind`` is one of openpyxl's letters."""

    row: int
    column: int
    value: object
    kind: str
    style: int


class _Formula(NamedTuple):
    """A formula and the number of its cell's style."""

    source: str
    style: int


def _parser(reader: ExcelReader, source: IO[bytes], *, with_values: bool) -> "_Parser":
    """Return the parser of a sheet, which gives the values of formulas or the formulas."""
    workbook: Any = reader.wb  # its styles are not typed
    return _Parser(
        source,
        reader.shared_strings,
        data_only=with_values,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,
        timedelta_formats=workbook._timedelta_formats,
    )


def _parsed(parser: "_Parser") -> Iterator[_Cell]:
    for number, row in parser.parse():
        for cell in row:
            yield _Cell(number, cell["column"], cell["value"], cell["data_type"], cell["style_id"])


def _formulas_without_value(
    reader: ExcelReader, part: str, with_value: Set[Place]
) -> dict[Place, _Formula]:
    """Return the formulas of the cells for which the file has no value."""
    data = reader.archive.read(part)
    if b"<f" not in data:
        return {}
    return {
        (cell.row, cell.column): _Formula(cell.value, cell.style)
        for cell in _parsed(_parser(reader, io.BytesIO(data), with_values=False))
        if cell.kind == _FORMULA and isinstance(cell.value, str)
        if (cell.row, cell.column) not in with_value
    }


def _add_values(
    cells: Cells, formulas: Formulas, usage: "_Usage", formats: Mapping[Place, str]
) -> None:
    """Add the cells of formulas without value: computed where that is possible."""
    for place, source in formulas.sources.items():
        value = formulas.value(place)
        usage.without_value += value is None
        text = source if value is None else cell_text(value, formats[place])
        usage.add(text)
        cells.setdefault(place[0], {})[place[1]] = text


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
        self.without_value = 0  # number of formulas

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
