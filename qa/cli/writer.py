"""``wenju ask --write``: the writer's sentences on the terminal."""

import typer

from qa.cli.display import answer_text
from qa.cli.output import echo, print_json, shown
from qa.errors import WriterFailed
from qa.library import Library
from qa.results import Answer
from qa.writer import Reason, Writer, WrittenSentence

_REASONS = {
    Reason.NO_PASSAGE: "没有注明出处 / names no passage",
    Reason.UNKNOWN_PASSAGE: "注明的出处不存在 / names a passage that is not there",
    Reason.OTHER_FIGURES: "出处里没有这个数 / the passage does not state this figure",
    Reason.OPPOSITE: "与出处相反 / says the opposite of the passage",
    Reason.NOT_SUPPORTED: "出处不支持 / the passage does not support it",
}


def print_written_answer(
    library: Library, answer: Answer, writer: Writer, *, as_json: bool
) -> None:
    """Print an answer, and after it the text that the writer composes, sentence by sentence.

    Raises:
        WriterFailed: the writer did not finish; the answer is printed all the same.
    """
    if as_json:
        _print_json(library, answer, writer)
        return
    echo(answer_text(answer))
    for number, sentence in enumerate(library.write(answer, writer)):
        if number == 0:
            echo(f"\n{shown(writer.name)} 撰写，逐句核对 / wrote, checked by sentence:")
        _print_sentence(sentence)


def _print_json(library: Library, answer: Answer, writer: Writer) -> None:
    written: list[dict[str, object]] = []
    value = answer.to_dict() | {"written": written}
    try:
        for sentence in library.write(answer, writer):
            written.append(sentence.to_dict())  # noqa: PERF401 - a failure must not lose them
    except WriterFailed as error:
        print_json(value | {"writer_error": str(error)})
        raise
    print_json(value)


def _print_sentence(sentence: WrittenSentence) -> None:
    numbers = "".join(f"[{number}]" for number in sentence.numbers)
    line = f"{shown(sentence.text)} {numbers}".rstrip()
    if sentence.reason is None:
        echo(line)
        return
    missing = f": {shown(', '.join(sentence.missing))}" if sentence.missing else ""
    # The tildes show in a file, and on a terminal that cannot strike through.
    struck = typer.style(f"~~{line}~~", strikethrough=True, dim=True)
    echo(f"{struck} ({_REASONS[sentence.reason]}{missing})")
