"""``--quiet`` and ``--verbose``, which every command takes."""

import inspect
import logging
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from qa.errors import WenjuError

_OURS = ("qa", "corpus", "embeddings")  # what libraries log stays theirs
_log = logging.getLogger(__name__)

_OPTIONS = {
    "quiet": Annotated[
        bool, typer.Option("--quiet", "-q", help="No notices, warnings or progress; errors stay.")
    ],
    "verbose": Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on stderr what is done, and how long.")
    ],
}


def notice(message: str) -> None:
    """Tell the user on stderr what an answer should not be read without; not if quiet."""
    if not is_quiet():
        typer.echo(message, err=True)


def is_quiet() -> bool:
    """Whether ``--quiet`` was given."""
    return not _log.isEnabledFor(logging.WARNING)


def add_options(app: typer.Typer) -> None:
    """Let each command of an app, and of the apps within it, take both options."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _with_options(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            add_options(group.typer_instance)


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with the two options behind its own.

    Typer reads a command's signature and annotations, so that is where they are added.
    """

    @wraps(command)
    def with_options(*arguments: Any, quiet: bool, verbose: bool, **options: Any) -> Any:  # noqa: ANN401
        if quiet and verbose:
            raise WenjuError("--quiet and --verbose were both given; give one of them.")
        level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
        for name in _OURS:
            logging.getLogger(name).setLevel(level)
        return command(*arguments, **options)

    signature = inspect.signature(command)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in _OPTIONS.items()
    ]
    with_options.__annotations__ = {**command.__annotations__, **_OPTIONS}
    with_options.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), *added]
    )
    return with_options
