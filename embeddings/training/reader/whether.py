"""Does a question want a yes or a no? A linear probe of the states of a trained reader.

It is a logistic regression on the mean state of the question's tokens. A probe is linear, so
that the mean of its values over tokens is its value of the mean. Whether the words that answer
say yes or no was tried in the same way and is not shipped: it was right hardly more often than
always saying no.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from embeddings.training.arrays import Floats
from embeddings.training.practice.corpus import PracticeQuestion, Split, load
from embeddings.training.reader.batches import END, encode, padded
from embeddings.training.reader.model import Reader
from embeddings.training.reader.practice_samples import head
from embeddings.training.reader.samples import Sample, Span

# So many questions of other kinds for each that wants a yes or a no.
_OTHERS = 1.5
_REGULARISATION = 0.1
_BATCH = 32


class Probe(NamedTuple):
    """A further column of the head.

    Attributes:
        weights: ``(1, dimension)``.
        biases: ``(1,)``.
        report: how many development questions it tells.
    """

    weights: Floats
    biases: Floats
    report: str


class _States(NamedTuple):
    """Mean states of questions ``(n, dimension)``, and which want a yes or a no ``(n,)``."""

    questions: Floats
    whether: NDArray[np.bool_]


def fitted(reader: Reader, tokenizer: Tokenizer) -> Probe:
    """Return the probe, fitted on training questions of practice."""
    training = _states(reader, tokenizer, "training")
    development = _states(reader, tokenizer, "development")
    probe = LogisticRegression(C=_REGULARISATION, max_iter=2000)
    probe.fit(training.questions, training.whether)
    right = probe.score(development.questions, development.whether)
    report = f"wants a yes or a no: {right:.3f} of {len(development.whether)} right"
    return Probe(probe.coef_.astype(np.float32), probe.intercept_.astype(np.float32), report)


def _states(reader: Reader, tokenizer: Tokenizer, split: Split) -> _States:
    rng = random.Random(0)  # noqa: S311 - draws questions, no secrets
    chosen = _drawn(load(split), rng)
    encoded = encode([_sample(question) for question in chosen], tokenizer, rng)
    questions: list[Floats] = []
    for start in range(0, len(encoded), _BATCH):
        some = encoded[start : start + _BATCH]
        batch = padded(some)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = reader.states(batch.ids, batch.mask).float().numpy()
        for sample, own in zip(some, states, strict=True):
            end = int(np.flatnonzero(sample.ids == END)[0])
            questions.append(own[1:end].mean(axis=0))
    wants = np.array([question.verdict is not None for question in chosen])
    return _States(np.stack(questions), wants)


def _drawn(questions: Sequence[PracticeQuestion], rng: random.Random) -> list[PracticeQuestion]:
    """Return all answered questions that want a yes or a no, and some of the others."""
    asked = [question for question in questions if question.verdict and question.answer]
    others = [question for question in questions if not question.verdict and question.answer]
    return asked + rng.sample(others, min(len(others), round(_OTHERS * len(asked))))


def _sample(question: PracticeQuestion) -> Sample:
    joined = "\n".join((*question.before[-1:], question.text))
    answer = Span(*question.answer) if question.answer else None
    return Sample(joined, head(question.passage), question.passage.text, answer)
