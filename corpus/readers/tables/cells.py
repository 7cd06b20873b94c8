"""The text of a spreadsheet's cell: dates in ISO 8601, numbers without rounding errors."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.utils.escape import unescape

from corpus.characters import BLANKS

_PERCENT = re.compile(r"[0#.,]+%")
_CODE = re.compile("0{2,}")  # the format of a number with leading zeros, as of an employee
_DIGITS = ".15g"  # the precision of spreadsheets
# Beyond these, a number is written with an exponent.
_HUGE = 1e21
_TINY = 1e-9


def cell_text(value: object, number_format: str) -> str:
    """Return the text that a cell shows.

    Args:
        value: of the cell.
        number_format: of the cell, for example ``0.0%``.
    """
    if isinstance(value, str):
        lines = unescape(value).replace("\r\n", "\n").replace("\r", "\n")
        return lines.encode("utf-8", "replace").decode("utf-8").strip(BLANKS)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _number(value: float, number_format: str) -> str:
    if _CODE.fullmatch(number_format) and value == int(value) >= 0:
        return str(int(value)).zfill(len(number_format))
    if _PERCENT.fullmatch(number_format):
        return f"{_plain(value * 100)}%"
    return _plain(value)


def _plain(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    digits = format(value, _DIGITS)
    if value and not _TINY <= abs(value) < _HUGE:  # NaN too
        return digits
    return f"{Decimal(digits):f}"
