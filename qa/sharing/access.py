"""Levels of access: nothing, read, write."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Access(IntEnum):
    """What a request may do; each level includes those below it."""

    NOTHING = 0
    READ = 1
    WRITE = 2


def access_of(scope: Mapping[str, Any]) -> Access:
    """Return the access that the server granted to a request.

    Args:
        scope: the request's ASGI scope; :mod:`qa.server.authentication` records it there.
    """
    return Access(scope.get("state", {}).get("access", Access.NOTHING))
