"""What can go wrong between a text and its vectors.

EmbeddingError
├── ModelNotFound       no such folder, and no hub that has the name
├── ModelUnusable       the folder is there, and is not a model we can run
└── IndexUnusable       an index file is damaged or was built for something else
"""

from typing import ClassVar


class EmbeddingError(Exception):
    """Root of everything that encoding and indexing vectors can raise.

    Attributes:
        kind: what went wrong, in one word, for who says it in another language.
    """

    kind: ClassVar[str] = "failed"


class ModelNotFound(EmbeddingError):
    """No folder of that name, and no reachable hub that has it."""

    kind = "model_not_found"


class ModelUnusable(EmbeddingError):
    """The model's files are damaged, or are of a kind that we do not run."""

    kind = "model_unusable"


class IndexUnusable(EmbeddingError):
    """The index file is damaged, or its stamp is not the one asked for."""
