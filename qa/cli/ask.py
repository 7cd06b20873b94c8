"""``wenju ask`` and ``wenju search``."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.cli.batch import STDIN, answer_lines
from qa.cli.display import answer_text, hit_text
from qa.cli.options import (
    DocumentOption,
    JsonOption,
    LibraryOption,
    RerankerOption,
    open_library,
    print_json,
)
from qa.cli.writer import answer_and_write
from qa.errors import WenjuError
from qa.library import Library
from qa.writer import writer_of_environment

NOT_FOUND = 1
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
    write: Annotated[
        bool, typer.Option("--write", help="Have the writer compose the passages, checked.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with verbatim, cited sentences.

    With - as the question, each line of standard input is one: the text itself, or a JSON
    object with a "question". They are answered in order, each as soon as it is read; with
    --json as JSON Lines, in which an error is {"question": ..., "error": ..., "code": ...}.

    With --write, the language model that WENJU_LLM_URL and WENJU_LLM_MODEL name composes the
    cited passages as well; what they do not support is struck through.

    Exit status:
      0  the documents answer (of many questions: one at least)
      1  they do not
      2  an error (of many questions: in one at least)

    Examples:
      wenju ask 年假有几天
      wenju ask "Who may join a trade union?" --document handbook.md
      wenju ask - --json < questions.txt
    """

    def asked(one: str) -> tuple[Any, str, bool]:
        with _timed(one):
            answer = opened.ask(one, documents=document)
        return answer.to_dict(), answer_text(answer), answer.answered

    writer = writer_of_environment() if write else None
    if writer is not None and question == STDIN:
        raise WenjuError("--write takes one question, not a line each: leave out - or --write.")
    with _opened(library, reranker) as opened:
        if question == STDIN:
            raise answer_lines("question", asked, as_json=as_json)
        if writer is not None:
            answer = opened.ask(question, documents=document)
            answer_and_write(opened, answer, writer, as_json=as_json)
            raise typer.Exit(0 if answer.answered else NOT_FOUND)
        value, text, answered = asked(question)
    if as_json:
        print_json(value)
    else:
        typer.echo(text)
    raise typer.Exit(0 if answered else NOT_FOUND)


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

    Examples:
      wenju search 女职工 -k 5 --json
      wenju search - --json < queries.txt
    """

    def searched(one: str) -> tuple[Any, str, bool]:
        with _timed(one):
            hits = opened.search(one, k, documents=document)
        found = [hit.to_dict() for hit in hits]
        return found, "\n\n".join(hit_text(hit) for hit in hits), bool(hits)

    def line_of(one: str) -> tuple[Any, str, bool]:
        found, text, any_hits = searched(one)
        return {"query": one, "hits": found}, text or _NO_PASSAGE, any_hits

    with _opened(library, reranker) as opened:
        if query == STDIN:
            raise answer_lines("query", line_of, as_json=as_json)
        found, text, any_hits = searched(query)
    if as_json:
        print_json(found)
    else:
        typer.echo(text or _NO_PASSAGE, err=not text)
    raise typer.Exit(0 if any_hits else NOT_FOUND)


_NO_PASSAGE = "没有可查的段落 / There is no passage to search."


@contextmanager
def _opened(folder: Path | None, reranker: str | None) -> Iterator[Library]:
    start = time.perf_counter()
    with open_library(folder, reranker=reranker) as library:
        spent = 1000 * (time.perf_counter() - start)
        _log.info("%s, model %s, opened in %.0f ms", library.location, library.model_name, spent)
        yield library


@contextmanager
def _timed(question: str) -> Iterator[None]:
    """Tell ``--verbose`` how long a question took. Its text is in no log."""
    start = time.perf_counter()
    yield
    spent = 1000 * (time.perf_counter() - start)
    _log.info("%d characters answered in %.0f ms", len(question), spent)
