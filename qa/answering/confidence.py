"""How probable it is that the documents answer a question.

A raw score says nothing of its own: BM25 grows with the question, a cosine with the
model. Here what the best passage has, and how far it stands above the next ones, goes
through a logistic function fitted on questions with and without their passage in the
corpus (:mod:`qa.evaluation.calibration`). The figures of the models we know lie beside this file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from embeddings import TokenEncoder
from qa.language.scripts import in_other_script, script_balances
from qa.retrieval.matching import says_most
from qa.retrieval.search import Candidate, Candidates
from qa.storage.locations import calibrations

_OWN = ("match", "whole", "exact", "dense")
_GAPS = ("match_gap", "exact_gap", "dense_gap", "lexical_gap", "score_gap")
_APART = (*_OWN, *_GAPS, "elsewhere", "lacks")
_SHORT = (*_APART, "apart", "few")
FEATURES = (
    *_APART,
    "apart",
    *(f"apart_{name}" for name in _APART),
    "few",
    *(f"few_{name}" for name in _OWN),
    "short",
    *(f"short_{name}" for name in _SHORT),
)
_COMPARED = 10  # best candidates; the first is held against the mean of the others
# A library of few passages has fewer to compare with: those that are not there count as
# what a competitor usually has, or every first passage would stand out.
_MISSING = 0.7
# Of fewer tokens each figure means something else: a word is found somewhere, or it is not.
_USUAL = 6
# Questions in the language of the passages share most of their words with the best of
# them, even where these do not answer: "what", "is", "the". Of another language it is a
# figure or a name. Between these shares (of the words, each counting once) it is open.
_SHARED, _FOREIGN = 0.45, 0.2
_SAME_WORD = 0.999  # of a counterpart's similarity


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
        match, whole: token match of the best candidate, in its best window and anywhere,
            similar words counting.
        exact: weight of the question's tokens that stand in it word for word.
        dense: its cosine.
        match_gap, exact_gap, dense_gap, score_gap: how far each stands above the mean
            of the next nine candidates'; lexical_gap likewise, as a share.
        elsewhere: weight of what the question asks for that others have and it has not.
        lacks: what the word says, from 0 to 1, that says most and has no counterpart in it.
        apart: 0 if question and best passage are in one language, 1 if they are not.
        apart_match, ...: the same figures where it is apart, 0 where it is not: in
            another language each of them means something else.
        few: the share of the nine others that a small library does not have.
        few_match, ...: the same figures where there are few, 0 where there are all.
        short: the share of six tokens that a short question does not have.
        short_match, ...: the same figures by that share.
    """
    best = candidates.ranked[:_COMPARED]
    if not best:
        return dict.fromkeys(FEATURES, 0.0)
    first, *others = best
    missing = _COMPARED - len(best)
    found = {name: _value(first, name) for name in _OWN}
    for gap in _GAPS:
        name = gap.removesuffix("_gap")
        own = _value(first, name)
        next_ones = [_value(other, name) for other in others] + missing * [_MISSING * own]
        found[gap] = own - fmean(next_ones)
    found["lexical_gap"] /= max(*(candidate.lexical for candidate in best), 1e-9)
    counterparts = np.stack([candidate.counterparts for candidate in candidates.ranked])
    lacking = counterparts.max(axis=0) - counterparts[0]
    found["elsewhere"] = float(candidates.question.weights @ lacking)
    found["lacks"] = says_most(candidates.question, 1.0 - counterparts[0])
    found["apart"] = _apart(_in_one_script(best, candidates.encoder))
    found.update({f"apart_{name}": found["apart"] * found[name] for name in _APART})
    found["few"] = missing / (_COMPARED - 1)
    found.update({f"few_{name}": found["few"] * found[name] for name in _OWN})
    found["short"] = max(0.0, 1.0 - len(candidates.question.ids) / _USUAL)
    found.update({f"short_{name}": found["short"] * found[name] for name in _SHORT})
    return found


def _in_one_script(best: Sequence[Candidate], encoder: TokenEncoder) -> list[Candidate]:
    """The best candidate and those of the others that are in its script."""
    known = [found.tokens.ids for found in best if found.tokens is not None]
    if len(known) < len(best):
        return list(best)
    passages = script_balances(encoder, known)
    foreign = in_other_script(passages[0], passages)
    return [found for found, other in zip(best, foreign, strict=True) if not other]


def _apart(passages: Sequence[Candidate]) -> float:
    """How surely a question is in another language than some passages."""
    counterparts = np.stack([found.counterparts for found in passages])
    if not counterparts.size:
        return 0.0
    same = int(np.count_nonzero((counterparts >= _SAME_WORD).any(axis=0)))
    # Of a few words each says little: Laplace's rule of succession.
    shared: float = (same + 1) / (counterparts.shape[1] + 2)
    return min(1.0, max(0.0, (_SHARED - shared) / (_SHARED - _FOREIGN)))


def _value(candidate: Candidate, name: str) -> float:
    value: float = getattr(candidate, name)
    return value


def judge(candidates: Candidates, fingerprint: str) -> tuple[float, float]:
    """The probability that what was found answers, and the one from which on it counts."""
    calibration = calibration_for(fingerprint)
    probability = calibration.probability(features(candidates)) if candidates.ranked else 0.0
    return probability, calibration.threshold


@cache
def calibration_for(fingerprint: str) -> Calibration:
    """The figures for a model: the user's own, else those shipped, else those for any model.

    The ones for any model leave out the cosine, whose scale differs from model to model;
    the token matching is the bundled model's in every case.
    """
    own = own_calibration(fingerprint)
    if own.is_file():
        return from_json(json.loads(own.read_text(encoding="utf-8")))
    shipped = json.loads(
        files("qa.answering").joinpath("confidence.json").read_text(encoding="utf-8")
    )
    return from_json(shipped.get(fingerprint, shipped[""]))


def own_calibration(fingerprint: str) -> Path:
    """Where ``wenju calibrate`` keeps the figures that it fitted for a model."""
    return calibrations() / f"{fingerprint}.json"


def from_json(stored: Mapping[str, Any]) -> Calibration:
    """A calibration as its file holds it."""
    return Calibration(stored["intercept"], stored["weights"], stored["threshold"])
