"""Pieces of other languages, for a vocabulary of Chinese and English.

Only languages in other scripts are added: their pieces never change the tokens of Chinese
or English. Latin pieces would, and they cost those two languages more than they gain.
"""

import json
import math
import re
from typing import NamedTuple

from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import UnigramTrainer

from embeddings.training.pairs import data, pairs
from embeddings.training.pairs.pairs import Kind, Pair, Source
from embeddings.training.settings import LanguagesRecipe, PairsRecipe
from embeddings.training.words.normaliser import fold
from embeddings.training.words.vocabulary import RAREST, UNKNOWN, Vocabulary, likeliest

_HAN = re.compile("[\u3400-\u9fff]")
_ASCII = re.compile("[ -~]+")
_PASSAGES = 8_000


def translations(name: str, recipe: LanguagesRecipe) -> list[Pair]:
    """Return the pairs of a parallel file, its other language first, documentation capped."""
    by_origin = pairs.translations(name, PairsRecipe(cap=recipe.cap))
    return [pair for found in by_origin.values() for pair in found]


def texts(language: str, recipe: LanguagesRecipe) -> list[str]:
    """Return folded texts to find a language's pieces in; documentation counts half."""
    found = []
    for name in data.OTHER_LANGUAGES[language]:
        sides = [side for side, _ in translations(name, recipe)]
        found += sides if "docs" in name else 2 * sides
    if language in data.OTHER_QUESTIONS:
        name = data.OTHER_QUESTIONS[language]
        found += [record["question"] for record in data.questions(name)]
        found += pairs.passages(name)[:_PASSAGES]
    # The vocabulary has its Han characters already.
    return [_HAN.sub(" ", fold(text)) for text in found]


def pieces(language: str, recipe: LanguagesRecipe) -> dict[str, float]:
    """Return the pieces a Unigram model finds in a language, with their relative frequency."""
    tokenizer = Tokenizer(Unigram())
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = UnigramTrainer(
        vocab_size=recipe.pieces,
        show_progress=False,
        unk_token=UNKNOWN,
        max_piece_length=recipe.longest_piece,
    )
    tokenizer.train_from_iterator(texts(language, recipe), trainer)
    # Sorted, because the trainer's order differs between runs.
    return {
        piece: math.exp(score)
        for piece, score in sorted(json.loads(tokenizer.to_str())["model"]["vocab"])
        if piece != UNKNOWN and not _ASCII.fullmatch(piece)
    }


class Extended(NamedTuple):
    """A vocabulary with the pieces of other languages last, and the old rows kept for it."""

    kept: list[int]
    vocabulary: Vocabulary


def extended(words: Vocabulary, recipe: LanguagesRecipe) -> Extended:
    """Add the pieces of other languages to a vocabulary.

    The rarest words are dropped where there is no room for all.
    """
    known = set(words.words)
    new: dict[str, float] = {}
    for language in data.OTHER_LANGUAGES:
        for piece, frequency in pieces(language, recipe).items():
            if piece not in known:
                new[piece] = max(new.get(piece, RAREST), frequency)
    kept = likeliest(words, recipe.rows - len(new))
    stay = words.take(kept)
    return Extended(
        kept,
        Vocabulary(
            words=[*stay.words, *new],
            frequencies=[*stay.frequencies, *new.values()],
            counts=[*stay.counts, *[0] * len(new)],
        ),
    )


def sources(recipe: LanguagesRecipe, tokenizer: Tokenizer) -> list[Source]:
    """Return the tokenized pairs that the new rows learn from."""
    found = [
        pairs.source(name, Kind.TRANSLATION, translations(name, recipe), tokenizer)
        for names in data.OTHER_LANGUAGES.values()
        for name in names
    ]
    found += [
        pairs.source(name, Kind.ANSWER, pairs.answers(name), tokenizer)
        for name in data.OTHER_QUESTIONS.values()
    ]
    return found
