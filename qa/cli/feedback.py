"""``wenju feedback``: readers' judgements of answers, and evaluation questions made of them."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import JsonOption, LibraryOption, open_library
from qa.cli.output import echo, print_json, shown
from qa.errors import WenjuError
from qa.evaluation.feedback import StoredFeedback
from qa.evaluation.judged_questions import evaluation_set


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    feedback = typer.Typer(
        help="What readers said of answers.", no_args_is_help=True, rich_markup_mode=None
    )
    feedback.command("list")(list_)
    feedback.command("export")(export)
    app.add_typer(feedback, name="feedback")


def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List what readers said, oldest first."""
    with open_library(library, own=True) as opened:
        judgements = StoredFeedback(opened).judgements()
    if as_json:
        print_json([judgement.to_dict() for judgement in judgements])
        return
    if not judgements:
        echo("Nobody has said anything of an answer yet; the chat has thumbs for it.")
    for one in judgements:
        expected = " → another passage" if one.expected_passage_id else ""
        echo(shown(f"{one.asked_at}  {one.verdict:4}  {one.question}{expected}"))


def export(
    file: Annotated[Path, typer.Argument(help="The file to write, *.jsonl.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the questions whose right passage is known, for wenju eval.

    Examples:
      wenju feedback export questions.jsonl
      wenju eval questions.jsonl
    """
    with open_library(library, own=True) as opened:
        questions = evaluation_set(opened, StoredFeedback(opened).judgements())
    try:
        file.write_text(questions.jsonl, encoding="utf-8")
    except OSError as error:
        raise WenjuError(f"{file} cannot be written: {error.strerror}") from error
    if as_json:
        print_json({"questions": len(questions.rows), "left_out": questions.left_out})
    else:
        left_out = f"{questions.left_out} left out: no right passage known"
        echo(f"{len(questions.rows)} questions, {left_out}")
