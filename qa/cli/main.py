"""The command ``wenju`` and its subcommands.

Gradio, torch and the libraries of the evaluation are imported by the commands that need
them, so that a question is answered within a second.
"""

import logging
import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from qa.cli import (
    ask,
    chat,
    documents,
    evaluation,
    exit_codes,
    export,
    feedback,
    serve,
    tokens,
    verbosity,
)
from qa.cli.help import as_written, keep_layout
from qa.cli.output import echo, finish_output, set_up_streams

app = typer.Typer(
    name="wenju",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for commands in (ask, chat, feedback, documents, export, evaluation, serve, tokens):
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

Exit status:
  0    done
  1    not found, or not all in order; the help of a command says when
  2    an error, with what helps
  3    an unexpected error; --verbose shows where it occurred
  130  interrupted
  141  the reader of the output has closed it

Environment:
  WENJU_LIBRARY   the library, where no --library names one
  NO_COLOR        set to anything: no colours (nor where no terminal reads)
"""


def _print_version(wanted: bool) -> None:
    if wanted:
        echo(f"wenju {version('wenju')}")
        raise typer.Exit


@app.callback(help=as_written(_HELP))
def wenju(
    context: typer.Context,
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Apply what holds for every command."""
    if os.environ.get("NO_COLOR"):
        context.color = False


def main() -> None:
    """Run ``wenju``, and exit with the code that :mod:`qa.cli.exit_codes` lists."""
    set_up_streams()
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    code = exit_codes.run(app)
    finish_output()
    sys.exit(code)
