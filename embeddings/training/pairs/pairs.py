"""The pairs that the model learns from, by source.

A batch is drawn from one source, because texts of one source are harder to distinguish:
the best negatives that cost nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer

from embeddings.training.arrays import Halves
from embeddings.training.pairs import data
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows import teacher
from embeddings.training.settings import PairsRecipe, VocabularyRecipe
from embeddings.training.words import cedict

Pair = tuple[str, str]
_SENTENCE = re.compile(r"[^。！？!?\n]*?(?:[。！？!?\n]+|\.\s+|$)")
_SHORTEST_SENTENCE = 10
# Sources whose both sides are English.
ENGLISH = ("squad-train-en", "cloze/squad")


class Kind(Enum):
    """The relation between the two sides of a pair."""

    ANSWER = "a question or sentence, and the passage it belongs to"
    TRANSLATION = "the same in two languages"


@dataclass(frozen=True)
class Source:
    """Tokenized pairs of one origin."""

    name: str
    kind: Kind
    left: Ragged
    right: Ragged
    # The teacher's vectors of the sides that are English, in float16.
    left_taught: Halves | None = None
    right_taught: Halves | None = None


def inverse_cloze(passages: Iterable[str], chance: np.random.Generator) -> list[Pair]:
    """Pair one sentence of each passage that has several with the rest of the passage."""
    pairs = []
    for passage in passages:
        sentences = [s for s in _SENTENCE.findall(passage) if s.strip()]
        places = [i for i, s in enumerate(sentences) if len(s.strip()) >= _SHORTEST_SENTENCE]
        if len(sentences) > 1 and places:
            place = int(chance.choice(places))
            rest = "".join(sentences[:place] + sentences[place + 1 :])
            pairs.append((sentences[place].strip(), rest))
    return pairs


def capped(pairs: list[Pair], cap: int, chance: np.random.Generator) -> list[Pair]:
    """Return at most `cap` of the pairs, drawn at random."""
    if len(pairs) <= cap:
        return pairs
    return [pairs[i] for i in chance.choice(len(pairs), cap, replace=False)]


def translations(name: str, recipe: PairsRecipe) -> dict[str, list[Pair]]:
    """Return the pairs of a parallel file, by the place they come from.

    Documentation is capped: its wording repeats itself, and it would be most of the data.
    """
    found: dict[str, list[Pair]] = {}
    for record in data.parallel(name):
        origin = f"{name}/{record['src']}" if "src" in record else name
        found.setdefault(origin, []).append((record["a"], record["b"]))
    chance = np.random.default_rng(recipe.seed)
    if "docs" not in name:
        return found
    return {origin: capped(pairs, recipe.cap, chance) for origin, pairs in found.items()}


def answers(name: str) -> list[Pair]:
    """Return questions with the passage that answers each."""
    return [(record["question"], record["passage"]) for record in data.questions(name)]


def passages(name: str) -> list[str]:
    """Return the distinct passages of a question set."""
    return list(dict.fromkeys(record["passage"] for record in data.questions(name)))


def dictionary(longest_word: int) -> list[Pair]:
    """Return each Chinese word with its English meanings."""
    glosses = cedict.glosses(longest_word)
    return [(word, "; ".join(meanings)) for word, meanings in glosses.items() if meanings]


def law_passages() -> list[str]:
    """Return the articles of the statutes."""
    return [record["text"] for record in data.laws()]


def passage_groups() -> list[list[str]]:
    """Return the passages that random spans are cut from: Chinese, English, statutes."""
    chinese = passages("cmrc2018-train-zh") + passages("csl-title-abstract-zh")
    return [chinese, passages("squad-train-en"), law_passages()]


class _PairsOfKind(NamedTuple):
    """The pairs of a source, before they are tokenized."""

    kind: Kind
    pairs: list[Pair]


def all_pairs(recipe: PairsRecipe, longest_word: int) -> dict[str, _PairsOfKind]:
    """Return the pairs of every source by name."""
    chance = np.random.default_rng(recipe.seed)
    found: dict[str, _PairsOfKind] = {}
    for name in ("squad-train-en", "cmrc2018-train-zh", "csl-title-abstract-zh"):
        found[name] = _PairsOfKind(Kind.ANSWER, answers(name))
    texts: dict[str, Callable[[], list[str]]] = {
        "squad": lambda: passages("squad-train-en"),
        "cmrc": lambda: passages("cmrc2018-train-zh"),
        "laws": law_passages,
    }
    for name, load in texts.items():
        found[f"cloze/{name}"] = _PairsOfKind(Kind.ANSWER, inverse_cloze(load(), chance))
    for name in data.CHINESE_ENGLISH:
        for origin, pairs in translations(name, recipe).items():
            found[origin] = _PairsOfKind(Kind.TRANSLATION, pairs)
    found["cedict"] = _PairsOfKind(Kind.TRANSLATION, dictionary(longest_word))
    return found


def _taught(texts: list[str], english: bool) -> Halves | None:
    return teacher.encode(texts).astype(np.float16) if english else None


def source(name: str, kind: Kind, pairs: list[Pair], tokenizer: Tokenizer) -> Source:
    """Return tokenized pairs, without those that have an empty side."""
    return _source(name, kind, pairs, tokenizer).source


class _TokenizedPairs(NamedTuple):
    """Tokenized pairs, and the texts of the same pairs."""

    source: Source
    pairs: list[Pair]


def _source(name: str, kind: Kind, pairs: list[Pair], tokenizer: Tokenizer) -> _TokenizedPairs:
    left = Ragged.tokenized(tokenizer, [pair[0] for pair in pairs])
    right = Ragged.tokenized(tokenizer, [pair[1] for pair in pairs])
    full = ((left.lengths() > 0) & (right.lengths() > 0)).nonzero()[0]
    found = Source(name, kind, left.take(full), right.take(full))
    return _TokenizedPairs(found, [pairs[i] for i in full])


def tokenized(recipe: PairsRecipe, words: VocabularyRecipe, tokenizer: Tokenizer) -> list[Source]:
    """Return every source, tokenized, without pairs that have an empty side."""
    sources = []
    for name, (kind, pairs) in all_pairs(recipe, words.longest_word).items():
        found, full = _source(name, kind, pairs, tokenizer)
        left_english = recipe.taught and name in ENGLISH
        right_english = left_english or (recipe.taught and kind is Kind.TRANSLATION)
        sources.append(
            replace(
                found,
                left_taught=_taught([left for left, _ in full], left_english),
                right_taught=_taught([right for _, right in full], right_english),
            )
        )
    return sources


def of_one_kind(sources: list[Source]) -> list[Source]:
    """Return all sources of a kind as one, for batches that mix them."""
    found = []
    for kind in Kind:
        left, *lefts = [source.left for source in sources if source.kind is kind]
        right, *rights = [source.right for source in sources if source.kind is kind]
        found.append(
            Source(
                kind.name,
                kind,
                reduce(Ragged.then, lefts, left),
                reduce(Ragged.then, rights, right),
            )
        )
    return found
