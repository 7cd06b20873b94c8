"""The rows of a CSV or TSV file: find the delimiter, and whether the first row is a header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 20  # rows from which the delimiter is found
_LONGEST_FIELD = 2**31 - 1
_STATED = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # as spreadsheets write it
# No name of a column is a sentence or a long text; of two columns, none is a question.
_SENTENCE = re.compile(r"[。！!；;]$")
_QUESTION = re.compile(r"[?？]$")
_LONGEST_NAME = 40


def cells_of(text: str) -> list[list[str]]:
    """Return the rows of a table that are not blank, each as its cells.

    Raises:
        UnreadableFile: if a quotation mark is not closed, or not doubled within a quoted cell,
            so that the text after it would be read as other cells.
    """
    csv.field_size_limit(_LONGEST_FIELD)  # the limit on characters applies instead
    stated = _STATED.match(text)
    if stated is not None:
        rows = _parsed(text[stated.end() :], stated.group(1), above=1)
    else:
        rows = _parsed(text, _delimiter(text))
    stripped = ([cell.strip(BLANKS) for cell in row] for row in rows)
    return [row for row in stripped if any(row)]


def is_header(row: Sequence[str]) -> bool:
    """Return whether the first row of a table has the names of its columns, and is no record."""
    if len(row) <= 2 and any(_QUESTION.search(cell) for cell in row):
        return False
    return not any(_SENTENCE.search(cell) or len(cell) > _LONGEST_NAME for cell in row)


def _parsed(text: str, delimiter: str, above: int = 0) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    first_line = 1  # of the current row
    try:
        for row in reader:
            rows.append(row)
            first_line = reader.line_num + 1
    except csv.Error as error:
        if delimiter == "\t":  # most programs do not quote cells between tabs
            lines = io.StringIO(text, newline="")
            return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        line = first_line + above
        raise UnreadableFile(
            f"the row on line {line} is no row of values ({error}): a value in quotation marks "
            'must end with one, and those within it be doubled, as in "say ""yes"""',
            "bad_line",
            line=line,
        ) from error
    return rows


def _delimiter(text: str) -> str:
    """Return the delimiter by which the most rows have the same number of cells.

    The standard library's sniffer applies the quoting of the first rows to all, and so reads a
    doubled quotation mark further down as the end of its cell.
    """
    return max(_DELIMITERS, key=lambda delimiter: _rows_alike(text, delimiter))


def _rows_alike(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths = Counter(len(row) for row, _ in zip(reader, range(_SAMPLE), strict=False))
    return max((count for width, count in widths.items() if width > 1), default=0)
