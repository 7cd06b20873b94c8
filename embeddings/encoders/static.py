"""Static models without torch: tokenizers and numpy.

A static model is a table with a vector for each token. The vector of a text is the mean of
its tokens' vectors at unit length. sentence-transformers' `StaticEmbedding` computes the
same from the same folder through torch, which takes nine seconds to import. This module
knows one kind of folder and no hub.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from tokenizers import Encoding, Tokenizer

from embeddings.encoders.spelling import SpeltWord, known_in_pieces, side, spelt_words, word_id
from embeddings.encoders.token_table import TokenTable
from embeddings.errors import ModelUnusable
from embeddings.protocols import FloatArray, IntArray, Tokens, TokenVectors, VectorsAndTokens
from embeddings.vectors import unit_rows

# An `Encoding` takes a hundred bytes a token, so texts are tokenized in batches.
_TEXTS_AT_ONCE = 512
# Unicode guarantees that no text has this code point, so no vocabulary does.
_IN_NO_VOCABULARY = "\U0010ffff"
_UNKNOWN_SIDE = 2  # of a token that no text had yet: computing all would take .1 s
# A Python string can have half of a UTF-16 pair, which is no character; it counts as one
# code point, and so does its replacement.
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
# Part of the fingerprint: a library stores the token ids of its passages, and another
# tokenization of the same texts would give others.
_TOKENIZATION = (
    b"words known by their letters alone are one token each, pairs where no spaces part them"
)


class _TokenizerFile(NamedTuple):
    """A tokenizer, and its id for unknown tokens."""

    tokenizer: Tokenizer
    unknown: int


class _TableFile(NamedTuple):
    """Rows ``(V, dimension)`` as they are stored, and the weight of each ``(V,)``."""

    rows: NDArray[Any]
    weights: FloatArray


def static_module(folder: Path) -> Path | None:
    """Return the subfolder of the static table in a sentence-transformers folder.

    Args:
        folder: a model's folder.

    Returns:
        The subfolder of its `StaticEmbedding`; ``None`` if the model has other modules (a
        final `Normalize` apart) or prompts, which only sentence-transformers can run.
    """
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        home = folder / modules[0]["path"]
        settings = folder / "config_sentence_transformers.json"
        prompts: dict[str, str] = {}
        if settings.exists():
            prompts = json.loads(settings.read_text(encoding="utf-8")).get("prompts") or {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    static = kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])
    return home if static and not any(prompts.values()) else None


class StaticEncoder:
    """A static model in memory. Implements `embeddings.TokenEncoder`.

    A text without any token the model knows, an empty one among them, has the
    zero vector, whose inner product with every other is 0.

    The tokenizer runs on all cores, unless the user's ``TOKENIZERS_PARALLELISM``
    says ``false``. All methods may be called from several threads.

    Args:
        folder: a sentence-transformers folder for which `static_module` is not None.
        name: by which it was asked for; the folder's path by default.

    Raises:
        ModelUnusable: files are missing, damaged, or do not fit together.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.name = name or str(folder)
        home = static_module(folder)
        if home is None:
            raise ModelUnusable(f"{folder} is not a static model: see its modules.json")
        self._files = (home / "tokenizer.json", home / "model.safetensors")
        self._tokenizer, self._unknown = _read_tokenizer(self._files[0])
        self._table = TokenTable(*_read_table(self._files[1]))
        if self._tokenizer.get_vocab_size() > len(self._table):
            raise ModelUnusable(
                f"{home}: its tokenizer has {self._tokenizer.get_vocab_size()} tokens,"
                f" its table only {len(self._table)} rows"
            )
        self._sides = np.full(len(self._table) + 1, _UNKNOWN_SIDE, dtype=np.int8)
        self._sides[-1] = side("a")  # of all words beyond the table

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._table.dimension

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the tokenizer, the table, and our way of using them."""
        digest = hashlib.sha256(_TOKENIZATION)
        for path in self._files:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of questions, ``(n, dimension)`` float32, unit or zero rows."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of passages, ``(n, dimension)`` float32, unit or zero rows."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, encoding in zip(vectors, self._encodings(texts, offsets=False), strict=True):
            self._table.add_up(np.array(encoding.ids, dtype=np.int32), vector)
        return unit_rows(vectors).rows

    def encode_with_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> VectorsAndTokens:
        """Return the vectors of texts, and the tokens of their passages, in one pass.

        Args:
            texts: passages, each after its title, author and headings.
            starts: where in each text the passage begins, in code points.

        Returns:
            the vectors as `encode_passages` returns them for the texts, and the tokens as
            `tokens` does for the passages.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens: list[Tokens] = []
        encodings = self._encodings(texts, offsets=True)
        for text, start, vector, encoding in zip(texts, starts, vectors, encodings, strict=True):
            ids = np.array(encoding.ids, dtype=np.int32)
            self._table.add_up(ids, vector)
            offsets = encoding.offsets
            first = bisect_left(offsets, (start, start))
            spans = _spans(offsets[first:]) - start
            tokens.append(self._known(text[start:], ids[first:], spans))
        return VectorsAndTokens(unit_rows(vectors).rows, tokens)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, without those that the model does not know.

        A word of which the table has only the letters is one token, with an id beyond the
        table; see `embeddings.encoders.spelling`.
        """
        found = []
        for text, encoding in zip(texts, self._encodings(texts, offsets=True), strict=True):
            ids = np.array(encoding.ids, dtype=np.int32)
            found.append(self._known(text, ids, _spans(encoding.offsets)))
        return found

    def token_vectors(self, ids: IntArray) -> TokenVectors:
        """Return the vectors of tokens.

        The length of a vector is the weight that training gave its token; a word beyond the
        table has the mean length of the table's tokens.

        Args:
            ids: ``(n,)`` rows of the table, or beyond it.
        """
        return self._table.vectors(ids)

    def token_cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """Return the cosine of each unit vector ``(q, dimension)`` with each token, ``(q, n)``."""
        return self._table.cosines(units, ids)

    def token_sides(self, ids: IntArray) -> NDArray[np.int8]:
        """Return 1 for a token of Chinese characters, -1 of other letters, 0 of neither."""
        rows = np.minimum(ids, len(self._table))
        for row in set(rows[self._sides[rows] == _UNKNOWN_SIDE].tolist()):
            self._sides[row] = side(self._tokenizer.id_to_token(row) or "")
        found: NDArray[np.int8] = self._sides[rows]
        return found

    def _known(self, text: str, ids: IntArray, spans: IntArray) -> Tokens:
        """Return the known tokens of a text, with words that they only spell as one token each."""
        known = ids != self._unknown
        if not known.all():
            ids, spans = ids[known], spans[known]
        return self._whole_words(text, Tokens(ids, spans))

    def _whole_words(self, text: str, tokens: Tokens) -> Tokens:
        """Return the tokens of a text, with one token for each word that they only spell."""
        words = [word for word in spelt_words(text) if self._only_spelt(word, tokens)]
        if not words:
            return tokens
        starts, ends = np.array([word[:2] for word in words], dtype=np.int32).T
        word = np.searchsorted(starts, tokens.spans[:, 0], side="right") - 1
        apart = (word < 0) | (tokens.spans[:, 0] >= ends[word])
        ids = [word_id(word.spelling, len(self._table)) for word in words]
        spans = np.concatenate((tokens.spans[apart], np.stack((starts, ends), axis=1)))
        order = np.argsort(spans[:, 0], kind="stable")
        return Tokens(
            np.concatenate((tokens.ids[apart], np.array(ids, np.int32)))[order], spans[order]
        )

    def _only_spelt(self, word: SpeltWord, tokens: Tokens) -> bool:
        first, last = np.searchsorted(tokens.spans[:, 0], word[:2])
        pieces = [self._tokenizer.id_to_token(int(id_)) or "" for id_ in tokens.ids[first:last]]
        return not known_in_pieces(word.spelling, pieces)

    def _encodings(self, texts: Sequence[str], *, offsets: bool) -> Iterator[Encoding]:
        encode = self._tokenizer.encode_batch if offsets else self._tokenizer.encode_batch_fast
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            batch = list(texts[start : start + _TEXTS_AT_ONCE])
            try:
                found = encode(batch, add_special_tokens=False)
            except TypeError:
                whole = [text.translate(_SURROGATES) for text in batch]
                found = encode(whole, add_special_tokens=False)
            yield from found


def _spans(offsets: Sequence[tuple[int, int]]) -> IntArray:
    """Return the ranges of tokens, ``(n, 2)``."""
    numbers = chain.from_iterable(offsets)  # of pairs, numpy takes three times as long
    return np.fromiter(numbers, dtype=np.int32, count=2 * len(offsets)).reshape(-1, 2)


def _read_tokenizer(path: Path) -> _TokenizerFile:
    """Read a tokenizer, and find its id for unknown tokens."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
        (unknown,) = tokenizer.model.tokenize(_IN_NO_VOCABULARY)
    except Exception as error:  # tokenizers raises no narrower type
        raise ModelUnusable(f"{path} cannot be used as a tokenizer: {error}") from error
    tokenizer.no_padding()
    return _TokenizerFile(tokenizer, unknown.id)


def _read_table(path: Path) -> _TableFile:
    """Read the rows of a table and their weights."""
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:
        raise ModelUnusable(f"{path} cannot be read as weights: {error}") from error
    rows = tensors.get("embeddings", tensors.get("embedding.weight"))
    if rows is None or rows.ndim != 2 or "mapping" in tensors:
        shapes = {name: tensor.shape for name, tensor in tensors.items()}
        raise ModelUnusable(f"{path} should hold a table `embeddings`, a row a token: has {shapes}")
    weights = tensors.get("weights", np.ones(len(rows))).astype(np.float32)
    if weights.shape != rows.shape[:1] or not np.isfinite(weights).all():
        raise ModelUnusable(f"{path} should hold {len(rows)} finite weights: has {weights.shape}")
    return _TableFile(rows, weights)
