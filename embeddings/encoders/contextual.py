"""The contextual model: multilingual-e5-small in 4 bits, run by onnxruntime without torch.

A transformer reads a text as a whole, so a token's vector depends on its neighbours. The
vector of a text is the mean of its tokens' vectors at unit length, from which what all texts
share and what the texts of one language share is taken out.

The weights are stored in 4 bits. At load the layers become int8, with a scale for each
output, which is what processors multiply fastest. The word table stays in 4 bits.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from embeddings.encoders import graphs
from embeddings.encoders.graphs import (
    CONFIG,
    Settings,
    Weights,
    products,
    sentencepiece,
    session,
    settings,
    without_half_pairs,
)
from embeddings.protocols import FloatArray

FORMAT = 1
GRAPH = "graph.onnx"
TOKENIZER = "sentencepiece.model"
WEIGHTS = "model.safetensors"
POSITIONS, MEANS = "positions", "centre.means"
_WORD_BEGINS = "\u2581"

_HELP = "Install Wenju again, or use `--model static`, which needs none of these files."
# Part of the fingerprint: change it with what this module makes of the files.
_USE = b"layers in int8 up to 64, languages taken out"
# The differences of n means have n - 1 directions; the last singular value is rounding.
_SMALLEST_DIFFERENCE = 1e-3
_TEXTS_AT_ONCE = 256


class _Prompt(NamedTuple):
    """The words put before a text, and the number of their tokens."""

    text: str
    tokens: int


class ContextualEncoder:
    """The contextual model in memory. Implements `embeddings.Encoder`.

    Texts are encoded one at a time, so a vector does not depend on the texts beside it; and
    on as many threads as there are cores, up to eight. All methods may be called from several
    threads. Tokens after the first 512 are not read. A text without any token the model
    knows, an empty one among them, has the zero vector, whose inner product with every other
    is 0.

    Other kinds of processors may give vectors that differ a little: between the products of
    integers, which are exact, floats are rounded to integers.

    Args:
        folder: of the model's files.
        name: by which it was asked for; the folder's path by default.

    Raises:
        ModelNotFound: there is no such folder.
        ModelUnusable: files are missing, damaged, or do not fit together.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.name = name or str(folder)
        self._config_file = folder / CONFIG
        found = settings_of(folder, _HELP)
        self._longest: int = found["longest"]
        self._tokenizer = sentencepiece(folder / TOKENIZER, _HELP)
        self._meaningless = {
            self._tokenizer.unk_id(),
            self._tokenizer.piece_to_id(_WORD_BEGINS),
        }
        self._query = self._prompt(found["prompts"]["query"])
        self._passage = self._prompt(found["prompts"]["passage"])
        self._session = session(
            folder / GRAPH, lambda: _computed(folder / WEIGHTS), "contextual model", _HELP
        )

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._session.get_outputs()[0].shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the files, by their checksums, and of our way of using them."""
        return hashlib.sha256(_USE + self._config_file.read_bytes()).hexdigest()[:16]

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of questions, ``(n, dimension)`` float32, unit or zero rows."""
        return self._encode(self._query, texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of passages, ``(n, dimension)`` float32, unit or zero rows."""
        return self._encode(self._passage, texts)

    def _encode(self, prompt: _Prompt, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of texts after a prompt."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)

        def encode(row: int) -> None:
            ids = self._ids(prompt, texts[row])
            if ids is not None:
                vectors[row] = self._session.run(None, {"ids": ids})[0][0]

        if len(texts) <= 1:
            for row in range(len(texts)):
                encode(row)
            return vectors
        # The threads of a pool that is kept would be missing in a forked process.
        with ThreadPoolExecutor(graphs.THREADS) as pool:
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                end = min(start + _TEXTS_AT_ONCE, len(texts))
                for _ in pool.map(encode, range(start, end)):
                    pass
        return vectors

    def _prompt(self, text: str) -> _Prompt:
        return _Prompt(text, len(self._tokenizer.encode(text)))

    def _ids(self, prompt: _Prompt, text: str) -> NDArray[np.int64] | None:
        """Return the token ids of a text after a prompt, ``(1, n)``; None if none is known."""
        try:
            ids = self._tokenizer.encode(prompt.text + text)
        except RuntimeError:
            ids = self._tokenizer.encode(prompt.text + without_half_pairs(text))
        if self._meaningless.issuperset(ids[prompt.tokens :]):
            return None
        ends = self._tokenizer.bos_id(), self._tokenizer.eos_id()
        return np.array([[ends[0], *ids[: self._longest - 2], ends[1]]], dtype=np.int64)


def settings_of(folder: Path, help_: str) -> Settings:
    """Return the settings of a contextual model's folder, after checking its other files.

    Args:
        folder: of the model's files.
        help_: what to do, for the errors.
    """
    files = (GRAPH, TOKENIZER, WEIGHTS)
    return settings(folder, FORMAT, files, "contextual model", help_)


def _computed(path: Path) -> Weights:
    """Return the weights of the graph that are computed from stored ones.

    The graph reads the others from the same file, among them the word table, of which
    only the pages that are used come into memory.
    """
    weights = products(path)
    with safe_open(path, framework="numpy") as file:
        weights[POSITIONS] = file.get_tensor(POSITIONS).astype(np.float32)
        mean_and_rest = centring(file.get_tensor(MEANS).astype(np.float32))
    weights["centre.mean"], weights["centre.rest"] = mean_and_rest
    return weights


class Centring(NamedTuple):
    """The mean that is taken off a vector, and the matrix that it is then multiplied with."""

    mean: FloatArray
    rest: FloatArray


def centring(means: FloatArray) -> Centring:
    """Return how to take the language of a text out of its vector.

    The means of languages differ in a few directions, which say in which language a text is
    and whether it is a question. A vector loses the mean of the means and its part in these
    directions, so that texts of two languages can be compared. No language need be identified.
    (Yang et al. 2021, A Simple and Effective Method To Eliminate the Self Language Bias in
    Multilingual Representations.)

    Args:
        means: ``(n, dimension)``, mean unit vectors of the questions or passages of a language.
    """
    mean = means.mean(axis=0)
    _, lengths, directions = np.linalg.svd(means - mean, full_matrices=False)
    directions = directions[lengths > _SMALLEST_DIFFERENCE]
    rest = np.eye(len(mean), dtype=np.float32) - directions.T @ directions
    return Centring(mean, rest)
