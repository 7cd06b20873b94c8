"""Checks of arguments: what each parameter of a public method takes, declared beside it.

``@checked(query=TEXT, k=COUNT)`` above a method refuses any other value with a
:class:`qa.errors.BadArgument` that names the parameter, the value found and one that fits,
before the method does anything.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import BoundArguments, Signature, signature
from os import PathLike, fspath
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from corpus import Document
from qa.errors import BadArgument

P = ParamSpec("P")
R = TypeVar("R")

_SHOWN = 40  # characters of a value that does not fit


class Unfit(Exception):
    """A value that a parameter does not take."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value that parameters take.

    Attributes:
        wanted: the kind in words, "a whole number".
        example: Python for a value that fits.
        read: gives the value in the one form that methods work with, or raises
            :class:`Unfit`.
    """

    wanted: str
    example: str
    read: Callable[[Any], Any]


def checked(**kinds: Kind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that checks the arguments of a function.

    Args:
        kinds: the kind of each parameter that is checked, by its name.

    Raises:
        BadArgument: from the decorated function, for a value of another kind, and for an
            argument that is missing or that it does not know.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(function)
        name = function.__qualname__

        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = _bound(name, parameters, args, kwargs)
            for parameter, kind in kinds.items():
                value = bound.arguments[parameter]
                bound.arguments[parameter] = _read(f"{name}: {parameter}", kind, value)
            return function(*bound.args, **bound.kwargs)

        return wrapped

    return decorate


def _bound(name: str, parameters: Signature, args: Any, kwargs: Any) -> BoundArguments:  # noqa: ANN401
    try:
        bound = parameters.bind(*args, **kwargs)
    except TypeError as error:
        known = ", ".join(one for one in parameters.parameters if one not in ("self", "cls"))
        raise BadArgument(f"{name} takes {known or 'no arguments'}: {error}.") from error
    bound.apply_defaults()
    return bound


def _read(where: str, kind: Kind, value: object) -> Any:  # noqa: ANN401 (of the kind)
    try:
        return kind.read(value)
    except Unfit as unfit:
        found = unfit.args[0] if unfit.args else value
        shown = repr(found)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        raise BadArgument(
            f"{where} takes {kind.wanted}, not {shown} ({type(found).__name__}); "
            f"for instance {kind.example}."
        ) from unfit


def instance(wanted: str, example: str, *types: type) -> Kind:
    """Return the kind of the values of some types."""

    def read(value: object) -> object:
        if not isinstance(value, types):
            raise Unfit
        return value

    return Kind(wanted, example, read)


def having(wanted: str, example: str, *methods: str) -> Kind:
    """Return the kind of the objects that have some methods, of whatever class."""

    def read(value: object) -> object:
        if isinstance(value, type) or not all(callable(getattr(value, m, None)) for m in methods):
            raise Unfit
        return value

    return Kind(wanted, example, read)


def one_of(*values: str) -> Kind:
    """Return the kind of some words."""

    def read(value: object) -> object:
        if value not in values:
            raise Unfit
        return value

    return Kind(f"one of {', '.join(values)}", repr(values[0]), read)


def optional(kind: Kind) -> Kind:
    """Return the kind of the values of a kind, and None."""
    return Kind(
        f"{kind.wanted}, or None",
        kind.example,
        lambda value: None if value is None else kind.read(value),
    )


def either(first: Kind, second: Kind) -> Kind:
    """Return the kind of the values of either kind."""

    def read(value: object) -> object:
        try:
            return first.read(value)
        except Unfit:
            return second.read(value)

    return Kind(f"{first.wanted} or {second.wanted}", first.example, read)


def _whole_number(value: object) -> int:
    if isinstance(value, bool):
        raise Unfit
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise Unfit from error


def _fraction(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Unfit
    return float(value)


def _key(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit(value)
    return value


def _keys(value: object) -> Sequence[str] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Collection) or isinstance(value, bytes):
        raise Unfit
    return tuple(map(_key, value))


def _texts(value: object) -> list[str]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise Unfit
    return list(map(_key, value))


def _path(value: object) -> Path:
    if not isinstance(value, str | PathLike):
        raise Unfit(value)
    path = fspath(value)
    if not isinstance(path, str) or "\0" in path:
        raise Unfit(value)
    return Path(path)


def _name_or_path(value: object) -> str | Path:
    path = _path(value)
    return value if isinstance(value, str) else path


def _paths(value: tuple[object, ...]) -> tuple[Path, ...]:
    if not value:
        raise Unfit
    return tuple(map(_path, value))


def _pair(value: object) -> tuple[str, Document]:
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise Unfit(value)
    source, document = value
    if not isinstance(source, str) or not isinstance(document, Document):
        raise Unfit(value)
    return source, document


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Sources and documents, checked as they are taken; there may be more than memory holds."""

    pairs: Iterable[object]

    def __length_hint__(self) -> int:
        return operator.length_hint(self.pairs)

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        for pair in self.pairs:
            yield _read("Library.add_documents: documents", _PAIR, pair)


def _pairs(value: object) -> Iterable[tuple[str, Document]]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise Unfit
    # Of what is all there, nothing is added if a part does not fit.
    return list(map(_pair, value)) if isinstance(value, Sequence) else _Pairs(value)


TEXT = instance("text", "'年假有几天'", str)
FLAG = instance("True or False", "True", bool)
BYTES = instance("the bytes of a file", "Path('handbook.pdf').read_bytes()", bytes)
COUNT = Kind("a whole number", "10", _whole_number)
FRACTION = Kind("a number from 0 to 1", "0.5", _fraction)
KEY = Kind("a document's id, the start of one, or a source", "'handbook.pdf'", _key)
KEYS = Kind("ids, starts of ids, or sources of documents", "['handbook.pdf']", _keys)
TEXTS = Kind("several texts", "['年假有几天', '怎样请假']", _texts)
PATH = Kind("the path of a folder", "'documents'", _path)
PATHS = Kind("paths of files and folders, one or more", "'handbook.pdf', 'documents'", _paths)
NAME = Kind("a name or a path", "'documents.library'", _name_or_path)
PROGRESS = having("a function of stage, done, total and item", "print", "__call__")
_PAIR = Kind("pairs of a source and a Document", "[('handbook.pdf', document)]", _pair)
PAIRS = Kind(_PAIR.wanted, _PAIR.example, _pairs)
