"""What a request may do: nothing, read, or write."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Access(IntEnum):
    """What a request may do; each allows what those before it allow."""

    NOTHING = 0
    READ = 1
    WRITE = 2


def access_of(scope: Mapping[str, Any]) -> Access:
    """How far a request may go, as the server found."""
    return Access(scope.get("state", {}).get("access", Access.NOTHING))
