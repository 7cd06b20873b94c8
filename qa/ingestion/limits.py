"""The limits on a file that the environment sets."""

import os
from dataclasses import fields, replace

from corpus import DEFAULT_LIMITS, Limits
from qa.errors import WenjuError

_PREFIX = "WENJU_MAX_"


def limits_of_environment() -> Limits:
    """Return the limits that ``$WENJU_MAX_PAGES`` and the like set, the default for the rest.

    Raises:
        WenjuError: a variable is not a whole number above zero.
    """
    chosen: dict[str, int] = {}
    for limit in fields(Limits):
        variable = _PREFIX + limit.name.upper()
        if value := os.environ.get(variable):
            chosen[limit.name] = _number(variable, value)
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
