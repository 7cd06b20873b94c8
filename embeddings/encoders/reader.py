"""The bundled reader: a cross-encoder on the first layers of the contextual model.

It reads a question together with a passage and says, for each token of the passage, how likely
the answer begins and ends there, and, at the first token of all, how likely there is none
(Rajpurkar et al. 2018, Know What You Don't Know). Its word table and its first layers are the
contextual model's and are read from its folder; the layers above were trained.
"""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from embeddings.encoders import contextual, graphs
from embeddings.encoders.four_bit import FourBit
from embeddings.encoders.graphs import (
    BLOCKS,
    CONFIG,
    SCALES,
    Weights,
    check,
    products,
    sentencepiece,
    session,
    settings,
    without_half_pairs,
)
from embeddings.encoders.model_files import first_line
from embeddings.encoders.table_rows import written
from embeddings.errors import ModelUnusable
from embeddings.protocols import CONTEXTUAL_MODEL, READER_MODEL, Extract, FloatArray, Reading

FORMAT = 1
BUNDLED = "bundled"
GRAPH, WEIGHTS = "graph.onnx", "model.safetensors"
# The input of the graph: the vectors of the words. And the logits of each token.
WORDS, LOGITS = "words", "logits"
# The columns of the logits.
START, END, WHETHER = range(3)

LONGEST_QUESTION = 64  # tokens that are read
LONGEST_HEAD = 80  # characters, the last ones
LONGEST_ANSWER = 64  # tokens
# A passage is read whole up to here, question and head included: as long again as in training.
_LONGEST = 320
_HELP = "Install Wenju again, or use `--no-reader`: answers are then chosen by the ranking alone."
# Part of the fingerprint: change it with what this module makes of the files.
_USE = b"window of 320 around the focus, tables row by row"


class TokenSpan(NamedTuple):
    """The likeliest answer among some tokens.

    Attributes:
        score: the sum of the logits of its first token as a start and its last as an end.
        first: the place of its first token.
        last: the place of its last token.
    """

    score: float
    first: int
    last: int


class _Pieces(NamedTuple):
    """The tokens of a text: their ids, and the code points ``(n, 2)`` that each covers."""

    ids: list[int]
    spans: NDArray[np.int32]


class _Window(NamedTuple):
    """What is read at once: all token ids, where the passage's begin, and what they cover."""

    ids: list[int]
    start: int
    spans: NDArray[np.int32]


class BundledReader:
    """The reader in memory. Implements `embeddings.Reader`.

    All methods may be called from several threads. A passage is read by itself, so that its
    reading does not depend on those beside it.

    Args:
        folder: of the reader's files.
        trunk: the folder of the contextual model that it was trained on.
        name: by which it was asked for.

    Raises:
        ModelNotFound: there is no such folder.
        ModelUnusable: files are missing, damaged, or do not fit together.
    """

    def __init__(
        self, folder: Path = READER_MODEL, trunk: Path = CONTEXTUAL_MODEL, name: str = BUNDLED
    ) -> None:
        self.name = name
        self._config_file = folder / CONFIG
        found = settings(folder, FORMAT, (GRAPH, WEIGHTS), "reader", _HELP)
        # Which contextual model it was trained on, by the checksum of that model's settings.
        check(trunk / CONFIG, found["contextual"], f"{folder.name}/{CONFIG}", _HELP)
        contextual.settings_of(trunk, _HELP)
        self._tokenizer = sentencepiece(trunk / contextual.TOKENIZER, _HELP)
        self._words = _word_table(trunk / contextual.WEIGHTS)
        self._session = session(
            folder / GRAPH,
            lambda: _first_layers(trunk / contextual.WEIGHTS, found["frozen"]),
            "reader",
            _HELP,
        )
        self._before = self._tokenizer.bos_id()
        self._between = self._tokenizer.eos_id()

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the files, by their checksums, and of our way of using them."""
        return hashlib.sha256(_USE + self._config_file.read_bytes()).hexdigest()[:16]

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """Return what it finds in each extract; each is read by itself.

        Args:
            question: as asked; a follow-up under the question before it, a line each.
            extracts: to be read. Of a head the last 80 characters are read; of a text that is
                too long to be read at once, what is around its focus.
        """
        asked = self._pieces(f"query: {question}").ids[:LONGEST_QUESTION]

        def read(extract: Extract) -> Reading:
            return self._read(asked, extract)

        if len(extracts) <= 1:
            return [read(extract) for extract in extracts]
        with ThreadPoolExecutor(graphs.THREADS) as pool:
            return list(pool.map(read, extracts))

    def _read(self, asked: list[int], extract: Extract) -> Reading:
        passage = written(extract.text)
        window = self._window(
            asked, Extract(extract.head, passage.text, passage.place(extract.focus))
        )
        logits = self._logits(window.ids)
        found = reading(logits, window.start, len(asked) + 1, window.spans)
        start, end = passage.span(found.start, found.end)
        words_found = extract.text[start:end]  # a piece has the space before it
        start = end - len(words_found.lstrip())
        return found._replace(start=start, end=start + len(words_found.strip()))

    def _logits(self, ids: list[int]) -> FloatArray:
        """Return the logits of each token, ``(tokens, 3)``."""
        words = FourBit(self._words.blocks[ids], self._words.scales[ids]).floats()
        logits: FloatArray = self._session.run([LOGITS], {WORDS: words[np.newaxis]})[0][0]
        return logits

    def _window(self, asked: list[int], extract: Extract) -> _Window:
        """Return the tokens of a question and a passage, or of the part around its focus."""
        head = self._pieces(extract.head[-LONGEST_HEAD:]).ids
        text = self._pieces(extract.text)
        ids = [self._before, *asked, self._between, self._between, *head]
        room = _LONGEST - len(ids) - 1
        first = 0
        if len(text.ids) > room:
            focus = int(np.searchsorted(text.spans[:, 1], extract.focus, side="right"))
            first = min(max(0, focus - room // 3), len(text.ids) - room)
        own = text.ids[first : first + room]
        return _Window([*ids, *own, self._between], len(ids), text.spans[first : first + room])

    def _pieces(self, text: str) -> _Pieces:
        """Return the tokens of a text and the code points that they cover."""
        try:
            found = self._tokenizer.encode(text, out_type="offset_mapping")
        except RuntimeError:
            found = self._tokenizer.encode(without_half_pairs(text), out_type="offset_mapping")
        return _Pieces(found["ids"], np.array(found["offsets"], np.int32).reshape(-1, 2))


def reading(logits: FloatArray, start: int, question_end: int, spans: NDArray[np.int32]) -> Reading:
    """Return what the logits of the tokens say.

    Args:
        logits: ``(tokens, 3)`` of start, end and whether.
        start: where the tokens of the passage begin.
        question_end: where those of the question end.
        spans: ``(n, 2)`` the code points that each token of the passage covers.
    """
    none = float(logits[0, START] + logits[0, END])
    whether = float(logits[1:question_end, WHETHER].mean())
    own = logits[start : start + len(spans)]
    if not len(own):
        return Reading(-abs(none), 0, 0, asks_whether=whether)
    best = best_span(own)
    return Reading(
        score=best.score - none,
        start=int(spans[best.first, 0]),
        end=int(spans[best.last, 1]),
        asks_whether=whether,
    )


def best_span(logits: FloatArray) -> TokenSpan:
    """Return the span of at most 64 tokens with the highest sum of logits.

    Args:
        logits: ``(tokens, 2 or more)`` of start and end, of at least one token.
    """
    tokens = len(logits)
    inside = np.tri(tokens, dtype=bool).T & np.tri(tokens, k=LONGEST_ANSWER - 1, dtype=bool)
    sums = np.where(inside, logits[:, START, np.newaxis] + logits[np.newaxis, :, END], -np.inf)
    first, last = divmod(int(sums.argmax()), tokens)
    return TokenSpan(float(sums[first, last]), first, last)


def _word_table(path: Path) -> FourBit:
    """Return the contextual model's word table, mapped: only pages in use come into memory."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        blocks, scales = (
            np.memmap(
                path,
                kind,
                "r",
                offset=8 + length + header["words" + part]["data_offsets"][0],
                shape=tuple(header["words" + part]["shape"]),
            )
            for part, kind in ((BLOCKS, np.uint8), (SCALES, np.float16))
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelUnusable(f"{path} cannot be read ({first_line(error)}). {_HELP}") from error
    return FourBit(blocks, scales)


def _first_layers(path: Path, layers: int) -> Weights:
    """Return the weights that the reader shares with the contextual model."""
    weights = products(path, layers)
    with safe_open(path, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118
            part = name.split(".")
            shared = part[0] == "norm" or (part[0] == "layers" and int(part[1]) < layers)
            if shared and part[-1] in ("bias", "weight"):
                weights[name] = file.get_tensor(name)
        weights[contextual.POSITIONS] = file.get_tensor(contextual.POSITIONS).astype(np.float32)
    return weights
