"""The folders of data and results, and every number of the recipe.

Each step has a frozen dataclass: an experiment is a `dataclasses.replace` of one, and the
cache identifies the result of a step by it.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Hidden, so that type checkers do not read the source text that joblib stores there.
CACHE = HERE / ".cache"
MODEL = HERE.parent / "model"


def data_folder() -> Path:
    """Return the folder with `train/` and `eval/`: `$WENJU_DATA`, else beside the checkout."""
    return Path(os.environ.get("WENJU_DATA", HERE.parents[2] / "shared"))


@dataclass(frozen=True)
class VocabularyRecipe:
    """The choice of words that become rows."""

    longest_word: int = 6
    english_words: int = 0
    rows: int = 94_000


@dataclass(frozen=True)
class StartRecipe:
    """The start of the rows."""

    sif: float = 1e-4
    centre: bool = True
    rotate: bool = True
    # 0 keeps the spread of each principal direction, 1 makes all equal.
    whiten: float = 1.0


@dataclass(frozen=True)
class PairsRecipe:
    """The pairs that the rows learn from."""

    # Pairs drawn from each site of documentation.
    cap: int = 15_000
    seed: int = 1
    # Whether the teacher encodes the English sides, an hour of one core.
    taught: bool = False


@dataclass(frozen=True)
class TrainingRecipe:
    """The training of the rows."""

    epochs: int = 2
    batch: int = 1024
    learning_rate: float = 3e-3
    # The softmax is sharper where a passage must be found than where a translation must.
    scale_answer: float = 16.0
    scale_translation: float = 9.0
    # A word's vector is its own plus this share of its characters'.
    characters: float = 0.3
    # Share of the translatable words swapped in half of the batches of questions and passages.
    code_switch: float = 0.3
    # Random-span batches an epoch, of each group of passages.
    cloze_batches: int = 40
    longest_text: int = 256
    # Whether a batch is drawn from one source, or from all of a kind.
    one_source: bool = True
    # Consecutive passages of an English source that are in a batch together; 0 draws each
    # by itself.
    neighbours: int = 0
    # Share of the softmax target that comes from the teacher, where it has vectors, and the
    # scale of the teacher's softmax.
    teacher_share: float = 0.0
    teacher_scale: float = 20.0


@dataclass(frozen=True)
class Round:
    """Several runs from one start, whose rows are averaged."""

    training: TrainingRecipe = field(default_factory=TrainingRecipe)
    seeds: tuple[int, ...] = (1, 2, 3)
    # The share of the passages' common directions that is removed from the average.
    decorrelation: float = 0.4
    # Each row's length is then divided by this power of itself.
    flattening: float = 0.0


@dataclass(frozen=True)
class LanguagesRecipe:
    """Pieces of other languages beside the finished rows, which do not change."""

    # Rows in all, the new ones included: the limit of 40 MB.
    rows: int = 97_000
    # Pieces that the trainer of each language may choose.
    pieces: int = 2_000
    longest_piece: int = 14
    # Pairs drawn from the documentation of each.
    cap: int = 10_000
    # Of the regression that the new rows start at.
    ridge: float = 3.0
    training: TrainingRecipe = field(
        default_factory=lambda: TrainingRecipe(epochs=9, code_switch=0.0, cloze_batches=0)
    )
    seeds: tuple[int, ...] = (1, 2, 3)


@dataclass(frozen=True)
class Recipe:
    """Every choice; the defaults are the shipped model."""

    vocabulary: VocabularyRecipe = field(default_factory=VocabularyRecipe)
    start: StartRecipe = field(default_factory=StartRecipe)
    pairs: PairsRecipe = field(default_factory=PairsRecipe)
    # Each round starts where the one before it ended.
    rounds: tuple[Round, ...] = (
        Round(),
        Round(
            TrainingRecipe(epochs=1, learning_rate=1e-3, neighbours=32),
            seeds=(1, 2, 3, 4, 5),
            decorrelation=0.2,
            flattening=0.15,
        ),
    )
    # None leaves the vocabulary to Chinese and English.
    languages: LanguagesRecipe | None = field(default_factory=LanguagesRecipe)
