"""Texts to vectors to nearest neighbours. This room knows no documents."""

from embeddings.encoder import Encoder, TokenEncoder, Tokens, load_encoder
from embeddings.errors import EmbeddingError, IndexUnusable, ModelNotFound, ModelUnusable
from embeddings.index import IndexStamp, VectorIndex

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
