"""The protocols of models: texts to vectors, and scores of texts.

This package knows no documents. Callers name a protocol, never a class of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

BUNDLED_MODEL = Path(__file__).parent / "model"
CONTEXTUAL_MODEL = Path(__file__).parent / "contextual"
READER_MODEL = Path(__file__).parent / "reader"


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their similarity."""

    @property
    def name(self) -> str:
        """The name it was asked for by: ``bundled``, a folder, or a hub's name."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the model would give other vectors."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of questions, ``(len(texts), dimension)``, unit rows."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of passages, ``(len(texts), dimension)``, unit rows."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, without those that the model does not know.

    Attributes:
        ids: ``(n,)`` int32, rows of the model's token table, or of words beyond it.
        spans: ``(n, 2)`` int32, half-open code point ranges of the text as given.
    """

    ids: IntArray
    spans: IntArray


class VectorsAndTokens(NamedTuple):
    """Vectors of texts ``(n, dimension)``, and the tokens of each."""

    vectors: FloatArray
    tokens: list[Tokens]


class TokenVectors(NamedTuple):
    """Unit vectors of tokens ``(n, dimension)``, and the lengths ``(n,)`` that they had.

    Training makes the vector of a token longer the more the token says.
    """

    units: FloatArray
    lengths: FloatArray


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder whose tokens have vectors of their own, as static models do."""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text."""

    def encode_with_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> VectorsAndTokens:
        """Return the vectors of texts, and the tokens of each from its start on, in one pass."""

    def token_vectors(self, ids: IntArray) -> TokenVectors:
        """Return the vectors of tokens ``(n,)``."""

    def token_sides(self, ids: IntArray) -> NDArray[np.int8]:
        """Return 1 for a token of Chinese characters, -1 of other letters, 0 of neither."""

    def token_cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """Return the cosine of each unit vector ``(q, dimension)`` with each token, ``(q, n)``."""


@runtime_checkable
class Reranker(Protocol):
    """Scores how well each text answers a query."""

    @property
    def name(self) -> str:
        """The name it was asked for by: a folder, or a hub's name."""

    def scores(self, query: str, texts: Sequence[str]) -> FloatArray:
        """Return the score of each text by itself, ``(len(texts),)``, from 0 to 1."""


class Extract(NamedTuple):
    """A passage, or a part of one, that a reader reads.

    Attributes:
        head: what is above it: title and headings; may be empty.
        text: the passage.
        focus: the code point of ``text`` around which a reader reads where it is too long.
    """

    head: str
    text: str
    focus: int = 0


class Reading(NamedTuple):
    """What a reader finds in an extract.

    Attributes:
        score: the log odds that the extract answers the question, as the reader learnt them:
            not calibrated, above 0 where it rather answers.
        start: of the words that answer, in code points of the extract's text.
        end: where they end; equal to ``start`` if there are none.
        yes: the log odds that these words say yes, for a question that asks whether; 0 from
            a reader that does not tell, as the bundled one.
        asks_whether: the log odds that the question wants a yes or a no.
    """

    score: float
    start: int
    end: int
    yes: float = 0.0
    asks_whether: float = 0.0


@runtime_checkable
class Reader(Protocol):
    """Reads a question with passages: does each answer, and with which words?"""

    @property
    def name(self) -> str:
        """The name it was asked for by."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever it would read otherwise."""

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """Return what it finds in each extract; each is read by itself."""
