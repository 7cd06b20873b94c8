"""The command ``wenju``: its subcommands, and what an error becomes.

Gradio, torch and the evaluation's libraries are imported by the commands that need
them, so that a question is answered within a second.
"""

import logging
import sys

import typer

from corpus.files import printable
from qa.cli import asking, chatting, libraries, measuring, serving, tokens
from qa.errors import WenjuError

ERROR = 2
_INTERRUPTED = 130  # how Typer ends on Ctrl-C

app = typer.Typer(
    name="wenju",
    help="Ask your documents; get the passages that answer, cited to the character.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (asking, chatting, libraries, measuring, serving, tokens):
    commands.register(app)


def main() -> None:
    """Run ``wenju``; an error of ours becomes one line on stderr and exit code 2."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        app()
    except WenjuError as error:
        typer.echo(f"wenju: {printable(str(error))}", err=True)
        sys.exit(ERROR)
    except SystemExit as stopped:
        if stopped.code == _INTERRUPTED:
            typer.echo("wenju: interrupted; what was committed before stays.", err=True)
        raise
