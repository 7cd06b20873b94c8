"""What the commands share: options, the library they mean, output, progress."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.files import printable
from qa.cli.completion import complete_document
from qa.cli.verbosity import is_quiet, notice
from qa.library import Library
from qa.progress import Progress, silent

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
        help="bundled, a sentence-transformers folder, or a name of the hub.",
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
# Control characters, and those that turn the direction of the text or end a line.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# What splitlines() cuts at; the terminal gets a line feed for each.
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
EMPTY_NOTICE = "文库里还没有文档 / The library holds no documents. Add some: wenju index PATH"
DEMO_NOTICE = (
    "You have no library yet, so the demo library answers / 还没有自己的文库，由示例文库作答. "
    "Make one: wenju index PATH"
)


def open_library(folder: Path | None, *, own: bool = False, reranker: str | None = None) -> Library:
    """The library that a command means.

    Args:
        folder: what ``--library`` says.
        own: refuse the demo library, for commands that change something.
        reranker: what ``--reranker`` says.

    Raises:
        NoSuchLibrary: the library named does not exist.
    """
    if folder is not None or own:
        return Library.open(folder, reranker=reranker, create=False)
    opened = Library.own_or_demo(reranker=reranker)
    if opened.is_demo:
        notice(DEMO_NOTICE)
    return opened


def print_json(value: object) -> None:
    """One JSON value, readable, with Chinese as it is.

    JSON lets characters stand that a terminal obeys; written as escapes they are the
    same value.
    """
    typer.echo(_plain(json.dumps(value, ensure_ascii=False, indent=2)))


def print_json_line(value: object) -> None:
    """One JSON value on a line of its own, sent on at once: a program may be waiting."""
    typer.echo(_plain(json.dumps(value, ensure_ascii=False)))
    sys.stdout.flush()


def _plain(encoded: str) -> str:
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded)


def shown(text: str) -> str:
    """Text of a document, safe for a terminal: control characters are written out."""
    lines = text.splitlines(keepends=True)
    return "".join(
        printable(line.rstrip(_LINE_ENDS).expandtabs(4)) + "\n" * (line[-1] in _LINE_ENDS)
        for line in lines
    )


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Progress as a bar on stderr, if someone watches."""
    if is_quiet() or not sys.stderr.isatty():
        yield silent
        return
    latest = ""
    watched: AbstractContextManager[Any] = typer.progressbar(
        length=1, label=label, file=sys.stderr, item_show_func=lambda _: latest
    )
    with watched as bar:

        def show(stage: str, done: int, total: int, item: str = "") -> None:
            nonlocal latest
            latest = printable(f"{stage} {item}")[:40]
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show
