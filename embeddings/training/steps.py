"""The recipe as a chain of steps, each remembered on disk."""

from dataclasses import replace

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
from embeddings.training.words.vocabulary import Vocabulary


@remembered
def make_vocabulary(recipe: VocabularyRecipe) -> Vocabulary:
    """The words of the model."""
    return vocabulary.build(recipe)


def make_tokenizer(recipe: VocabularyRecipe) -> Tokenizer:
    """The tokenizer of those words."""
    words = make_vocabulary(recipe)
    return vocabulary.build_tokenizer(words.words, words.frequencies)


@remembered
def make_pairs(words: VocabularyRecipe, recipe: PairsRecipe) -> list[Source]:
    """The tokenized pairs."""
    return pairs.tokenized(recipe, words, make_tokenizer(words))


@remembered
def make_texts(words: VocabularyRecipe) -> list[Ragged]:
    """The tokenized passages that spans are cut from: Chinese, English, statutes."""
    tokenizer = make_tokenizer(words)
    return [Ragged.tokenized(tokenizer, texts) for texts in pairs.passage_groups()]


@remembered
def make_start(recipe: Recipe) -> Floats:
    """The rows before training."""
    return start_vectors.build(
        make_vocabulary(recipe.vocabulary), recipe.vocabulary.longest_word, recipe.start
    )


@remembered
def train(recipe: Recipe, seed: int) -> Floats:
    """The word vectors after one run of the recipe's last round."""
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
    """The rows after the last round, Chinese and English: the mean of all its runs, decorrelated.

    Runs that start from the same vectors end near one another, so their mean
    is a model too, and a steadier one.
    """
    *earlier, last = recipe.rounds
    # What one run gives does not depend on what is done with it.
    alone = replace(last, seeds=(), decorrelation=0.0, flattening=0.0)
    one = replace(recipe, rounds=(*earlier, alone), languages=None)
    mean = np.asarray(np.mean([train(one, seed) for seed in last.seeds], axis=0), np.float32)
    # The unknown word says nothing: with or without it a text has one vector.
    mean[0] = 0
    turned = decorrelated(mean, make_texts(recipe.vocabulary), last.decorrelation)
    return flattened(turned, last.flattening)


@remembered
def make_extended(words: VocabularyRecipe, recipe: LanguagesRecipe) -> tuple[list[int], Vocabulary]:
    """Which rows stay when other languages' pieces come to them, and the words of all."""
    return languages.extended(make_vocabulary(words), recipe)


@remembered
def make_new_pairs(words: VocabularyRecipe, recipe: LanguagesRecipe) -> list[Source]:
    """The tokenized pairs of the other languages."""
    _, extended = make_extended(words, recipe)
    tokenizer = vocabulary.build_tokenizer(extended.words, extended.frequencies)
    return languages.sources(recipe, tokenizer)


@remembered
def make_new_start(recipe: Recipe, other: LanguagesRecipe) -> Floats:
    """The finished rows that stay, and the other languages' before training."""
    kept, words = make_extended(recipe.vocabulary, other)
    finished = as_read(make_rows(recipe)[kept])
    sources = make_new_pairs(recipe.vocabulary, other)
    return with_new_rows(finished, len(words.words), sources, other.ridge)


@remembered
def train_new(recipe: Recipe, other: LanguagesRecipe, seed: int) -> Floats:
    """All rows after one run in which only the other languages' move."""
    kept, _ = make_extended(recipe.vocabulary, other)
    start = make_new_start(recipe, other)
    batches = Batches(make_new_pairs(recipe.vocabulary, other), [], None, other.training)
    # No new piece shares the vectors of its characters.
    own = identity(len(start), dtype=np.float32, format="csr")
    return contrastive.train(start, own, batches, other.training, seed, first=len(kept))


def make_model(recipe: Recipe) -> tuple[Floats, Tokenizer]:
    """The finished rows of every language and their tokenizer."""
    if recipe.languages is None:
        return make_rows(recipe), make_tokenizer(recipe.vocabulary)
    alone = replace(recipe.languages, seeds=())
    one = replace(recipe, languages=None)
    runs = [train_new(one, alone, seed) for seed in recipe.languages.seeds]
    kept, words = make_extended(recipe.vocabulary, alone)
    rows = np.asarray(np.mean(runs, axis=0), np.float32)
    # Not a bit of theirs changes, as the mean of three equal numbers might.
    rows[: len(kept)] = runs[0][: len(kept)]
    return rows, vocabulary.build_tokenizer(words.words, words.frequencies)
