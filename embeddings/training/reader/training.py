"""The run: samples in two rounds, one optimizer, and checkpoints to go on from."""

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import typer
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from embeddings.training.reader.batches import Batch, EncodedSample, batched, encode, padded
from embeddings.training.reader.model import FORBIDDEN, Reader, load_tensors, save_atomically
from embeddings.training.reader.open_sets import open_samples
from embeddings.training.reader.practice_samples import asked, practice_samples
from embeddings.training.reader.samples import Sample
from embeddings.training.reader.table_forms import in_other_forms

Batches = list[list[EncodedSample]]


@dataclass(frozen=True)
class ReaderRecipe:
    """Every choice of a run; the defaults are the first run of the shipped reader."""

    cmrc: int = 6_000
    squad: int = 4_000
    jaquad: int = 1_200
    # Share of the samples of open sets that belong to the first round.
    open_first: float = 0.75
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    # Share of the steps that the learning rate rises in.
    warm_up: float = 0.05
    clip: float = 1.0
    seed: int = 1
    checkpoint_steps: int = 250
    evaluation_steps: int = 480
    report_steps: int = 20


#: The second run of the shipped reader, which begins with the weights of the first.
REFINEMENT = ReaderRecipe(cmrc=4_000, squad=3_000, jaquad=500, learning_rate=8e-5, seed=2)


def planned_batches(recipe: ReaderRecipe, tokenizer: Tokenizer) -> Batches:
    """Return the batches of the whole run, in order.

    The first round has more samples of open sets than of practice, the second four of
    practice for one of open sets.
    """
    rng = random.Random(recipe.seed)  # noqa: S311 - draws samples, no secrets
    practice = practice_samples(asked("training"), rng)
    general = open_samples(recipe.cmrc, recipe.squad, recipe.jaquad, rng)
    rng.shuffle(general)
    cut = int(recipe.open_first * len(general))
    batches: Batches = []
    for drawn in ([*general[:cut], *practice.first], [*general[cut:], *practice.second]):
        samples = in_other_forms(drawn, rng)
        _describe(samples)
        batches += batched(encode(samples, tokenizer, rng), rng)
    return batches


class Trainer:
    """A reader, its optimizer and the number of steps done."""

    def __init__(self, reader: Reader, recipe: ReaderRecipe, steps: int) -> None:
        self.reader = reader
        self.step = 0
        self._recipe = recipe
        self._steps = steps
        self._parameters = reader.trained()
        self._optimizer = torch.optim.AdamW(
            self._parameters.values(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )

    def learn(self, batch: Batch) -> float:
        """Take one step and return its loss."""
        rate = self._learning_rate()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.reader(batch.ids, batch.mask)
        value = loss(logits, batch)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._parameters.values(), self._recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.step += 1
        return value.item()

    def save(self, path: Path) -> None:
        """Write the weights, the optimizer, the step and the random state."""
        tensors: dict[str, Tensor] = {
            "step": torch.tensor(self.step),
            "random": torch.get_rng_state(),
        }
        for name, parameter in self._parameters.items():
            tensors[f"weight.{name}"] = parameter
            for key, value in self._optimizer.state[parameter].items():
                tensors[f"optimizer.{key}.{name}"] = value
        save_atomically(path, tensors)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same recipe."""
        tensors = load_tensors(path)
        self.step = int(tensors["step"])
        torch.set_rng_state(tensors["random"])
        self.reader.take({name: tensors[f"weight.{name}"] for name in self._parameters})
        for name, parameter in self._parameters.items():
            self._optimizer.state[parameter] = {
                key: tensors[f"optimizer.{key}.{name}"] for key in ("step", "exp_avg", "exp_avg_sq")
            }

    def _learning_rate(self) -> float:
        rising = max(1, round(self._recipe.warm_up * self._steps))
        up = (self.step + 1) / rising
        down = (self._steps - self.step) / max(1, self._steps - rising)
        return self._recipe.learning_rate * min(1.0, up, down)


def loss(logits: Tensor, batch: Batch) -> Tensor:
    """Return the mean cross-entropy of start and end, over position 0 and the text."""
    logits = logits.masked_fill(~batch.allowed[..., None], FORBIDDEN)
    start = functional.cross_entropy(logits[..., 0], batch.start)
    return (start + functional.cross_entropy(logits[..., 1], batch.end)) / 2


def train(
    trainer: Trainer,
    batches: Batches,
    recipe: ReaderRecipe,
    checkpoint: Path,
    evaluate: Callable[[], str],
) -> None:
    """Take the remaining steps, with checkpoints, figures and a line of progress."""
    losses: deque[float] = deque(maxlen=100)
    seconds, samples = 0.0, 0
    for batch in batches[trainer.step :]:
        started = time.perf_counter()
        losses.append(trainer.learn(padded(batch)))
        seconds += time.perf_counter() - started
        samples += len(batch)
        step = trainer.step
        if step % recipe.report_steps == 0:
            mean = sum(losses) / len(losses)
            speed = samples / seconds
            typer.echo(f"step {step}/{len(batches)} loss {mean:.3f} {speed:.1f} samples/s")
        if step % recipe.checkpoint_steps == 0:
            trainer.save(checkpoint)
        if step % recipe.evaluation_steps == 0:
            typer.echo(evaluate())
    trainer.save(checkpoint)


def _describe(samples: Sequence[Sample]) -> None:
    answered = sum(sample.answer is not None for sample in samples)
    own = sum(bool(sample.head) for sample in samples)
    typer.echo(f"{len(samples)} samples: {answered} with an answer, {own} of practice")
