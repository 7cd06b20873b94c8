"""`python -m embeddings.training.reader`: from the data to the trained weights."""

from pathlib import Path
from typing import Annotated

import torch
import typer

from embeddings.protocols import CONTEXTUAL_MODEL
from embeddings.training.contextual.folder import read_folder
from embeddings.training.reader.evaluation import Development
from embeddings.training.reader.model import Reader, load_tensors, save_atomically, tokenizer
from embeddings.training.reader.training import (
    REFINEMENT,
    ReaderRecipe,
    Trainer,
    planned_batches,
    train,
)

Output = Annotated[Path, typer.Option(help="The folder of checkpoint and final weights.")]
Weights = Annotated[
    Path | None, typer.Option(help="The final weights of a first run, to be refined in a second.")
]


def main(output: Output, weights: Weights = None, threads: int = 2) -> None:
    """Train the reader, or go on from the checkpoint in the output folder."""
    torch.set_num_threads(threads)
    recipe = REFINEMENT if weights else ReaderRecipe()
    torch.manual_seed(recipe.seed)
    model = read_folder(CONTEXTUAL_MODEL)
    pieces = tokenizer(model.pieces)
    batches = planned_batches(recipe, pieces)
    development = Development(pieces, 200)
    reader = Reader.on_contextual_model(model)
    if weights:
        reader.take(load_tensors(weights))
    trainer = Trainer(reader, recipe, len(batches))
    checkpoint = output / "checkpoint.safetensors"
    if checkpoint.exists():
        trainer.resume(checkpoint)
        typer.echo(f"resumed at step {trainer.step}")
    train(trainer, batches, recipe, checkpoint, lambda: development.measure(reader).table())
    save_atomically(output / "final" / "reader.safetensors", reader.trained())
    typer.echo(Development(pieces, 300).measure(reader).table())


if __name__ == "__main__":
    typer.run(main)
