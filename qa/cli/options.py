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
from qa import locations
from qa.library import Library
from qa.progress import Progress, silent
from qa.store import FILE_NAME

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
        help="Only this document: an id, its beginning, or a source. May be repeated.",
    ),
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
DEMO_NOTICE = (
    "You have no library yet, so the demo library answers / 尚无自己的资料库，由演示资料库作答. "
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
    named = folder or locations.named_library()
    if named is not None or own or (locations.default_library() / FILE_NAME).exists():
        return Library.open(named, reranker=reranker, create=False)
    typer.echo(DEMO_NOTICE, err=True)
    return Library.demo(reranker=reranker)


def print_json(value: object) -> None:
    """One JSON value, readable, with Chinese as it is.

    JSON lets characters stand that a terminal obeys; written as escapes they are the
    same value.
    """
    plain = json.dumps(value, ensure_ascii=False, indent=2)
    typer.echo(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", plain))


def shown(text: str) -> str:
    """Text of a document, safe for a terminal: control characters are written out."""
    return "\n".join(printable(line.expandtabs(4)) for line in text.splitlines())


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Progress as a bar on stderr, if someone watches."""
    if not sys.stderr.isatty():
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
