"""The command ``wenju``: its subcommands, and what an error becomes.

Gradio, torch and the evaluation's libraries are imported by the commands that need
them, so that a question is answered within a second.
"""

import logging
import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from corpus.files import printable
from qa.cli import ask, chat, documents, evaluation, export, feedback, serve, tokens, verbosity
from qa.cli.help import as_written, keep_layout
from qa.errors import WenjuError

ERROR = 2
_INTERRUPTED = 130  # how Typer ends on Ctrl-C

app = typer.Typer(
    name="wenju",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (
    ask,
    chat,
    feedback,
    documents,
    export,
    evaluation,
    serve,
    tokens,
):
    commands.register(app)
verbosity.add_options(app)
keep_layout(app)

_HELP = """
Ask your documents; get the passages that answer, cited to the character.

Examples:
  wenju index handbook.pdf notices/   add files and folders
  wenju ask 年假有几天                ask them; exits 1 if they do not answer
  wenju search 年假 -k 5 --json       ranked passages, for scripts
  wenju serve                         the chat in the browser

Environment:
  WENJU_LIBRARY   the library, where no --library names one
  NO_COLOR        set to anything: no colours (nor where no terminal reads)
"""


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wenju {version('wenju')}")
        raise typer.Exit


@app.callback(help=as_written(_HELP))
def wenju(
    context: typer.Context,
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """What holds for every command."""
    if os.environ.get("NO_COLOR"):
        context.color = False


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
