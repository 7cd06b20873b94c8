"""What one file may ask for at most, as the user sets it: ``WENJU_MAX_PAGES`` and the like."""

import os
from dataclasses import fields, replace

from corpus import DEFAULT_LIMITS, Limits
from qa.errors import WenjuError

_PREFIX = "WENJU_MAX_"


def limits_of_environment() -> Limits:
    """The limits that the environment sets, the usual ones for the rest.

    Raises:
        WenjuError: a variable holds no whole number above zero.
    """
    chosen: dict[str, int] = {}
    for field in fields(Limits):
        variable = _PREFIX + field.name.upper()
        if value := os.environ.get(variable):
            chosen[field.name] = _number(variable, value)
    return replace(DEFAULT_LIMITS, **chosen)


def _number(variable: str, value: str) -> int:
    digits = value.strip().replace("_", "")
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise WenjuError(
            f"${variable} is {value!r}; it must be a whole number above zero: {variable}=500",
            "bad_setting",
            {"name": variable},
        )
    return int(digits)
