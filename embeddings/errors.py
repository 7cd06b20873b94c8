"""Errors of models and of the vector index.

EmbeddingError
├── ModelNotFound       there is no such folder, and no hub has the name
├── ModelUnusable       the model cannot be run
└── IndexUnusable       an index file is damaged or was built for something else
"""

from typing import ClassVar


class EmbeddingError(Exception):
    """Root of all errors of this package.

    Attributes:
        kind: a code for messages in other languages.
    """

    kind: ClassVar[str] = "failed"


class ModelNotFound(EmbeddingError):
    """There is no folder of that name, and no hub that can be reached has it."""

    kind = "model_not_found"


class ModelUnusable(EmbeddingError):
    """The model's files are damaged or of an unknown kind, or it failed."""

    kind = "model_unusable"


class IndexUnusable(EmbeddingError):
    """The index file is damaged, or its stamp is not the one asked for."""
