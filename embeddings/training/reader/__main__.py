"""`python -m embeddings.training.reader`: from the data to the trained weights."""

from pathlib import Path
from typing import Annotated

import torch
import typer
from tokenizers import Tokenizer

from embeddings.training.reader.evaluation import Development
from embeddings.training.reader.model import Reader, load_trunk, save_atomically
from embeddings.training.reader.training import ReaderRecipe, Trainer, planned_batches, train

Trunk = Annotated[Path, typer.Option(help="A BertModel folder as transformers writes it.")]
Output = Annotated[Path, typer.Option(help="The folder of checkpoint and final weights.")]
Rows = Annotated[Path | None, typer.Option(help="Rows of the word table to keep (.npy).")]
Vocabulary = Annotated[Path | None, typer.Option(help="The tokenizer.json of these rows.")]


def main(
    trunk: Trunk, output: Output, rows: Rows = None, tokenizer: Vocabulary = None, threads: int = 2
) -> None:
    """Train the reader, or go on from the checkpoint in the output folder."""
    torch.set_num_threads(threads)
    recipe = ReaderRecipe()
    torch.manual_seed(recipe.seed)
    pieces = Tokenizer.from_file(str(tokenizer or trunk / "tokenizer.json"))
    batches = planned_batches(recipe, pieces)
    development = Development(pieces, 200)
    reader = Reader(load_trunk(trunk, rows))
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
