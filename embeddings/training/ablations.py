"""The recipe with one choice changed, measured: what the model card's table is made of."""

import json
from dataclasses import replace

import numpy as np

from embeddings.training import steps
from embeddings.training.evaluate import Evaluation
from embeddings.training.settings import (
    CACHE,
    PairsRecipe,
    Recipe,
    StartRecipe,
    TrainingRecipe,
    VocabularyRecipe,
)

ABLATIONS = {
    "the recipe": Recipe(),
    "language means kept": Recipe(start=StartRecipe(centre=False)),
    "not rotated": Recipe(start=StartRecipe(rotate=False)),
    "not whitened": Recipe(start=StartRecipe(whiten=0.0)),
    "half whitened": Recipe(start=StartRecipe(whiten=0.5)),
    "no characters": Recipe(training=TrainingRecipe(characters=0.0)),
    "no code switching": Recipe(training=TrainingRecipe(code_switch=0.0)),
    "code switching 60%": Recipe(training=TrainingRecipe(code_switch=0.6)),
    "no random spans": Recipe(training=TrainingRecipe(cloze_batches=0)),
    "one scale": Recipe(training=TrainingRecipe(scale_translation=16.0)),
    "one epoch": Recipe(training=TrainingRecipe(epochs=1)),
    "four epochs": Recipe(training=TrainingRecipe(epochs=4)),
    "learning rate 5e-3": Recipe(training=TrainingRecipe(learning_rate=5e-3)),
    "the teacher's opinion": Recipe(
        pairs=PairsRecipe(taught=True), training=TrainingRecipe(teacher_share=0.5)
    ),
    "whole English words": Recipe(vocabulary=VocabularyRecipe(english_words=50_000)),
    "sources capped at 60,000": Recipe(pairs=PairsRecipe(cap=60_000)),
}


def measure(name: str, seeds: tuple[int, ...]) -> dict[str, str]:
    """Mean and, of several seeds, standard deviation of every figure; kept in the cache.

    Each run is measured by itself, neither averaged nor decorrelated.
    """
    recipe = ABLATIONS[name]
    rows = len(steps.make_vocabulary(recipe.vocabulary).words)
    evaluation = Evaluation(steps.make_tokenizer(recipe.vocabulary), rows)
    runs = [
        evaluation.score(steps.train(replace(recipe, seeds=(), decorrelation=0.0), seed))
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
