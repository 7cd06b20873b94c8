"""Ablations: the recipe with one choice changed, for the table of the model card."""

import json
from dataclasses import replace

import numpy as np

from embeddings.training import steps
from embeddings.training.evaluate import Evaluation
from embeddings.training.settings import (
    CACHE,
    PairsRecipe,
    Recipe,
    Round,
    StartRecipe,
    TrainingRecipe,
    VocabularyRecipe,
)


def _first(training: TrainingRecipe | None = None, start: StartRecipe | None = None) -> Recipe:
    """Return the first round alone, with other training or start settings."""
    alone = Round(training or TrainingRecipe(), decorrelation=0.0)
    return Recipe(start=start or StartRecipe(), rounds=(alone,))


def _strangers() -> Recipe:
    """Return both rounds, the second without neighbours in a batch."""
    first, last = Recipe().rounds
    return Recipe(rounds=(first, replace(last, training=replace(last.training, neighbours=0))))


ABLATIONS = {
    "first round": _first(),
    "language means kept": _first(start=StartRecipe(centre=False)),
    "not rotated": _first(start=StartRecipe(rotate=False)),
    "not whitened": _first(start=StartRecipe(whiten=0.0)),
    "half whitened": _first(start=StartRecipe(whiten=0.5)),
    "batches of all sources": _first(TrainingRecipe(one_source=False)),
    "no characters": _first(TrainingRecipe(characters=0.0)),
    "no code switching": _first(TrainingRecipe(code_switch=0.0)),
    "code switching 60%": _first(TrainingRecipe(code_switch=0.6)),
    "no random spans": _first(TrainingRecipe(cloze_batches=0)),
    "one scale": _first(TrainingRecipe(scale_translation=16.0)),
    "one epoch": _first(TrainingRecipe(epochs=1)),
    "four epochs": _first(TrainingRecipe(epochs=4)),
    "learning rate 5e-3": _first(TrainingRecipe(learning_rate=5e-3)),
    "neighbours together": _first(TrainingRecipe(neighbours=32)),
    "the teacher's opinion": replace(
        _first(TrainingRecipe(teacher_share=0.5)), pairs=PairsRecipe(taught=True)
    ),
    "whole English words": replace(_first(), vocabulary=VocabularyRecipe(english_words=50_000)),
    "documentation capped at 60,000": replace(_first(), pairs=PairsRecipe(cap=60_000)),
    "both rounds": Recipe(),
    "both rounds, strangers in the second": _strangers(),
}


def measure(name: str, seeds: tuple[int, ...]) -> dict[str, str]:
    """Measure every figure: the mean and, of several seeds, the standard deviation.

    Each run of the last round is measured by itself. The figures are stored in the cache.
    """
    recipe = ABLATIONS[name]
    *earlier, last = recipe.rounds
    rows = len(steps.make_vocabulary(recipe.vocabulary).words)
    evaluation = Evaluation(steps.make_tokenizer(recipe.vocabulary), rows)
    runs = [
        evaluation.score(
            steps.make_rows(replace(recipe, rounds=(*earlier, replace(last, seeds=(seed,)))))
        )
        for seed in seeds
    ]
    line = {"name": name, "seeds": str(len(seeds))}
    for figure in runs[0]:
        values = [run[figure] for run in runs]
        spread = f" ± {np.std(values, ddof=1):.4f}" if len(values) > 1 else ""
        line[figure] = f"{np.mean(values):.4f}{spread}"
    with (CACHE / "ablations.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")
    return line
