"""`python -m embeddings.training`: from the data to the finished model folder."""

import json
from pathlib import Path
from typing import Annotated

import typer

from embeddings.training import steps
from embeddings.training.ablations import ABLATIONS, measure
from embeddings.training.evaluate import Evaluation
from embeddings.training.rows.quantise import as_read, write_folder
from embeddings.training.settings import MODEL, Recipe

Folder = Annotated[Path, typer.Option(help="The folder of the finished model.")]
Names = Annotated[list[str] | None, typer.Argument(help=", ".join(ABLATIONS))]
app = typer.Typer(add_completion=False, help=__doc__)


@app.callback(invoke_without_command=True)
def build(context: typer.Context, folder: Folder = MODEL) -> None:
    """Build the bundled model; finished steps are not repeated."""
    if context.invoked_subcommand is not None:
        return
    recipe = Recipe()
    rows, tokenizer = steps.make_model(recipe)
    write_folder(folder, rows, tokenizer)
    evaluation = Evaluation(tokenizer, len(rows))
    figures = {
        "float": evaluation.score(rows, other_languages=True),
        "int8": evaluation.score(as_read(rows), other_languages=True),
    }
    typer.echo(json.dumps(figures, indent=2))


@app.command()
def ablate(names: Names = None, seeds: int = 3) -> None:
    """Measure the recipe with one choice changed, over several seeds."""
    for name in names or list(ABLATIONS):
        typer.echo(json.dumps(measure(name, tuple(range(1, seeds + 1)))))


if __name__ == "__main__":
    app()
