"""Texts with some words replaced by a translation, to bring the languages together."""

import re
from collections.abc import Callable

import numpy as np
from tokenizers import Tokenizer

from embeddings.training.arrays import Ints
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.words import cedict

# Later meanings of a word are seldom meant; long ones explain instead of translating.
_MEANINGS = 3
_LONGEST_TRANSLATION = 3
_ASIDE = re.compile(r" ?\([^)]*\)")


class CodeSwitcher:
    """Replaces tokens by a translation of CC-CEDICT, in either direction.

    Of several Chinese words for an English one, the frequent ones are drawn more often.
    """

    def __init__(
        self, tokenizer: Tokenizer, longest_word: int, frequency: Callable[[str], float]
    ) -> None:
        pairs = [
            (word, meaning.removeprefix("to "))
            for word, glosses in cedict.glosses(longest_word).items()
            for gloss in glosses[:_MEANINGS]
            for meaning in _ASIDE.sub("", gloss).split("; ")
        ]
        chinese = Ragged.tokenized(tokenizer, [word for word, _ in pairs])
        english = Ragged.tokenized(tokenizer, [gloss for _, gloss in pairs])
        frequencies = np.array([frequency(word) for word, _ in pairs])
        choices: list[list[tuple[Ints, float]]] = [[] for _ in range(tokenizer.get_vocab_size())]
        for one, other, weights in (
            (chinese, english, np.ones(len(pairs))),
            (english, chinese, frequencies),
        ):
            lengths = other.lengths()
            short = (lengths > 0) & (lengths <= _LONGEST_TRANSLATION)
            for i in ((one.lengths() == 1) & short).nonzero()[0]:
                choices[one[i][0]].append((other[i], weights[i]))
        choices[0].clear()
        self._translations = Ragged.of(ids for options in choices for ids, _ in options)
        weights = np.array([weight for options in choices for _, weight in options])
        # The i-th translation owns the stretch of the line that ends at the i-th of these.
        self._ends = np.cumsum(weights)
        last = np.cumsum([len(options) for options in choices])
        line = np.concatenate([[0.0], self._ends])
        self._from, self._to = line[np.concatenate([[0], last[:-1]])], line[last]

    def __call__(self, texts: Ragged, share: float, random: np.random.Generator) -> Ragged:
        """Return the texts with this share of their translatable tokens replaced."""
        first, last = self._from[texts.ids], self._to[texts.ids]
        swapped = (random.random(len(texts.ids)) < share) & (last > first)
        point = first + (last - first) * random.random(len(texts.ids))
        choice = np.where(swapped, np.searchsorted(self._ends, point, side="right"), 0)
        # Each token becomes a slice of the translations or stays a slice of the text itself.
        pool = np.concatenate([self._translations.ids, texts.ids])
        own = len(self._translations.ids) + np.arange(len(texts.ids))
        start = np.where(swapped, self._translations.starts[choice], own)
        length = np.where(swapped, self._translations.lengths()[choice], 1)
        ends = np.concatenate([[0], np.cumsum(length)])
        within = np.arange(ends[-1]) - np.repeat(ends[:-1], length)
        return Ragged(pool[np.repeat(start, length) + within], ends[texts.starts])
