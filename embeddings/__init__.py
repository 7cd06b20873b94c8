"""Texts to vectors to nearest neighbours. This room knows no documents."""

from embeddings.arranging import EXACT_UP_TO
from embeddings.encoder import Encoder, TokenEncoder, Tokens
from embeddings.errors import EmbeddingError, IndexUnusable, ModelNotFound, ModelUnusable
from embeddings.index import VectorIndex
from embeddings.index_file import IndexStamp
from embeddings.loading import load_encoder
from embeddings.reranker import Reranker, load_reranker

__all__ = [
    "EXACT_UP_TO",
    "EmbeddingError",
    "Encoder",
    "IndexStamp",
    "IndexUnusable",
    "ModelNotFound",
    "ModelUnusable",
    "Reranker",
    "TokenEncoder",
    "Tokens",
    "VectorIndex",
    "load_encoder",
    "load_reranker",
]
