"""``wenju chat``: questions and follow-ups in the terminal."""

import sys
from collections.abc import Iterator

import typer

from qa.cli.display import answer_text
from qa.cli.options import (
    DocumentOption,
    JsonOption,
    LibraryOption,
    NoReaderOption,
    notice_renewal,
    open_library,
)
from qa.cli.output import echo, print_json_line, shown
from qa.conversation.conversation import Conversation
from qa.errors import WenjuError
from qa.messages_zh import in_both_languages
from qa.results import Answer

UNDO = "/undo"
NEW = "/new"
_PROMPT = "问 › "
_HELP = (
    f"{UNDO} 按原话再问 / asks the last question as it was typed; "
    f"{NEW} 另起话题 / starts over; Ctrl-D 结束 / ends."
)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("chat")(chat)


def chat(
    library: LibraryOption = None,
    document: DocumentOption = None,
    no_reader: NoReaderOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask one question after the other; a follow-up is completed from those before.

    The completed question is shown where it differs from the one typed. /undo asks the
    last question as it was typed, /new starts over, the end of the input ends. With --json
    each answer is a line of JSON, and each error too.

    Examples:
      wenju chat
      wenju chat --document handbook.md < questions.txt
      wenju chat --json < questions.txt > answers.jsonl
    """
    with open_library(library, no_reader=no_reader, wait=False) as opened:
        notice_renewal(opened)
        opened.renew_in_background()
        conversation = opened.conversation()
        for line in _lines():
            if line == NEW:
                conversation = opened.conversation()
                continue
            try:
                answer = _answer(conversation, line, document)
            except WenjuError as error:
                _print_error(line, error, as_json=as_json)
            else:
                _print_answer(answer, as_json=as_json)


def _lines() -> Iterator[str]:
    """Yield the lines that are typed or piped in, without blank ones."""
    if sys.stdin.isatty():
        import readline  # noqa: F401 - lets input() edit the line and recall earlier ones

        echo(_HELP, err=True)
    while True:
        try:
            line = input(_PROMPT if sys.stdin.isatty() else "").strip()
        except EOFError:
            return
        if line:
            yield line


def _answer(conversation: Conversation, line: str, documents: list[str] | None) -> Answer:
    """Answer a question, or the last one once more as it was typed."""
    if line != UNDO:
        return conversation.ask(line, documents)
    if not conversation.turns:
        raise WenjuError(f"There is no question yet for {UNDO} to ask again.")
    return conversation.ask(conversation.turns[-1].question, documents, as_is=True)


def _print_answer(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json_line(answer.to_dict())
        return
    if answer.query != answer.question:
        echo(typer.style(f"→ {shown(answer.query)}", dim=True))
    echo(f"{answer_text(answer)}\n")


def _print_error(line: str, error: WenjuError, *, as_json: bool) -> None:
    if as_json:
        print_json_line({"question": line, **in_both_languages(error)})
    else:
        echo(f"wenju: {shown(str(error))}", err=True)
