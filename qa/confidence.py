"""How probable it is that the documents answer a question.

A raw score says nothing of its own: BM25 grows with the question, a cosine with the
model. Here a few features of the best passage, each between 0 and 1, go through a
logistic function fitted on questions with and without their passage in the corpus.
The figures beside this file come from ``benchmarks/fit_confidence.py``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from qa.search import Candidates

_CONSIDERED = 3  # best candidates; the answer need not stand in the very first


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
        return 1.0 / (1.0 + exp(-odds)) if odds > -700 else 0.0


def features(candidates: Candidates) -> dict[str, float]:
    """What the best candidates say about a question.

    Returns:
        match: the best token match, similar words counting.
        exact: the largest weight of question tokens that stand in one passage.
        dense: the best cosine.
        margin: how far the best match stands above the tenth candidate's.
    """
    best = candidates.ranked[:_CONSIDERED]
    if not best:
        return {"match": 0.0, "exact": 0.0, "dense": 0.0, "margin": 0.0}
    match = max(candidate.match for candidate in best)
    tenth = candidates.ranked[9].match if len(candidates.ranked) > 9 else 0.0
    return {
        "match": match,
        "exact": max(candidate.exact for candidate in best),
        "dense": max(candidate.dense for candidate in best),
        "margin": match - tenth,
    }


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
