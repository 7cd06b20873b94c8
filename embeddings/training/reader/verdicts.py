"""Yes, no, or neither: two linear probes of the states of a trained reader.

One tells from the question whether it wants a yes or a no, the other from the words that answer
which it is. Both are logistic regressions on mean states: of the question's tokens, and of the
answer's. A probe is linear, so that the mean of its values over tokens is its value of the mean.
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


class Probes(NamedTuple):
    """Two columns of the head.

    Attributes:
        weights: ``(2, dimension)`` of yes, and of whether.
        biases: ``(2,)``.
        report: what they tell of development questions.
    """

    weights: Floats
    biases: Floats
    report: str


class _States(NamedTuple):
    """Mean states of questions, those of their answers, and what they are.

    Attributes:
        questions: ``(n, dimension)``.
        answers: ``(n, dimension)``.
        verdicts: ``(n,)`` 1 for yes, 0 for no, -1 for a question that wants neither.
    """

    questions: Floats
    answers: Floats
    verdicts: NDArray[np.int64]


def fitted(reader: Reader, tokenizer: Tokenizer) -> Probes:
    """Return the probes, fitted on training questions of practice."""
    training, development = (_states(reader, tokenizer, split) for split in _SPLITS)
    whether, yes = (LogisticRegression(C=_REGULARISATION, max_iter=2000) for _ in range(2))
    whether.fit(training.questions, training.verdicts >= 0)
    asked = training.verdicts >= 0
    yes.fit(training.answers[asked], training.verdicts[asked])
    own = development.verdicts >= 0
    right = yes.score(development.answers[own], development.verdicts[own])
    recognised = whether.score(development.questions, own)
    share = max(development.verdicts[own].mean(), 1 - development.verdicts[own].mean())
    weights = np.concatenate([yes.coef_, whether.coef_]).astype(np.float32)
    biases = np.concatenate([yes.intercept_, whether.intercept_]).astype(np.float32)
    report = (
        f"wants a yes or a no: {recognised:.3f} of {len(own)} right; "
        f"which: {right:.3f} of {own.sum()} right, the commoner is {share:.3f}"
    )
    return Probes(weights, biases, report)


_SPLITS: tuple[Split, ...] = ("training", "development")


def _states(reader: Reader, tokenizer: Tokenizer, split: Split) -> _States:
    rng = random.Random(0)  # noqa: S311 - draws questions, no secrets
    chosen = _drawn(load(split), rng)
    encoded = encode([_sample(question) for question in chosen], tokenizer, rng)
    questions: list[Floats] = []
    answers: list[Floats] = []
    for start in range(0, len(encoded), _BATCH):
        some = encoded[start : start + _BATCH]
        batch = padded(some)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = reader.states(batch.ids, batch.mask).float().numpy()
        for sample, own in zip(some, states, strict=True):
            first, last = sample.answer
            end = int(np.flatnonzero(sample.ids == END)[0])
            questions.append(own[1:end].mean(axis=0))
            answers.append(own[first : last + 1].mean(axis=0))
    verdicts = [{"yes": 1, "no": 0}.get(question.verdict or "", -1) for question in chosen]
    return _States(np.stack(questions), np.stack(answers), np.array(verdicts))


def _drawn(questions: Sequence[PracticeQuestion], rng: random.Random) -> list[PracticeQuestion]:
    """Return all answered questions that want a yes or a no, and some of the others."""
    asked = [question for question in questions if question.verdict and question.answer]
    others = [question for question in questions if not question.verdict and question.answer]
    return asked + rng.sample(others, min(len(others), round(_OTHERS * len(asked))))


def _sample(question: PracticeQuestion) -> Sample:
    joined = "\n".join((*question.before[-1:], question.text))
    answer = Span(*question.answer) if question.answer else None
    return Sample(joined, head(question.passage), question.passage.text, answer)
