"""Exit codes, and the table that turns an error into one.

A code of 1 is an honest no: the documents do not answer, some files failed, problems were
found. So no error may exit with 1, not even an unexpected one.
"""

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import typer

from corpus import CorpusError, printable
from embeddings import EmbeddingError
from qa.cli.output import echo
from qa.errors import WenjuError

SUCCESS = 0
#: Of ``ask``: not in the documents. Of ``search``: no passage. Of ``index``: some files failed.
#: Of ``verify``: problems were found.
NEGATIVE = 1
#: An error whose message says what helps.
ERROR = 2
#: An error that nobody foresaw.
UNEXPECTED = 3
INTERRUPTED = 130
#: The reader of the output has closed it; the code of a process that SIGPIPE ended.
OUTPUT_CLOSED = 141

_log = logging.getLogger(__name__)


class _Outcome(NamedTuple):
    """The exit code of a kind of error, and what is written to stderr."""

    kind: type[BaseException]
    code: int
    message: Callable[[BaseException], str | None]


def _silent(_: BaseException) -> None:
    return None


def _interrupted(_: BaseException) -> str:
    return "interrupted; what was committed before stays."


def _unexpected(error: BaseException) -> str:
    return (
        f"an unexpected error ({type(error).__name__}: {error!s:.300}). Please report it; "
        "--verbose shows where it occurred."
    )


# The first row that fits an error decides.
_OUTCOMES = (
    _Outcome(WenjuError, ERROR, str),
    _Outcome(CorpusError, ERROR, str),
    _Outcome(EmbeddingError, ERROR, str),
    _Outcome(BrokenPipeError, OUTPUT_CLOSED, _silent),
    _Outcome(KeyboardInterrupt, INTERRUPTED, _interrupted),
    _Outcome(typer.Abort, INTERRUPTED, _interrupted),
    _Outcome(BaseException, UNEXPECTED, _unexpected),
)


def run(command: Callable[[], object]) -> int:
    """Run the command line, report its error if it has one, and return the exit code."""
    try:
        command()
    except SystemExit as stopped:
        error = _cause(stopped)
        if error is None:
            return stopped.code if isinstance(stopped.code, int) else SUCCESS
        return _reported(error)
    except BaseException as error:  # noqa: BLE001 - each has its row in the table
        return _reported(error)
    return SUCCESS


def _cause(stopped: SystemExit) -> BaseException | None:
    """Return the error for which Typer exits by itself; None if the code was chosen."""
    if stopped.code == INTERRUPTED:
        return KeyboardInterrupt()
    # Typer's own code for both is 1.
    cause = stopped.__context__
    return cause if isinstance(cause, BrokenPipeError | typer.Abort) else None


def _reported(error: BaseException) -> int:
    """Write what an error means to stderr, and return its exit code."""
    outcome = next(row for row in _OUTCOMES if isinstance(error, row.kind))
    message = outcome.message(error)
    with suppress(OSError, ValueError):  # stderr may be closed too
        if outcome.code == UNEXPECTED and _log.isEnabledFor(logging.INFO):
            traceback.print_exception(error)
        if message is not None:
            echo(f"wenju: {printable(message)}", err=True)
    return outcome.code
