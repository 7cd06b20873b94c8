"""``wenju ask`` and ``wenju search``."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.batch import STDIN, Result, answer_lines
from qa.cli.display import answer_text, hit_text
from qa.cli.exit_codes import NEGATIVE, SUCCESS
from qa.cli.options import (
    DocumentOption,
    JsonOption,
    LibraryOption,
    NoReaderOption,
    RerankerOption,
    notice_renewal,
    open_library,
)
from qa.cli.output import echo, print_json
from qa.cli.writer import print_written_answer
from qa.errors import WenjuError
from qa.library import Library
from qa.writer import writer_of_environment

_NO_PASSAGE = "没有可查的段落 / There is no passage to search."
_log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("ask")(ask)
    app.command("search")(search)


def ask(
    question: Annotated[str, typer.Argument(help="In Chinese or English; - for a line each.")],
    library: LibraryOption = None,
    document: DocumentOption = None,
    reranker: RerankerOption = None,
    no_reader: NoReaderOption = False,
    write: Annotated[
        bool, typer.Option("--write", help="Have the writer compose the passages, checked.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with verbatim, cited sentences.

    The words that answer come first, then the sentences that they are from. Where no passage
    surely answers, the one that may is shown as such, and counts as no answer.

    With - as the question, each line of standard input is one: the text itself, or a JSON
    object with a "question". They are answered in order, each as soon as it is read; with
    --json as JSON Lines, in which an error is {"question": ..., "error": ..., "code": ...}.

    With --write, the language model that WENJU_LLM_URL and WENJU_LLM_MODEL name composes the
    cited passages as well; what they do not support is struck through.

    Exit status:
      0  the documents answer (of many questions: one at least)
      1  they do not
      2  an error (of many questions: in one at least)
      3  an unexpected error

    Examples:
      wenju ask 年假有几天
      wenju ask "Who may join a trade union?" --document handbook.md
      wenju ask - --json < questions.txt
    """

    def result_of(text: str) -> Result:
        with _timed(text):
            answer = opened.ask(text, documents=document)
        return Result(answer.to_dict(), answer_text(answer), answer.answered)

    writer = writer_of_environment() if write else None
    if writer is not None and question == STDIN:
        raise WenjuError("--write takes one question, not a line each: leave out - or --write.")
    with _opened(library, reranker, no_reader=no_reader) as opened:
        if question == STDIN:
            raise typer.Exit(answer_lines("question", result_of, as_json=as_json))
        if writer is not None:
            answer = opened.ask(question, documents=document)
            print_written_answer(opened, answer, writer, as_json=as_json)
            raise typer.Exit(SUCCESS if answer.answered else NEGATIVE)
        result = result_of(question)
    if as_json:
        print_json(result.json)
    else:
        echo(result.text)
    raise typer.Exit(SUCCESS if result.found else NEGATIVE)


def search(
    query: Annotated[str, typer.Argument(help="A question, or some words; - for a line each.")],
    k: Annotated[int, typer.Option("-k", help="How many passages at most.")] = 10,
    library: LibraryOption = None,
    document: DocumentOption = None,
    reranker: RerankerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that best fit a query.

    With - as the query, each line of standard input is one: the text itself, or a JSON
    object with a "query". With --json each has a line, {"query": ..., "hits": [...]}, or
    {"query": ..., "error": ..., "code": ...}.

    Exit status:
      0  hits (of many queries: for one at least)
      1  there is no passage to find
      2  an error (of many queries: in one at least)
      3  an unexpected error

    Examples:
      wenju search 女职工 -k 5 --json
      wenju search - --json < queries.txt
    """

    def result_of(text: str) -> Result:
        with _timed(text):
            hits = opened.search(text, k, documents=document)
        lines = "\n\n".join(hit_text(hit) for hit in hits)
        return Result([hit.to_dict() for hit in hits], lines, bool(hits))

    def line_of(text: str) -> Result:
        result = result_of(text)
        value = {"query": text, "hits": result.json}
        return Result(value, result.text or _NO_PASSAGE, result.found)

    with _opened(library, reranker) as opened:
        if query == STDIN:
            raise typer.Exit(answer_lines("query", line_of, as_json=as_json))
        result = result_of(query)
    if as_json:
        print_json(result.json)
    else:
        echo(result.text or _NO_PASSAGE, err=not result.text)
    raise typer.Exit(SUCCESS if result.found else NEGATIVE)


@contextmanager
def _opened(
    folder: Path | None, reranker: str | None, *, no_reader: bool = False
) -> Iterator[Library]:
    """Open a library, and log how long it took."""
    start = time.perf_counter()
    with open_library(folder, reranker=reranker, no_reader=no_reader) as library:
        milliseconds = 1000 * (time.perf_counter() - start)
        _log.info(
            "%s, model %s, opened in %.0f ms", library.location, library.model_name, milliseconds
        )
        notice_renewal(library)
        yield library


@contextmanager
def _timed(question: str) -> Iterator[None]:
    """Log how long a question took, but never its text."""
    start = time.perf_counter()
    yield
    milliseconds = 1000 * (time.perf_counter() - start)
    _log.info("%d characters answered in %.0f ms", len(question), milliseconds)
