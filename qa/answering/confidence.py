"""The confidence: the probability that the first passage answers a question.

A raw score says nothing by itself: BM25 grows with the question, a cosine with the model.
So the figures of the best passage, and their distance from those of the next ones, go
through a logistic function that was fitted on questions with and without their passage in
the corpus (:mod:`qa.evaluation.calibration`). Where a reader read, the log odds of that function
and the reader's score of the first passage go through a second one.

``docs/architecture.md`` says which questions each was fitted on. The weights for the models we
know are in ``confidence.json`` beside this file.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple, TypeVar

import numpy as np

from embeddings import TokenEncoder
from embeddings.index.flat import Mask
from embeddings.protocols import FloatArray
from qa.answering.logistic import log_odds, logistic
from qa.language.scripts import in_other_script, script_balances
from qa.results import Outcome, PassageId
from qa.retrieval.evidence import greatest_importance
from qa.retrieval.search import Candidate, Candidates
from qa.storage.locations import calibrations

_CONTEXTUAL = ("contextual", "sentence")  # 0 in a library without a contextual model
_OWN = ("match", "whole", "exact", "dense", *_CONTEXTUAL)
_GAPS = (
    *("match_gap", "exact_gap", "dense_gap", "lexical_gap", "score_gap"),
    *(f"{name}_gap" for name in _CONTEXTUAL),
)
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
#: Behind the names of the figures that were fitted where a reader read.
READER = "+reader"
T = TypeVar("T")
ReadScores = Mapping[PassageId, float]
#: The figures that the confidence depends on where a reader read. Of nine others (the best reading
#: of all, the distance from the next, how many passages say the same, and the like) none
#: brought anything.
READ_FEATURES = ("ranking", "read")
#: A reading of this score counts as 1.
READ_SCALE = 10.0
_COMPARED = 10  # best candidates; the first is compared with the mean of the others
# A library of few passages has fewer to compare with. Those that are missing count as
# having what a competitor usually has; else every first passage would excel.
_MISSING = 0.7
# In questions of fewer tokens than this each figure means something else: the one word is
# found somewhere, or it is not.
_USUAL_TOKENS = 6
# A question in the language of the passages shares most of its words with the best of them,
# even where these do not answer: "what", "is", "the". A question in another language shares
# a figure or a name. Between these shares (each word counting once) either is possible.
_SHARED, _FOREIGN = 0.45, 0.2
_SAME_WORD = 0.999  # the similarity from which on two tokens are the same

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted logistic function of :func:`features`.

    Attributes:
        intercept: the log odds where all features are 0.
        weights: of the features, by name.
        threshold: the confidence from which on a question counts as answered.
        possible: the lower one from which on the first passage is worth showing.
    """

    intercept: float
    weights: Mapping[str, float]
    threshold: float
    possible: float = 1.0

    def log_odds(self, observed: Mapping[str, float]) -> float:
        """Return the log odds of an answer, given a question's features."""
        return log_odds(self.intercept, self.weights, observed)

    def probability(self, observed: Mapping[str, float]) -> float:
        """Return the probability of an answer, given a question's features."""
        return logistic(self.intercept, self.weights, observed)


class Judgement(NamedTuple):
    """The probability that the documents answer a question, and what is enough.

    Attributes:
        probability: that they do, 0 to 1.
        threshold: the probability from which on a question counts as answered.
        possible: the probability from which on the first passage is worth showing.
    """

    probability: float
    threshold: float
    possible: float = 1.0

    @property
    def answered(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability >= self.threshold

    @property
    def outcome(self) -> Outcome:
        """The outcome: the answer, that it may be in the first passage, or neither."""
        if self.answered:
            return "answered"
        return "possible" if self.probability >= self.possible else "none"


def judge(candidates: Candidates, places: Sequence[int] | None = None) -> Judgement:
    """Judge how probable it is that what was found answers the question.

    Args:
        candidates: what a search found.
        places: as for :func:`features`.
    """
    calibration = calibration_for(candidates.fingerprint)
    found = len(candidates.ranked) if places is None else len(places)
    probability = calibration.probability(features(candidates, places)) if found else 0.0
    return Judgement(probability, calibration.threshold, calibration.possible)


def judge_read(candidates: Candidates, read: ReadScores, reader: str) -> Judgement:
    """Judge how probable it is that the first of the passages that were read answers.

    Args:
        candidates: what a search found.
        read: the scores of the passages that a reader read, by their ids, best passage first.
        reader: its fingerprint.
    """
    if not candidates.ranked or not read:
        return judge(candidates)
    calibration = calibration_for(candidates.fingerprint, reader)
    places = {found.id: place for place, found in enumerate(candidates.ranked)}
    # The passages that were read, in the order of reading; then the others in theirs.
    order = dict.fromkeys((*(places[passage] for passage in read), *places.values()))
    observed = features(candidates, [*order])
    ranking = calibration_for(candidates.fingerprint).log_odds(observed)
    figures = read_features(ranking, next(iter(read.values())))
    return Judgement(calibration.probability(figures), calibration.threshold, calibration.possible)


def read_features(ranking: float, score: float) -> dict[str, float]:
    """Return the figures that the confidence depends on where a reader read.

    Args:
        ranking: the log odds of the confidence without a reader, the passages in its order.
        score: of the reading of the first passage.

    Returns:
        ranking: as given.
        read: the score, by tens.
    """
    return {"ranking": ranking, "read": score / READ_SCALE}


def features(candidates: Candidates, places: Sequence[int] | None = None) -> dict[str, float]:
    """Return the figures of the best candidates that the confidence depends on.

    Args:
        candidates: what a search found.
        places: judge as if the search had found the candidates at these places of its
            ranking and no others, in this order; all of them by default.

    Returns:
        match, whole: token match of the best candidate, in its best window and anywhere,
            similar words counting.
        exact: weight of the question's tokens that occur in it word for word.
        dense: its cosine by the static model.
        contextual: its cosine by the contextual model.
        sentence: that of its best sentence.
        match_gap, exact_gap, dense_gap, score_gap, contextual_gap, sentence_gap: how much higher
            each is than the mean of the next nine candidates'; lexical_gap likewise, as a
            share.
        elsewhere: weight of what the question asks for that others have and it has not.
        lacks: importance, from 0 to 1, of the most important word that has no counterpart
            in it.
        apart: 0 if question and best passage are in one language, 1 if they are not.
        apart_match, ...: the same figures where it is apart, 0 where it is not: in
            another language each of them means something else.
        few: the share of the nine others that a small library does not have.
        few_match, ...: the same figures where there are few, 0 where there are all.
        short: the share of six tokens that a short question does not have.
        short_match, ...: the same figures by that share.
    """
    ranked = candidates.ranked
    if places is not None:
        ranked = tuple(ranked[place] for place in places)
    best = ranked[:_COMPARED]
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
    question = candidates.question
    counterparts = np.stack([candidates.counterparts(candidate) for candidate in ranked])
    lacking = counterparts.max(axis=0) - counterparts[0]
    found["elsewhere"] = float(question.weights @ lacking)
    found["lacks"] = greatest_importance(question, 1.0 - counterparts[0])
    in_one_script = _in_the_script_of_the_first(best, candidates.encoder)
    found["apart"] = _apart(counterparts[: len(best)][in_one_script])
    found.update({f"apart_{name}": found["apart"] * found[name] for name in _APART})
    found["few"] = missing / (_COMPARED - 1)
    found.update({f"few_{name}": found["few"] * found[name] for name in _OWN})
    found["short"] = max(0.0, 1.0 - len(question.ids) / _USUAL_TOKENS)
    found.update({f"short_{name}": found["short"] * found[name] for name in _SHORT})
    return found


def _in_the_script_of_the_first(best: Sequence[Candidate], encoder: TokenEncoder) -> Mask:
    """Return which of n candidates are in the script of the first, ``(n,)``.

    All are where the tokens of some are not known.
    """
    known = [found.evidence.tokens.ids for found in best if found.evidence is not None]
    if len(known) < len(best):
        return np.ones(len(best), dtype=bool)
    passages = script_balances(encoder, known)
    return ~in_other_script(passages[0], passages)


def _apart(counterparts: FloatArray) -> float:
    """Return how surely a question is in another language than n passages, 0 to 1.

    Args:
        counterparts: ``(n, q)`` the best match of each question token in each.
    """
    if not counterparts.size:
        return 0.0
    same = int(np.count_nonzero((counterparts >= _SAME_WORD).any(axis=0)))
    # In a question of a few words each says little: Laplace's rule of succession.
    shared: float = (same + 1) / (counterparts.shape[1] + 2)
    return min(1.0, max(0.0, (_SHARED - shared) / (_SHARED - _FOREIGN)))


def _value(candidate: Candidate, name: str) -> float:
    value: float = getattr(candidate, name)
    return value


@cache
def calibration_for(fingerprint: str, reader: str = "") -> Calibration:
    """Return the calibration of a model: the user's own, the shipped one, or that of any model.

    The ones for any model leave out the cosine, whose scale differs from model to model;
    the token matching is the bundled model's in every case.

    Args:
        fingerprint: of the models of a search.
        reader: the fingerprint of the reader; empty if none read.
    """
    own = _calibration_of_user(own_calibration(calibration_key(fingerprint, reader)))
    if own is not None:
        return own
    shipped = json.loads(
        files("qa.answering").joinpath("confidence.json").read_text(encoding="utf-8")
    )
    return from_json(fitted_for(shipped, fingerprint, has_reader=bool(reader)))


def fitted_for(shipped: Mapping[str, T], fingerprint: str, *, has_reader: bool) -> T:
    """Return what was fitted for a model, or for any model.

    Args:
        shipped: by the fingerprint of the models, or "" for any; those for where a reader
            read have ``+reader`` behind it.
        fingerprint: of the models.
        has_reader: whether a reader read. Readers share their figures: a score is log odds.
    """
    kind = READER if has_reader else ""
    return shipped[fingerprint + kind] if fingerprint + kind in shipped else shipped[kind]


def _calibration_of_user(path: Path) -> Calibration | None:
    """Return what ``wenju calibrate`` fitted; None if there is nothing, or, logged, damage."""
    if not path.is_file():
        return None
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        _log.warning(
            "The confidence in %s cannot be read (%s); the shipped one counts. "
            "`wenju calibrate DATASET --model NAME` fits it anew.",
            *(path, error),
        )
        return None


def calibration_key(fingerprint: str, reader: str) -> str:
    """Return the name of a calibration: that of the models, and that of the reader."""
    return f"{fingerprint}+{reader}" if reader else fingerprint


def own_calibration(fingerprint: str) -> Path:
    """Return the file in which ``wenju calibrate`` keeps what it fitted for a model."""
    return calibrations() / f"{fingerprint}.json"


def from_json(stored: Mapping[str, Any]) -> Calibration:
    """Return a calibration from the object in its file.

    Raises:
        TypeError: a field is missing, or unknown.
    """
    return Calibration(**stored)
