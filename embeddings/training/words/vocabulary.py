"""The words of the model and their tokenizer.

A Unigram model whose scores are log frequencies: its Viterbi path is jieba's
own segmentation of Chinese, and an English word falls into pieces only where
the vocabulary does not hold it whole.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import jieba
import wordfreq
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import BertPreTokenizer

from embeddings.training.pairs import data
from embeddings.training.rows import teacher
from embeddings.training.settings import VocabularyRecipe
from embeddings.training.words import cedict
from embeddings.training.words.normaliser import compiled, fold

UNKNOWN = "[UNK]"
# What a word no frequency list knows counts for: one in a hundred million.
RAREST = 1e-8
_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Vocabulary:
    """The kept words in the order of their rows, row 0 being the unknown word."""

    words: list[str]
    # Relative frequency in the language at large; it gives the Unigram scores.
    frequencies: list[float]
    # How often each stands in the training texts.
    counts: list[int]

    def take(self, rows: Sequence[int]) -> "Vocabulary":
        """Some of the words."""
        return Vocabulary(
            words=[self.words[row] for row in rows],
            frequencies=[self.frequencies[row] for row in rows],
            counts=[self.counts[row] for row in rows],
        )


@cache
def chinese_frequencies() -> dict[str, float]:
    """Jieba's words, folded, with their relative frequency."""
    jieba.setLogLevel("WARNING")
    jieba.initialize()
    counts: Counter[str] = Counter()
    for word, count in jieba.dt.FREQ.items():
        counts[fold(word)] += count
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items() if count}


@cache
def teacher_pieces() -> frozenset[str]:
    """The teacher's wordpieces without their continuation mark."""
    model = json.loads(teacher.TOKENIZER.read_text(encoding="utf-8"))["model"]
    pieces = {fold(piece.removeprefix("##")) for piece in model["vocab"] if piece[0] != "["}
    return frozenset(piece for piece in pieces if piece.strip() and not cedict.is_han(piece))


def candidates(recipe: VocabularyRecipe) -> dict[str, float]:
    """Every word that could become a row, with its relative frequency."""
    chinese = chinese_frequencies()
    words = set(cedict.glosses(recipe.longest_word))
    words.update(word for word in chinese if len(word) == 1 and cedict.is_han(word))
    found = {word: chinese.get(word, 0.0) for word in words}
    english = wordfreq.top_n_list("en", recipe.english_words)
    for word in teacher_pieces().union(w for w in english if _LATIN.fullmatch(w)):
        found[word] = wordfreq.word_frequency(word, "en", minimum=0.0)
    return {word: max(frequency, RAREST) for word, frequency in sorted(found.items())}


def training_texts() -> Iterator[str]:
    """Chinese and English texts to count words in, the statutes left out: they would swamp."""
    for name in ("squad-train-en", "cmrc2018-train-zh", "csl-title-abstract-zh"):
        records = data.questions(name)
        yield from (record["question"] for record in records)
        yield from dict.fromkeys(record["passage"] for record in records)
    for name in data.CHINESE_ENGLISH:
        for record in data.parallel(name):
            yield from (record["a"], record["b"])


def count_words(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often each token stands in the texts."""
    counts: Counter[int] = Counter()
    chunk: list[str] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == 10_000:
            for encoding in tokenizer.encode_batch_fast(chunk, add_special_tokens=False):
                counts.update(encoding.ids)
            chunk.clear()
    for encoding in tokenizer.encode_batch_fast(chunk, add_special_tokens=False):
        counts.update(encoding.ids)
    return counts


def build_tokenizer(words: list[str], frequencies: list[float]) -> Tokenizer:
    """The tokenizer of a vocabulary whose first word is the unknown one."""
    scores = [round(math.log(frequency), 3) for frequency in frequencies]
    tokenizer = Tokenizer(Unigram(list(zip(words, scores, strict=True)), unk_id=0))
    tokenizer.normalizer = compiled()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def likeliest(vocabulary: Vocabulary, rows: int) -> list[int]:
    """Which words of a vocabulary, so many of them, matter most; in their order.

    Single characters and the teacher's pieces stay, so that nothing falls to
    the unknown word; of the rest the ones likeliest to be met are kept, the
    training texts and the language at large counting alike.
    """
    total = sum(vocabulary.counts)

    def worth(row: int) -> float:
        word = vocabulary.words[row]
        if row == 0 or len(word) == 1 or word in teacher_pieces():
            return math.inf
        return vocabulary.frequencies[row] + vocabulary.counts[row] / total

    return sorted(sorted(range(len(vocabulary.words)), key=worth, reverse=True)[:rows])


def build(recipe: VocabularyRecipe) -> Vocabulary:
    """The candidates that matter most, as many as the recipe has rows for."""
    found = candidates(recipe)
    words = [UNKNOWN, *found]
    frequencies = [RAREST, *found.values()]
    counts = count_words(build_tokenizer(words, frequencies), training_texts())
    whole = Vocabulary(words, frequencies, [counts[row] for row in range(len(words))])
    return whole.take(likeliest(whole, recipe.rows))
