"""How probable it is that the documents answer a question.

A raw score says nothing of its own: BM25 grows with the question, a cosine with the
model. Here what the best passage has, and how far it stands above the next ones, goes
through a logistic function fitted on questions with and without their passage in the
corpus (:mod:`qa.calibration`). The figures of the models we know lie beside this file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from qa.search import Candidate, Candidates

FEATURES = ("match", "exact", "dense", "match_gap", "exact_gap", "dense_gap")
_COMPARED = 10  # best candidates; the first is held against the mean of the others


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted logistic function of :func:`features`.

    Attributes:
        intercept: the log odds where all features are 0.
        weights: of the features, by name.
        threshold: the confidence from which on a question counts as answered.
    """

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, observed: Mapping[str, float]) -> float:
        """The probability of an answer, given a question's features."""
        odds = self.intercept + sum(
            weight * observed[name] for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + exp(-odds)) if odds > 0 else exp(odds) / (1.0 + exp(odds))


def features(candidates: Candidates) -> dict[str, float]:
    """What the best candidates say about a question.

    Returns:
        match: token match of the best candidate, similar words counting.
        exact: weight of the question's tokens that stand in it word for word.
        dense: its cosine.
        match_gap, exact_gap, dense_gap: how far each stands above the mean of the
            next nine candidates'.
    """
    best = candidates.ranked[:_COMPARED]
    if not best:
        return dict.fromkeys(FEATURES, 0.0)
    values = {name: [_value(candidate, name) for candidate in best] for name in FEATURES[:3]}
    return {name: first for name, (first, *_) in values.items()} | {
        f"{name}_gap": first - sum(others) / max(len(others), 1)
        for name, (first, *others) in values.items()
    }


def _value(candidate: Candidate, name: str) -> float:
    value: float = getattr(candidate, name)
    return value


@cache
def calibrations() -> dict[str, Calibration]:
    """The fitted figures by model fingerprint; ``""`` holds those for any other model.

    The figures for any other model leave out the cosine, whose scale differs from
    model to model; the token matching is the bundled model's in every case.
    """
    stored = json.loads(files("qa").joinpath("confidence.json").read_text(encoding="utf-8"))
    return {
        fingerprint: Calibration(fitted["intercept"], fitted["weights"], fitted["threshold"])
        for fingerprint, fitted in stored.items()
    }


def calibration_for(fingerprint: str) -> Calibration:
    """The figures fitted for a model, or those that hold without its cosine."""
    known = calibrations()
    return known.get(fingerprint, known[""])
