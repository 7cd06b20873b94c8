"""Many questions in one go: a line of standard input each."""

import json
import sys
from collections.abc import Callable
from typing import Any

import typer

from corpus.files import printable
from qa.cli.options import print_json_line
from qa.errors import BadQuestion, WenjuError
from qa.messages_zh import in_both_languages

STDIN = "-"

#: The worst that happened decides, as with grep.
SOME_FOUND, NONE_FOUND, SOME_FAILED = 0, 1, 2


def answer_lines(
    key: str, found: Callable[[str], tuple[Any, str, bool]], *, as_json: bool
) -> typer.Exit:
    """Answer each line of standard input as soon as it is read.

    A question that cannot be answered for an error does not stop the others: with JSON,
    its line says ``{key: ..., "error": ..., "code": ..., "error_zh": ...}``, so that answers
    and questions stay in step.

    Args:
        key: what a question is called in JSON, ``question`` or ``query``.
        found: gives for a question its JSON value, its text, and whether it was a success.
        as_json: print JSON Lines.

    Returns:
        The exit, 2 if a question failed, else 1 if none was a success, else 0.
    """
    failed = succeeded = False
    for encoded in sys.stdin.buffer:
        if not encoded.strip():
            continue
        line = encoded.decode(errors="backslashreplace").strip()
        try:
            question = question_of(_decoded(encoded), key)
            value, text, success = found(question)
        except WenjuError as error:
            failed = True
            if as_json:
                print_json_line({key: line, **in_both_languages(error)})
            else:
                typer.echo(f"wenju: {printable(str(error))}", err=True)
            continue
        succeeded |= success
        if as_json:
            print_json_line(value)
        else:
            typer.echo(f"{typer.style(f'› {printable(question)}', bold=True)}\n{text}\n")
    return typer.Exit(SOME_FAILED if failed else SOME_FOUND if succeeded else NONE_FOUND)


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        said = f"{line!r:.80} is not UTF-8. Convert the file: iconv -t utf-8"
        raise BadQuestion(said, "line_not_utf8") from error


def question_of(line: str, key: str) -> str:
    """The question of a line: the line itself, or what a JSON object has under ``key``.

    Raises:
        BadQuestion: the line opens like a JSON object and has no such text.
    """
    line = line.strip()
    if not line.startswith("{"):
        return line
    try:
        question = json.loads(line).get(key)
    except ValueError as error:
        said = f"{line:.80} opens like a JSON object and is none: {error}"
        raise BadQuestion(said, "line_not_json") from error
    if not isinstance(question, str):
        raise BadQuestion(
            f'{line:.80} has no text under "{key}".', "line_without_text", {"key": key}
        )
    return question
