"""Options that several commands share, and the library that they name."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.completion import complete_document
from qa.cli.output import notice
from qa.library import Library

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="The library's folder. Default: $WENJU_LIBRARY, else one among your data.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DocumentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        metavar="ID",
        autocompletion=complete_document,
        help="Only this document: an id, its beginning, or a source. May be repeated.",
    ),
]
DocumentArgument = Annotated[
    str,
    typer.Argument(help="An id, its beginning, or a source.", autocompletion=complete_document),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="bundled (reads words in their context), static (fast), a sentence-transformers "
        "folder, or a name of the hub. Default: the library's own; of a new one $WENJU_MODEL, "
        "else bundled.",
    ),
]
RerankerOption = Annotated[
    str | None,
    typer.Option(
        "--reranker",
        metavar="NAME",
        help="A cross-encoder for the best passages: a folder, or a name of the hub.",
    ),
]
NoReaderOption = Annotated[
    bool,
    typer.Option(
        "--no-reader",
        help="Let the ranking alone choose the passage: faster, but without a short answer, and "
        "more questions are left unanswered. Likewise WENJU_READER=off.",
    ),
]
EMPTY_NOTICE = "文库里还没有文档 / The library holds no documents. Add some: wenju index PATH"
DEMO_NOTICE = (
    "You have no library yet, so the demo library answers / 还没有自己的文库，由示例文库作答. "
    "Make one: wenju index PATH"
)


def open_library(
    folder: Path | None,
    *,
    own: bool = False,
    reranker: str | None = None,
    no_reader: bool = False,
    wait: bool = True,
) -> Library:
    """Open the library that a command is about.

    Args:
        folder: the value of ``--library``.
        own: refuse the demo library, for commands that change something.
        reranker: the value of ``--reranker``.
        no_reader: the value of ``--no-reader``.
        wait: read the demo library in full first.

    Raises:
        NoSuchLibrary: the library does not exist.
    """
    reader = False if no_reader else None
    if folder is not None or own:
        return Library.open(folder, reranker=reranker, reader=reader, create=False)
    library = Library.own_or_demo(reranker=reranker, reader=reader, wait=wait)
    if library.is_demo:
        notice(DEMO_NOTICE)
    return library


def notice_renewal(library: Library) -> None:
    """Report on stderr that a library's passages are still being read, if they are."""
    renewal = library.renewal()
    if renewal is None:
        return
    if renewal.writer is None:
        going_on = f"`wenju reindex --library {library.location}` goes on"
    else:
        going_on = f"{renewal.writer} is at it"
    notice(
        f"正在细读 {renewal.done:,}/{renewal.passages:,} 段，先按字词回答 / still reading: "
        f"{renewal.done:,} of {renewal.passages:,} passages; {going_on}. Until then words find "
        "the rest."
    )
