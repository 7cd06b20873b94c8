"""The words of the model and their tokenizer.

A Unigram model whose scores are log frequencies: its Viterbi path is jieba's segmentation
of Chinese, and an English word is split only if the vocabulary does not have it.
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
# The frequency of a word that is in no frequency list: one in a hundred million.
RAREST = 1e-8
_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Vocabulary:
    """The words in the order of their rows; row 0 is the unknown word."""

    words: list[str]
    # Relative frequency in the language, from which the Unigram scores are made.
    frequencies: list[float]
    # Occurrences of each in the training texts.
    counts: list[int]

    def take(self, rows: Sequence[int]) -> "Vocabulary":
        """Return some of the words."""
        return Vocabulary(
            words=[self.words[row] for row in rows],
            frequencies=[self.frequencies[row] for row in rows],
            counts=[self.counts[row] for row in rows],
        )


@cache
def chinese_frequencies() -> dict[str, float]:
    """Return jieba's words, folded, with their relative frequency."""
    jieba.setLogLevel("WARNING")
    jieba.initialize()
    counts: Counter[str] = Counter()
    for word, count in jieba.dt.FREQ.items():
        counts[fold(word)] += count
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items() if count}


@cache
def teacher_pieces() -> frozenset[str]:
    """Return the teacher's wordpieces without their continuation mark."""
    model = json.loads(teacher.TOKENIZER.read_text(encoding="utf-8"))["model"]
    pieces = {fold(piece.removeprefix("##")) for piece in model["vocab"] if piece[0] != "["}
    return frozenset(piece for piece in pieces if piece.strip() and not cedict.is_han(piece))


def candidates(recipe: VocabularyRecipe) -> dict[str, float]:
    """Return every word that could become a row, with its relative frequency."""
    chinese = chinese_frequencies()
    words = set(cedict.glosses(recipe.longest_word))
    words.update(word for word in chinese if len(word) == 1 and cedict.is_han(word))
    found = {word: chinese.get(word, 0.0) for word in words}
    english = wordfreq.top_n_list("en", recipe.english_words)
    for word in teacher_pieces().union(w for w in english if _LATIN.fullmatch(w)):
        found[word] = wordfreq.word_frequency(word, "en", minimum=0.0)
    return {word: max(frequency, RAREST) for word, frequency in sorted(found.items())}


def training_texts() -> Iterator[str]:
    """Yield Chinese and English texts to count words in; the statutes would dominate them."""
    for name in ("squad-train-en", "cmrc2018-train-zh", "csl-title-abstract-zh"):
        records = data.questions(name)
        yield from (record["question"] for record in records)
        yield from dict.fromkeys(record["passage"] for record in records)
    for name in data.CHINESE_ENGLISH:
        for record in data.parallel(name):
            yield from (record["a"], record["b"])


def count_words(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """Count each token in the texts."""
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
    """Return the tokenizer of a vocabulary whose first word is the unknown one."""
    scores = [round(math.log(frequency), 3) for frequency in frequencies]
    tokenizer = Tokenizer(Unigram(list(zip(words, scores, strict=True)), unk_id=0))
    tokenizer.normalizer = compiled()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def likeliest(vocabulary: Vocabulary, rows: int) -> list[int]:
    """Return the rows of the most useful words of a vocabulary, ascending.

    Single characters and the teacher's pieces are kept, so that nothing becomes the unknown
    word. Of the others the most frequent are kept, where the training texts and the language
    count equally.
    """
    total = sum(vocabulary.counts)

    def worth(row: int) -> float:
        word = vocabulary.words[row]
        if row == 0 or len(word) == 1 or word in teacher_pieces():
            return math.inf
        return vocabulary.frequencies[row] + vocabulary.counts[row] / total

    return sorted(sorted(range(len(vocabulary.words)), key=worth, reverse=True)[:rows])


def build(recipe: VocabularyRecipe) -> Vocabulary:
    """Return the most useful candidates, as many as the recipe has rows for."""
    found = candidates(recipe)
    words = [UNKNOWN, *found]
    frequencies = [RAREST, *found.values()]
    counts = count_words(build_tokenizer(words, frequencies), training_texts())
    whole = Vocabulary(words, frequencies, [counts[row] for row in range(len(words))])
    return whole.take(likeliest(whole, recipe.rows))
