"""The recipe as a chain of steps, whose results are stored on disk."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import identity  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from embeddings.training.arrays import Floats
from embeddings.training.memory import remembered
from embeddings.training.pairs import pairs
from embeddings.training.pairs.batches import Batches
from embeddings.training.pairs.code_switching import CodeSwitcher
from embeddings.training.pairs.pairs import Source
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows import characters, contrastive, start_vectors
from embeddings.training.rows.decorrelation import decorrelated
from embeddings.training.rows.flattening import flattened
from embeddings.training.rows.new_rows import with_new_rows
from embeddings.training.rows.quantise import as_read
from embeddings.training.settings import LanguagesRecipe, PairsRecipe, Recipe, VocabularyRecipe
from embeddings.training.words import languages, vocabulary
from embeddings.training.words.languages import Extended
from embeddings.training.words.vocabulary import Vocabulary


@remembered
def make_vocabulary(recipe: VocabularyRecipe) -> Vocabulary:
    """Return the words of the model."""
    return vocabulary.build(recipe)


def make_tokenizer(recipe: VocabularyRecipe) -> Tokenizer:
    """Return the tokenizer of those words."""
    words = make_vocabulary(recipe)
    return vocabulary.build_tokenizer(words.words, words.frequencies)


@remembered
def make_pairs(words: VocabularyRecipe, recipe: PairsRecipe) -> list[Source]:
    """Return the tokenized pairs."""
    return pairs.tokenized(recipe, words, make_tokenizer(words))


@remembered
def make_texts(words: VocabularyRecipe) -> list[Ragged]:
    """Return the tokenized passages that spans are cut from: Chinese, English, statutes."""
    tokenizer = make_tokenizer(words)
    return [Ragged.tokenized(tokenizer, texts) for texts in pairs.passage_groups()]


@remembered
def make_start(recipe: Recipe) -> Floats:
    """Return the rows before training."""
    return start_vectors.build(
        make_vocabulary(recipe.vocabulary), recipe.vocabulary.longest_word, recipe.start
    )


@remembered
def train(recipe: Recipe, seed: int) -> Floats:
    """Return the word vectors after one run of the recipe's last round."""
    *earlier, last = recipe.rounds
    words = make_vocabulary(recipe.vocabulary)
    frequency = dict(zip(words.words, words.frequencies, strict=True))
    switch = CodeSwitcher(
        make_tokenizer(recipe.vocabulary),
        recipe.vocabulary.longest_word,
        lambda word: frequency.get(word, vocabulary.RAREST),
    )
    sources = make_pairs(recipe.vocabulary, recipe.pairs)
    if not last.training.one_source:
        sources = pairs.of_one_kind(sources)
    batches = Batches(sources, make_texts(recipe.vocabulary), switch, last.training)
    made_of = characters.composition(words.words, last.training.characters)
    if earlier:
        before = make_rows(replace(recipe, rounds=tuple(earlier)))
        start = characters.own_vectors(before, made_of)
    else:
        start = make_start(recipe)
    return contrastive.train(start, made_of, batches, last.training, seed)


def make_rows(recipe: Recipe) -> Floats:
    """Return the Chinese and English rows after the last round: the mean of its runs, decorrelated.

    Runs from the same start end near one another, so their mean is a model too, with less
    noise.
    """
    *earlier, last = recipe.rounds
    # The result of a run does not depend on later steps.
    alone = replace(last, seeds=(), decorrelation=0.0, flattening=0.0)
    one = replace(recipe, rounds=(*earlier, alone), languages=None)
    mean = np.asarray(np.mean([train(one, seed) for seed in last.seeds], axis=0), np.float32)
    # The unknown word carries no meaning: a text has the same vector with and without it.
    mean[0] = 0
    turned = decorrelated(mean, make_texts(recipe.vocabulary), last.decorrelation)
    return flattened(turned, last.flattening)


@remembered
def make_extended(words: VocabularyRecipe, recipe: LanguagesRecipe) -> Extended:
    """Return the vocabulary with the pieces of other languages, and the rows kept for it."""
    return languages.extended(make_vocabulary(words), recipe)


@remembered
def make_new_pairs(words: VocabularyRecipe, recipe: LanguagesRecipe) -> list[Source]:
    """Return the tokenized pairs of the other languages."""
    _, extended = make_extended(words, recipe)
    tokenizer = vocabulary.build_tokenizer(extended.words, extended.frequencies)
    return languages.sources(recipe, tokenizer)


@remembered
def make_new_start(recipe: Recipe, other: LanguagesRecipe) -> Floats:
    """Return the finished rows that are kept, and the new ones before training."""
    kept, words = make_extended(recipe.vocabulary, other)
    finished = as_read(make_rows(recipe)[kept])
    sources = make_new_pairs(recipe.vocabulary, other)
    return with_new_rows(finished, len(words.words), sources, other.ridge)


@remembered
def train_new(recipe: Recipe, other: LanguagesRecipe, seed: int) -> Floats:
    """Return all rows after one run that changes only those of other languages."""
    kept, _ = make_extended(recipe.vocabulary, other)
    start = make_new_start(recipe, other)
    batches = Batches(make_new_pairs(recipe.vocabulary, other), [], None, other.training)
    # No new piece shares the vectors of its characters.
    own = identity(len(start), dtype=np.float32, format="csr")
    return contrastive.train(start, own, batches, other.training, seed, first=len(kept))


class TrainedModel(NamedTuple):
    """The finished rows of every language, and their tokenizer."""

    rows: Floats
    tokenizer: Tokenizer


def make_model(recipe: Recipe) -> TrainedModel:
    """Return the finished rows of every language and their tokenizer."""
    if recipe.languages is None:
        return TrainedModel(make_rows(recipe), make_tokenizer(recipe.vocabulary))
    alone = replace(recipe.languages, seeds=())
    one = replace(recipe, languages=None)
    runs = [train_new(one, alone, seed) for seed in recipe.languages.seeds]
    kept, words = make_extended(recipe.vocabulary, alone)
    rows = np.asarray(np.mean(runs, axis=0), np.float32)
    # Exactly as they were: the mean of three equal numbers can differ in its last bit.
    rows[: len(kept)] = runs[0][: len(kept)]
    return TrainedModel(rows, vocabulary.build_tokenizer(words.words, words.frequencies))
