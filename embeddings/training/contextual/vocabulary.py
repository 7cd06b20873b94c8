"""The pieces of the vocabulary that are kept.

The model has 250,002 pieces of a hundred languages. Kept are the pieces of the training
texts, of frequent words of eleven languages, all single characters, and all pieces of Thai
and Greek: wordfreq has no list of Thai, and its Greek one lacks the letter at the end of
most words.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import wordfreq
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from embeddings.training.contextual.pieces import MARK, SPECIAL, Piece, sentencepiece_model
from embeddings.training.contextual.wheel import Weights
from embeddings.training.settings import data_folder

TEXTS = {
    **dict.fromkeys(
        (
            *(f"mkqa-{language}-en" for language in ("ar", "es", "ja", "ko", "ru", "tr", "zh_cn")),
            *(f"ntrex-{name}-eng" for name in ("arb", "deu", "fra", "jpn", "kor", "rus", "spa")),
            *("ntrex-zho-CN-eng", "ntrex-zho-TW-eng", "docs-zh-en", "tatoeba-zh-en"),
            *(f"python-docs-{language}-en" for language in ("es", "fr", "ja", "ko", "zh")),
        ),
        "parallel",
    ),
    **dict.fromkeys(
        ("cmrc2018-train-zh", "csl-title-abstract-zh", "jaquad-train-ja", "squad-train-en"), "qa"
    ),
    "laws-zh": "text",
}
_MORE_WORDS = ("zh", "en")
_WORDS = ("ja", "ko", "ru", "ar", "es", "fr", "de", "hi", "vi")
_THAI_OR_GREEK = re.compile("[\u0370-\u03ff\u0e00-\u0e7f\u1f00-\u1fff]")


@dataclass(frozen=True)
class VocabularyRecipe:
    """The choice of pieces.

    Attributes:
        records: read of each file of texts, evenly spread.
        more_records: of files with many subjects.
        words: of each language's list of frequent words.
        more_words: of Chinese and English.
    """

    records: int = 6_000
    more_records: tuple[tuple[str, int], ...] = (("docs-zh-en", 30_000), ("laws-zh", 15_000))
    words: int = 30_000
    more_words: int = 60_000


def kept(weights: Weights, recipe: VocabularyRecipe) -> NDArray[np.int64]:
    """Return the ids of the pieces that are kept, ascending."""
    count = len(weights.pieces)
    whole = SentencePieceProcessor(
        model_proto=sentencepiece_model(pieces(weights, np.arange(count)))
    )
    wanted = np.array([_always(piece) for piece in weights.pieces])
    for name in TEXTS:
        _mark(wanted, whole, list(_texts(name, recipe)))
    for language in (*_MORE_WORDS, *_WORDS):
        _mark(wanted, whole, _words(language, recipe))
    return np.flatnonzero(wanted)


def pieces(weights: Weights, ids: NDArray[np.int64]) -> list[Piece]:
    """Return the pieces of some ids, with their scores."""
    return [Piece(weights.pieces[id_], float(weights.scores[id_])) for id_ in ids]


def records(name: str, most: int | None = None) -> Iterator[dict[str, object]]:
    """Yield evenly spread records of a file of the training texts; ``None`` yields all."""
    path = data_folder() / "train" / TEXTS[name] / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    for line in lines[:: max(1, len(lines) // (most or len(lines)))]:
        yield json.loads(line)


def _always(piece: str) -> bool:
    """Return whether a piece is special, a single character, Thai or Greek."""
    return (
        piece in SPECIAL
        or len(piece.removeprefix(MARK)) <= 1
        or _THAI_OR_GREEK.search(piece) is not None
    )


def _texts(name: str, recipe: VocabularyRecipe) -> Iterator[str]:
    """Yield the texts of a file, of every field but the source."""
    for record in records(name, dict(recipe.more_records).get(name, recipe.records)):
        for field, value in record.items():
            if isinstance(value, str) and len(value) > 1 and field not in ("src", "id"):
                yield value


def _words(language: str, recipe: VocabularyRecipe) -> list[str]:
    """Return the frequent words of a language, Latin ones with a capital too."""
    count = recipe.more_words if language in _MORE_WORDS else recipe.words
    words = wordfreq.top_n_list(language, count)
    return words + [word.capitalize() for word in words if word.isascii()]


def _mark(wanted: NDArray[np.bool_], tokenizer: SentencePieceProcessor, texts: list[str]) -> None:
    """Mark the pieces that texts use."""
    for ids in tokenizer.encode(texts):
        wanted[ids] = True
