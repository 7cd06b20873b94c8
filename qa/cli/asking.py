"""``wenju ask`` and ``wenju search``."""

from typing import Annotated

import typer

from qa.cli.options import (
    DocumentOption,
    JsonOption,
    LibraryOption,
    RerankerOption,
    open_library,
    print_json,
    shown,
)
from qa.results import Answer, Citation, Hit

NOT_FOUND = 1
_NEAREST = 3  # passages shown where the documents do not answer


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("ask")(ask)
    app.command("search")(search)


def ask(
    question: Annotated[str, typer.Argument(help="In Chinese, English, ...")],
    library: LibraryOption = None,
    document: DocumentOption = None,
    reranker: RerankerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with verbatim, cited sentences.

    Exits 0 if the documents answer, 1 if they do not, 2 on an error.

    Example: wenju ask 年假有几天
    """
    with open_library(library, reranker=reranker) as opened:
        answer = opened.ask(question, documents=document)
    if as_json:
        print_json(answer.to_dict())
    else:
        typer.echo(answer_text(answer))
    raise typer.Exit(0 if answer.answered else NOT_FOUND)


def search(
    query: Annotated[str, typer.Argument(help="A question, or some words.")],
    k: Annotated[int, typer.Option("-k", help="How many passages at most.")] = 10,
    library: LibraryOption = None,
    document: DocumentOption = None,
    reranker: RerankerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the passages that best fit a query.

    Exits 0 if there are hits, 1 if there is no passage to find, 2 on an error.

    Example: wenju search 女职工 -k 5 --json
    """
    with open_library(library, reranker=reranker) as opened:
        hits = opened.search(query, k, documents=document)
    if as_json:
        print_json([hit.to_dict() for hit in hits])
    elif hits:
        typer.echo("\n\n".join(_hit_text(hit) for hit in hits))
    else:
        typer.echo("没有可查的段落 / There is no passage to search.", err=True)
    raise typer.Exit(0 if hits else NOT_FOUND)


def answer_text(answer: Answer) -> str:
    """The quotes with their sources, or the nearest passages where there is no answer."""
    if answer.text is not None:
        sources = "\n".join(f"[{c.number}] {_place(c)}" for c in answer.citations)
        return f"{shown(answer.text)}\n\n{sources}"
    if not answer.hits:
        return "资料库是空的 / The library holds no documents. Add some: wenju index PATH"
    nearest = "\n\n".join(_hit_text(hit) for hit in answer.hits[:_NEAREST])
    return (
        "这些文档没有回答这个问题 / The documents do not answer this.\n"
        f"最接近的段落 / The nearest passages:\n\n{nearest}"
    )


def _hit_text(hit: Hit) -> str:
    twins = f" (+{len(hit.duplicates)} alike)" if hit.duplicates else ""
    return f"{hit.rank}. {hit.score:.3f}  {_place(hit)}{twins}\n{shown(hit.text)}"


def _place(found: Citation | Hit) -> str:
    """Author, title, headings and where in which file."""
    page = "" if found.page is None else f", p. {found.page}"
    parts = [found.author, " › ".join((found.title, *found.headings))]
    where = f"{found.source}{page}, ¶ {found.paragraph}"
    return shown(" · ".join([*filter(None, parts), where]))
