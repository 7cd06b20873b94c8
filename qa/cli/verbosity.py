"""``--quiet`` and ``--verbose``, which every command takes."""

import inspect
import logging
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from qa.errors import WenjuError

_OUR_LOGGERS = ("qa", "corpus", "embeddings")

_OPTIONS = {
    "quiet": Annotated[
        bool, typer.Option("--quiet", "-q", help="No notices, warnings or progress; errors stay.")
    ],
    "verbose": Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Log on stderr what is done, how long, and where it failed."
        ),
    ],
}


def add_options(app: typer.Typer) -> None:
    """Add both options to each command of an app, and of the apps within it."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _with_options(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            add_options(group.typer_instance)


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the two options after its own.

    Typer reads a command's signature and annotations, so the options are added to those.
    """

    @wraps(command)
    def with_options(*arguments: Any, quiet: bool, verbose: bool, **options: Any) -> Any:  # noqa: ANN401
        if quiet and verbose:
            raise WenjuError("--quiet and --verbose were both given; give one of them.")
        level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
        for name in _OUR_LOGGERS:
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
