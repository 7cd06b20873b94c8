"""Loads models by name."""

from pathlib import Path

from embeddings.encoders.contextual import ContextualEncoder
from embeddings.encoders.reader import BundledReader
from embeddings.encoders.sentence_transformers import TransformerEncoder
from embeddings.encoders.static import StaticEncoder, static_module
from embeddings.errors import ModelNotFound
from embeddings.protocols import BUNDLED_MODEL, CONTEXTUAL_MODEL, Encoder, Reader

BUNDLED = "bundled"
STATIC = "static"


def load_encoder(name: str | Path | None = None) -> Encoder:
    """Return a model of this repository, one in a sentence-transformers folder, or one of a hub.

    Args:
        name: ``None`` or ``"bundled"`` for the contextual model in this repository;
            ``"static"`` for the static one, which is a hundred times as fast; the path of a
            folder; or a name that the Hugging Face hub knows.

    Raises:
        ModelNotFound: no such folder, and no hub can be reached that has it.
        ModelUnusable: its files are damaged or not of a kind we run.
    """
    asked = BUNDLED if name is None else str(name)
    if asked == BUNDLED:
        return ContextualEncoder(CONTEXTUAL_MODEL, asked)
    if asked == STATIC:
        if not BUNDLED_MODEL.is_dir():
            raise ModelNotFound(f"the static model should be in {BUNDLED_MODEL}: install again")
        return StaticEncoder(BUNDLED_MODEL, asked)
    if static_module(Path(asked)) is not None:
        return StaticEncoder(Path(asked), asked)
    return TransformerEncoder(asked)


def load_reader() -> Reader:
    """Return the reader of this repository.

    Raises:
        ModelNotFound: its files are not there.
        ModelUnusable: they are damaged, or not of the contextual model beside them.
    """
    return BundledReader()
