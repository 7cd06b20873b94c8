"""Texts to vectors to nearest neighbours. This room knows no documents."""

from embeddings.encoder import Encoder, TokenEncoder, Tokens
from embeddings.errors import EmbeddingError, IndexUnusable, ModelNotFound, ModelUnusable
from embeddings.index import VectorIndex
from embeddings.index_file import IndexStamp
from embeddings.loading import load_encoder

__all__ = [
    "EmbeddingError",
    "Encoder",
    "IndexStamp",
    "IndexUnusable",
    "ModelNotFound",
    "ModelUnusable",
    "TokenEncoder",
    "Tokens",
    "VectorIndex",
    "load_encoder",
]
