"""The seam between texts and vectors: what every embedding model offers.

This room knows no documents. Callers name :class:`Encoder`, never a model class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

BUNDLED_MODEL = Path(__file__).parent / "model"


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their similarity."""

    @property
    def name(self) -> str:
        """What the user asked for: ``bundled``, a folder, or a hub name."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the model would give other vectors, 16 hex digits."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, ``(len(texts), dimension)``, unit rows."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of passages, ``(len(texts), dimension)``, unit rows."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model's tokenizer cuts it; unknown tokens are left out.

    Attributes:
        ids: ``(n,)`` int32, rows of the model's token table, or of words beyond it.
        spans: ``(n, 2)`` int32, half-open code point ranges of the text as given.
    """

    ids: IntArray
    spans: IntArray


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder whose tokens have vectors of their own, as static models do."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text."""

    def encode_with_tokens(
        self, texts: Sequence[str], starts: Sequence[int]
    ) -> tuple[FloatArray, list[Tokens]]:
        """Vectors of passages and the tokens of each from some place on, in one go."""

    def token_vectors(self, ids: IntArray) -> tuple[FloatArray, FloatArray]:
        """Unit vectors ``(n, dimension)`` and learnt norms ``(n,)`` of tokens."""

    def token_sides(self, ids: IntArray) -> NDArray[np.int8]:
        """Of each token ``(n,)``: 1 of Chinese characters, -1 of other letters, 0 of neither."""

    def token_cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """The cosine of each of q unit vectors ``(q, dimension)`` with each token, ``(q, n)``."""
