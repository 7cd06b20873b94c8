"""Many questions in one run: one on each line of standard input."""

import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import typer

from corpus import printable
from qa.cli.exit_codes import ERROR, NEGATIVE, SUCCESS
from qa.cli.output import echo, print_json_line
from qa.errors import BadQuestion, WenjuError
from qa.messages_zh import in_both_languages

#: The argument that stands for standard input.
STDIN = "-"


class Result(NamedTuple):
    """The result of one question or query.

    Attributes:
        json: the value to print with ``--json``.
        text: the text to print without.
        found: whether it is answered, or has hits.
    """

    json: Any
    text: str
    found: bool


def answer_lines(key: str, result_of: Callable[[str], Result], *, as_json: bool) -> int:
    """Answer each line of standard input as soon as it is read.

    An error in one question does not stop the others: with JSON, its line is
    ``{key: ..., "error": ..., "code": ..., "error_zh": ...}``, so that the lines of the
    output correspond to those of the input.

    Args:
        key: the name of a question in JSON, ``question`` or ``query``.
        result_of: returns the result of a question.
        as_json: print JSON Lines.

    Returns:
        The exit code of the worst: 2 if a question failed, else 1 if none had a result, else 0.
    """
    failed = found = False
    for encoded in sys.stdin.buffer:
        if not encoded.strip():
            continue
        try:
            question = question_of(_decoded(encoded), key)
            result = result_of(question)
        except WenjuError as error:
            failed = True
            if as_json:
                line = encoded.decode(errors="backslashreplace").strip()
                print_json_line({key: line, **in_both_languages(error)})
            else:
                echo(f"wenju: {printable(str(error))}", err=True)
            continue
        found |= result.found
        if as_json:
            print_json_line(result.json)
        else:
            echo(f"{typer.style(f'› {printable(question)}', bold=True)}\n{result.text}\n")
    return ERROR if failed else SUCCESS if found else NEGATIVE


def question_of(line: str, key: str) -> str:
    """Return the question of a line: the line itself, or the value of ``key`` in a JSON object.

    Raises:
        BadQuestion: the line begins like a JSON object and has no such text.
    """
    line = line.strip()
    if not line.startswith("{"):
        return line
    try:
        question = json.loads(line).get(key)
    except ValueError as error:
        reason = f"{line:.80} opens like a JSON object and is none: {error}"
        raise BadQuestion(reason, "line_not_json") from error
    if not isinstance(question, str):
        raise BadQuestion(
            f'{line:.80} has no text under "{key}".', "line_without_text", {"key": key}
        )
    return question


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        reason = f"{line!r:.80} is not UTF-8. Convert the file: iconv -t utf-8"
        raise BadQuestion(reason, "line_not_utf8") from error
