"""Rows of a CSV or TSV file: what parts its cells, and whether names stand above them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 20  # rows that show which of them it is
_LONGEST_FIELD = 2**31 - 1
_STATED = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # how spreadsheets may say it
# What no name of a column looks like: a sentence, a paragraph; above two columns a question.
_SENTENCE = re.compile(r"[。！!；;]$")
_QUESTION = re.compile(r"[?？]$")
_LONGEST_NAME = 40


def cells_of(text: str) -> list[list[str]]:
    """The rows of a table that are not blank, each as its cells.

    Raises:
        UnreadableFile: if a quotation mark is not closed, or stands within a quoted cell
            without being doubled; what follows it would be read as something else.
    """
    csv.field_size_limit(_LONGEST_FIELD)  # the limit on characters holds instead
    stated = _STATED.match(text)
    if stated is not None:
        rows = _parsed(text[stated.end() :], stated.group(1), above=1)
    else:
        rows = _parsed(text, _delimiter(text))
    stripped = ([cell.strip(BLANKS) for cell in row] for row in rows)
    return [row for row in stripped if any(row)]


def is_header(row: Sequence[str]) -> bool:
    """Whether the first row of a table names its columns, and is no record itself."""
    if len(row) <= 2 and any(_QUESTION.search(cell) for cell in row):
        return False
    return not any(_SENTENCE.search(cell) or len(cell) > _LONGEST_NAME for cell in row)


def _parsed(text: str, delimiter: str, above: int = 0) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    begun = 1  # the line on which the row that is being read began
    try:
        for row in reader:
            rows.append(row)
            begun = reader.line_num + 1
    except csv.Error as error:
        if delimiter == "\t":  # most programs quote nothing where tabs part the cells
            lines = io.StringIO(text, newline="")
            return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        line = begun + above
        raise UnreadableFile(
            f"the row on line {line} is no row of values ({error}): a value in quotation marks "
            'must end with one, and those within it be doubled, as in "say ""yes"""',
            "bad_line",
            line=line,
        ) from error
    return rows


def _delimiter(text: str) -> str:
    """What parts the cells: that by which most rows have one number of them.

    The standard library's sniffer takes the quotes of the first rows for those of all, and so
    reads a doubled one further down as the end of its cell.
    """
    return max(_DELIMITERS, key=lambda delimiter: _rows_alike(text, delimiter))


def _rows_alike(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths = Counter(len(row) for row, _ in zip(reader, range(_SAMPLE), strict=False))
    return max((count for width, count in widths.items() if width > 1), default=0)
