"""Contrastive training of the rows: each text must find its partner in the batch.

The trainer of sentence-transformers changes all rows at every step. Here a step changes the
rows of its batch alone, so that an epoch takes minutes on one core.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from torch.nn import functional
from tqdm import tqdm  # type: ignore[import-untyped]

from embeddings.training.arrays import Floats, Ints
from embeddings.training.pairs.batches import Batch, Batches
from embeddings.training.pairs.pairs import Kind
from embeddings.training.settings import TrainingRecipe

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


class SparseAdam:
    """Adam with moments for every row, of which a step moves only the given rows."""

    def __init__(self, rows: Floats) -> None:
        self.rows = rows
        self._first = np.zeros_like(rows)
        self._second = np.zeros_like(rows)
        self._steps = 0

    def step(self, ids: Ints, gradient: Floats, learning_rate: float) -> None:
        """Take one step on the rows `ids`, each given once."""
        self._steps += 1
        beta1, beta2 = _BETAS
        first = torch.from_numpy(self._first[ids]).lerp_(torch.from_numpy(gradient), 1 - beta1)
        squared = torch.from_numpy(gradient).square()
        second = torch.from_numpy(self._second[ids]).lerp_(squared, 1 - beta2)
        self._first[ids], self._second[ids] = first.numpy(), second.numpy()
        rate = learning_rate * (1 - beta2**self._steps) ** 0.5 / (1 - beta1**self._steps)
        self.rows[ids] -= (first / (second.sqrt_().add_(_EPSILON))).mul_(rate).numpy()


def two_sided_loss(
    scores: torch.Tensor, taught: torch.Tensor | None, teacher_share: float
) -> torch.Tensor:
    """Return the cross-entropy of finding each right text by its left one, and the reverse.

    Where the teacher has vectors, its softmax is a share of the target: the other texts of
    a batch are not equally wrong.
    """
    losses = []
    for direction, opinion in ((scores, taught), (scores.T, None if taught is None else taught.T)):
        loss = functional.cross_entropy(direction, torch.arange(len(scores)))
        if opinion is not None:
            soft = functional.cross_entropy(direction, opinion.softmax(dim=1))
            loss = (1 - teacher_share) * loss + teacher_share * soft
        losses.append(loss)
    return (losses[0] + losses[1]) / 2


class Trainer:
    """Trains the rows from `first` on, one batch at a time."""

    def __init__(
        self, start: Floats, words: csr_matrix, recipe: TrainingRecipe, first: int = 0
    ) -> None:
        self.optimizer = SparseAdam(start.copy())
        self._first = first
        self._words = words
        self._recipe = recipe
        self._scales = {
            Kind.ANSWER: recipe.scale_answer,
            Kind.TRANSLATION: recipe.scale_translation,
        }

    def step(self, batch: Batch, rate: float) -> float:
        """Take one step on one batch, and return its loss."""
        texts = batch.left.then(batch.right)
        # Only the batch's own words, and only the vectors those are made of.
        tokens, places = np.unique(texts.ids, return_inverse=True)
        counts = np.ones(len(places), dtype=np.float32)
        bags = csr_matrix((counts, places, texts.starts), shape=(len(texts), len(tokens)))
        made = self._words[tokens]
        ids, columns = np.unique(made.indices, return_inverse=True)
        made = csr_matrix((made.data, columns, made.indptr), shape=(len(tokens), len(ids)))
        vectors = torch.from_numpy(bags @ (made @ self.optimizer.rows[ids])).requires_grad_()
        unit = functional.normalize(vectors)
        left, right = unit[: len(batch.left)], unit[len(batch.left) :]
        taught = None
        if batch.taught is not None:
            taught = self._recipe.teacher_scale * torch.from_numpy(batch.taught)
        scores = self._scales[batch.kind] * left @ right.T
        loss = two_sided_loss(scores, taught, self._recipe.teacher_share)
        (gradient,) = torch.autograd.grad(loss, vectors)
        moving = ids >= self._first
        self.optimizer.step(ids[moving], made[:, moving].T @ (bags.T @ gradient.numpy()), rate)
        return float(loss.detach())

    def word_vectors(self) -> Floats:
        """Return the vector of every word, with the share of its characters."""
        return np.asarray(self._words @ self.optimizer.rows, dtype=np.float32)


def train(
    start: Floats,
    words: csr_matrix,
    batches: Batches,
    recipe: TrainingRecipe,
    seed: int,
    first: int = 0,
) -> Floats:
    """Return the word vectors after every epoch of the recipe, from the given start.

    Rows before `first` stay as they are.
    """
    random = np.random.default_rng(seed)
    trainer = Trainer(start, words, recipe, first)
    total = recipe.epochs * batches.length()
    with tqdm(total=total, desc=f"training, seed {seed}", unit="batch") as progress:
        for _ in range(recipe.epochs):
            for batch in batches.epoch(random):
                loss = trainer.step(batch, recipe.learning_rate * (1 - progress.n / total))
                progress.set_postfix(loss=f"{loss:.3f}", refresh=False)
                progress.update()
    return trainer.word_vectors()
