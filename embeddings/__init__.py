"""Texts to vectors to nearest neighbours. This package knows no documents."""

from embeddings.encoders.cross_encoder import load_reranker
from embeddings.errors import EmbeddingError, IndexUnusable, ModelNotFound, ModelUnusable
from embeddings.index.arrangement import EXACT_UP_TO
from embeddings.index.file import IndexStamp
from embeddings.index.vector_index import VectorIndex
from embeddings.loading import load_encoder, load_reader
from embeddings.protocols import Encoder, Extract, Reader, Reading, Reranker, TokenEncoder, Tokens

__all__ = [
    "EXACT_UP_TO",
    "EmbeddingError",
    "Encoder",
    "Extract",
    "IndexStamp",
    "IndexUnusable",
    "ModelNotFound",
    "ModelUnusable",
    "Reader",
    "Reading",
    "Reranker",
    "TokenEncoder",
    "Tokens",
    "VectorIndex",
    "load_encoder",
    "load_reader",
    "load_reranker",
]
