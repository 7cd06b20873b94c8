"""``wenju eval``."""

from pathlib import Path
from typing import Annotated, cast

import typer

from qa.cli.options import JsonOption, ModelOption, print_json, progress_bar
from qa.search import Legs


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("eval")(evaluate)


def evaluate(
    dataset: Annotated[Path, typer.Argument(help="A folder in the BEIR layout.")],
    legs: Annotated[
        str, typer.Option("--legs", metavar="lexical|dense|fusion|full", help="What to measure.")
    ] = "full",
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="DATASET", help="Take the passages from this folder."),
    ] = None,
    titles: Annotated[bool, typer.Option("--titles", help="Let titles count.")] = False,
    model: ModelOption = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write a TREC run file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the retrieval on an evaluation set.

    Example: wenju eval ../shared/eval/xquad-zh --legs dense
    """
    from qa import evaluate as evaluation
    from qa.datasets import load_dataset

    if legs not in ("lexical", "dense", "fusion", "full"):
        raise typer.BadParameter(f"{legs!r} is none of lexical, dense, fusion, full")
    loaded = load_dataset(dataset, corpus)
    with progress_bar(dataset.name) as progress:
        figures, runs = evaluation.evaluate(
            loaded, model=model, legs=cast(Legs, legs), titles=titles, progress=progress
        )
    if run is not None:
        evaluation.write_run(run, runs, f"wenju-{legs}")
    if as_json:
        print_json(figures.to_dict())
    else:
        typer.echo("\n".join(f"{name:12} {value}" for name, value in figures.to_dict().items()))
