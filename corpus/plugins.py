"""Extensions that other distributions install, found by their entry points.

A registry holds the extensions of one kind: ours, by where they are, and those that
installed distributions announce in a group of entry points. Ours come first, and the
installed ones are looked up only for a name that is not ours: reading every
distribution's metadata takes longer than answering a question.
"""

import importlib
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Generic, TypeVar, cast

from corpus.errors import CorpusError

T = TypeVar("T")


class BrokenPlugin(CorpusError):
    """An installed extension cannot be loaded."""

    kind = "broken_plugin"


class Registry(Generic[T]):
    """Extensions of one kind, by name.

    Args:
        group: of the entry points that add to it.
        own: those of this distribution, as ``module:attribute``.
    """

    def __init__(self, group: str, own: Mapping[str, str]) -> None:
        self.group = group
        self.own = own

    def find(self, name: str) -> T | None:
        """Return the extension of this name; None if there is none.

        Raises:
            BrokenPlugin: it is installed and cannot be loaded.
        """
        if name in self.own:
            module, _, attribute = self.own[name].partition(":")
            return cast(T, getattr(importlib.import_module(module), attribute))
        for entry in self._installed.select(name=name):
            return cast(T, _loaded(entry))
        return None

    def names(self) -> frozenset[str]:
        """Return the names of all extensions, ours and installed."""
        return frozenset(self.own) | self._installed.names

    @cached_property
    def _installed(self) -> EntryPoints:
        return entry_points(group=self.group)


def first_line(error: Exception) -> str:
    """Return the type of an error and the first line of its message."""
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _loaded(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:  # whatever the module of a stranger raises when it is imported
        source = "an unknown distribution" if entry.dist is None else entry.dist.name
        raise BrokenPlugin(
            f"the extension {entry.name!r} ({entry.group}) of {source} cannot be loaded "
            f"({first_line(error)}); upgrade {source}, or uninstall it",
            plugin=entry.name,
            distribution=source,
        ) from error
