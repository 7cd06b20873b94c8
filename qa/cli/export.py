"""``wenju export`` and ``wenju import``, which carry a library to another machine."""

from pathlib import Path
from typing import Annotated

import typer

from qa import portable
from qa.cli.options import JsonOption, LibraryOption, open_library
from qa.cli.output import echo, print_json, progress_bar
from qa.errors import WenjuError
from qa.library import Library


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("export")(export)
    app.command("import")(import_)


def export(
    file: Annotated[Path, typer.Argument(help="The file to write, *.wenju by custom.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all documents into one portable file, with checksums.

    Examples:
      wenju export handbooks.wenju
    """
    if str(file) == "-":
        raise WenjuError("An export is a file: name one, as in `wenju export handbooks.wenju`.")
    with open_library(library) as opened, progress_bar("export") as progress:
        count = portable.export(opened, file, progress)
    _print_count("exported", count, as_json=as_json)


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `wenju export` wrote.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the documents of an exported file; nothing is added unless all of it is sound.

    Examples:
      wenju import handbooks.wenju --library copy.library
    """
    with Library.open(library) as opened, progress_bar("import") as progress:
        count = portable.import_(opened, file, progress)
    _print_count("imported", count, as_json=as_json)


def _print_count(action: str, count: int, *, as_json: bool) -> None:
    if as_json:
        print_json({action: count})
    else:
        echo(f"{action} {count} documents")
