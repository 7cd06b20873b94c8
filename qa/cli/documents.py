"""The commands on a library's documents: index, documents, show, remove, verify, reindex."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.exit_codes import ERROR, NEGATIVE, SUCCESS
from qa.cli.limits import (
    MaxCharacters,
    MaxCpuSeconds,
    MaxExpandedBytes,
    MaxExpansion,
    MaxFileBytes,
    MaxMemoryBytes,
    MaxOcrPages,
    MaxPages,
    MaxPassages,
    MaxWallSeconds,
    limits_of,
)
from qa.cli.options import (
    EMPTY_NOTICE,
    DocumentArgument,
    JsonOption,
    LibraryOption,
    ModelOption,
    open_library,
)
from qa.cli.output import echo, print_json, progress_bar, shown
from qa.library import Library
from qa.results import DocumentSummary, IndexReport, is_passage_id
from qa.storage.locations import default_library


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("index")(index)
    app.command("documents")(documents)
    app.command("show")(show)
    app.command("remove")(remove)
    app.command("verify")(verify)
    app.command("reindex")(reindex)


def index(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders.", metavar="PATH...", readable=False)
    ],
    library: LibraryOption = None,
    model: ModelOption = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what the library holds beyond these.")
    ] = False,
    max_file_bytes: MaxFileBytes = None,
    max_expanded_bytes: MaxExpandedBytes = None,
    max_expansion: MaxExpansion = None,
    max_pages: MaxPages = None,
    max_ocr_pages: MaxOcrPages = None,
    max_characters: MaxCharacters = None,
    max_passages: MaxPassages = None,
    max_cpu_seconds: MaxCpuSeconds = None,
    max_wall_seconds: MaxWallSeconds = None,
    max_memory_bytes: MaxMemoryBytes = None,
    as_json: JsonOption = False,
) -> None:
    """Add files and folders to the library; only what changed is read into it.

    They are searchable as soon as they are committed. Then the model reads each passage in its
    context, which takes longer; a run that is stopped goes on where it was.

    Exit status:
      0  every file was read
      1  some failed, the rest is indexed
      2  nothing was indexed, or an error
      3  an unexpected error

    Examples:
      wenju index ~/handbooks notice.txt
      wenju index ~/handbooks --prune     forget what is no longer there
      wenju index notes --library notes.library
    """
    limits = limits_of(
        file_bytes=max_file_bytes,
        expanded_bytes=max_expanded_bytes,
        expansion=max_expansion,
        pages=max_pages,
        ocr_pages=max_ocr_pages,
        characters=max_characters,
        passages=max_passages,
        cpu_seconds=max_cpu_seconds,
        wall_seconds=max_wall_seconds,
        memory_bytes=max_memory_bytes,
    )
    with (
        Library.open(library, model=model, limits=limits) as opened,
        progress_bar("wenju") as progress,
    ):
        report = opened.add(*paths, prune=prune, progress=progress)
    if as_json:
        print_json(report.to_dict())
    else:
        _print_report(report)
    indexed = report.added or report.replaced or report.unchanged
    if report.failed:
        raise typer.Exit(NEGATIVE if indexed else ERROR)
    if not indexed:
        echo("wenju: there is no file to index in what was named.", err=True)
        raise typer.Exit(ERROR)


def documents(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the documents: id, passages, sources, and the articles in each.

    Examples:
      wenju documents
      wenju documents --json
    """
    with open_library(library) as opened:
        listed = opened.documents()
    if as_json:
        print_json([document.to_dict() for document in listed])
    elif not listed:
        echo(EMPTY_NOTICE)
    else:
        echo("\n".join(_summary_text(document) for document in listed))


def show(
    document: DocumentArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a document's stored text and, with --json, its passages as they were cut.

    The id of a passage, as a citation gives it, shows that passage.

    Examples:
      wenju show handbook.md
      wenju show 3f2a --json
    """
    with open_library(library) as opened:
        passage = opened.passage(document) if is_passage_id(document) else None
        detail = passage or opened.show(document)
    if as_json:
        print_json(detail.to_dict())
    else:
        echo(shown(detail.text.rstrip()))


def remove(
    document: DocumentArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a document with all its sources; the very next question misses it.

    Examples:
      wenju remove handbook.md
    """
    with open_library(library, own=True) as opened:
        removed = opened.remove(document)
    if as_json:
        print_json(removed.to_dict())
    else:
        echo(f"removed {_summary_text(removed)}")


def verify(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Check every passage, vector and index file against each other.

    Exit status:
      0  all is sound
      1  there are problems; each is named with what mends it
      2  an error
      3  an unexpected error

    Examples:
      wenju verify --library notes.library
    """
    with open_library(library) as opened, progress_bar("verify") as progress:
        report = opened.verify(progress)
    if as_json:
        print_json(report.to_dict())
    else:
        for problem in report.problems:
            echo(shown(f"{problem.subject}: {problem.found}. Mend it: {problem.remedy}"))
        echo(
            f"{report.documents} documents, {report.passages} passages, {report.vectors} vectors: "
            + (f"{len(report.problems)} problems" if report.problems else "sound")
        )
    raise typer.Exit(NEGATIVE if report.problems else SUCCESS)


def reindex(
    library: LibraryOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Encode the library with another model; the old one answers until that is done.

    Without --model, the index files are made anew with the model that the library has.

    Examples:
      wenju reindex
      wenju reindex --model BAAI/bge-m3
      wenju reindex --model bundled
      wenju reindex --model static        words without their context: fast
    """
    with progress_bar("reindex") as progress:
        opened = Library.reindex(library or default_library(), model, progress)
    with opened:
        listed = opened.documents()
        name = opened.model_name
    passages = sum(document.passage_count for document in listed)
    if as_json:
        print_json({"model": name, "documents": len(listed), "passages": passages})
    else:
        echo(f"{passages} passages of {len(listed)} documents now use the model {name}")


def _print_report(report: IndexReport) -> None:
    counts = ("added", "replaced", "unchanged", "removed")
    echo("files: " + ", ".join(f"{len(getattr(report, name))} {name}" for name in counts))
    for failure in report.failed:
        echo(shown(f"failed: {failure.reason}"), err=True)
    for warning in report.warnings:
        echo(shown(f"in part: {warning.source}: {warning.reason}"), err=True)


def _summary_text(document: DocumentSummary) -> str:
    sources = ", ".join(document.sources)
    lines = [f"{document.id[:12]}  {document.passage_count:5} passages  {sources}"]
    if document.coverage is not None:
        lines.append(f"{'':20} {document.coverage}")
    for article in document.articles:
        author = f" · {article.author}" if article.author else ""
        lines.append(f"{'':14}{article.passage_count:5} {article.title}{author}")
    return shown("\n".join(lines))
