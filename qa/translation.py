"""Errors of other rooms and libraries, as :class:`qa.WenjuError` with the cause attached."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from corpus import CorpusError
from embeddings import EmbeddingError
from qa.errors import LibraryDamaged, WenjuError

P = ParamSpec("P")
R = TypeVar("R")


def raising_wenju_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function raise nothing but :class:`WenjuError` for what can go wrong."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except CorpusError as error:
            raise WenjuError(str(error), error.code, error.values) from error
        except EmbeddingError as error:
            raise WenjuError(str(error), error.kind) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError):
                raise WenjuError(f"The library could not be used: {error}") from error
            raise LibraryDamaged(
                f"The library is damaged: {error}. Restore library.sqlite3 from a copy, or index "
                "the documents into another folder: wenju index PATH --library DIR"
            ) from error
        except (sqlite3.Error, OSError) as error:
            raise WenjuError(f"The library could not be used: {error}") from error
        except UnicodeEncodeError as error:
            raise WenjuError(
                f"{error.object!r:.80} is no text: it cannot be UTF-8.", "half_a_character"
            ) from error

    return wrapped
