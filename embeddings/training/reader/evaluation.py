"""Evaluation of a reader on the development split of the corpus of practice."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from embeddings.encoders.reader import BundledReader, best_span
from embeddings.encoders.table_rows import written
from embeddings.protocols import Extract
from embeddings.training.reader.batches import EncodedSample, encode, padded
from embeddings.training.reader.model import FORBIDDEN, Reader
from embeddings.training.reader.practice_samples import Asked, asked
from embeddings.training.reader.samples import Sample, best

CANDIDATES = 6
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """The best span of a sample, and its logits minus those of "no answer"."""

    score: float
    span: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a sample of development questions.

    Attributes:
        questions: their number, unanswerable ones included.
        right_first: share of answerable questions whose passage has the highest score.
        lexical_first: the same by tf-idf.
        auroc: of "can be answered", by the highest score of the candidates.
        exact: share of the answering passages whose best span is the answer.
        overlap: F1 of the characters of the best span, on the answering passages.
    """

    questions: int
    right_first: float
    lexical_first: float
    auroc: float
    exact: float
    overlap: float

    def table(self) -> str:
        """Return the figures as one row under its head."""
        row = asdict(self)
        head = " | ".join(row)
        cells = [
            f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()
        ]
        return f"{head}\n{' | '.join(cells)}"


class Development:
    """A fixed sample of development questions, each with its candidates.

    The candidates are the best of the group by tf-idf, the named passage always among them.
    """

    def __init__(self, tokenizer: Tokenizer, questions: int, seed: int = 0) -> None:
        rng = random.Random(seed)  # noqa: S311 - draws questions, no secrets
        drawn = rng.sample(asked("development"), questions)
        self._candidates = [_candidates(question) for question in drawn]
        self._named = [
            samples.index(question.passages[question.named])
            for samples, question in zip(self._candidates, drawn, strict=True)
        ]
        flat = [sample for samples in self._candidates for sample in samples]
        self._flat = flat
        self.encoded = encode(flat, tokenizer, rng)

    def measure(self, reader: Reader) -> Figures:
        """Return the figures of a reader in torch."""
        return self._figures(read(reader, self._flat, self.encoded))

    def measure_shipped(self, reader: BundledReader) -> Figures:
        """Return the figures of the reader as it is shipped."""
        return self._figures(
            [
                Reading(found.score, sample.text[found.start : found.end])
                for samples in self._candidates
                for sample, found in zip(
                    samples,
                    reader.read(samples[0].question, [Extract(s.head, s.text) for s in samples]),
                    strict=True,
                )
            ]
        )

    def _figures(self, found: Sequence["Reading"]) -> Figures:
        readings = iter(found)
        scores: list[float] = []
        answerable: list[bool] = []
        first: list[bool] = []
        lexical: list[bool] = []
        exact: list[bool] = []
        overlap: list[float] = []
        for samples, named in zip(self._candidates, self._named, strict=True):
            own = [next(readings) for _ in samples]
            ranked = [reading.score for reading in own]
            scores.append(max(ranked))
            sample = samples[named]
            answerable.append(sample.answer is not None)
            if sample.answer is None:
                continue
            answer = sample.answered
            first.append(int(np.argmax(ranked)) == named)
            lexical.append(named == 0)
            exact.append(own[named].span.strip() == answer.strip())
            overlap.append(character_f1(own[named].span, answer))
        return Figures(
            questions=len(scores),
            right_first=float(np.mean(first)),
            lexical_first=float(np.mean(lexical)),
            auroc=float(roc_auc_score(answerable, scores)),
            exact=float(np.mean(exact)),
            overlap=float(np.mean(overlap)),
        )


def read(
    reader: Reader, samples: Sequence[Sample], encoded: Sequence[EncodedSample]
) -> list[Reading]:
    """Return the best span of each sample."""
    found: dict[int, Reading] = {}
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for block in range(0, len(order), _BATCH):
        indices = order[block : block + _BATCH]
        batch = padded([encoded[i] for i in indices])
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = reader(batch.ids, batch.mask)
        for i, row in zip(indices, logits.float().numpy(), strict=True):
            found[i] = _reading(row, encoded[i], samples[i].text)
    return [found[i] for i in range(len(encoded))]


def character_f1(found: str, wanted: str) -> float:
    """Return the F1 of the characters of two strings, white space aside."""
    left, right = Counter("".join(found.split())), Counter("".join(wanted.split()))
    common = (left & right).total()
    return 2 * common / (left.total() + right.total()) if common else 0.0


def _reading(logits: NDArray[np.float32], sample: EncodedSample, text: str) -> Reading:
    if not len(sample.offsets):
        return Reading(FORBIDDEN, "")
    best_one = best_span(logits[slice(*sample.text)])
    span = sample.offsets[best_one.first, 0], sample.offsets[best_one.last, 1]
    words = text[slice(*written(text).span(*span))]
    return Reading(best_one.score - float(logits[0].sum()), words)


def _candidates(question: Asked) -> list[Sample]:
    order = best(question.by_question, CANDIDATES)
    if question.named not in order:
        order[-1] = question.named
    return [question.passages[i] for i in order]
