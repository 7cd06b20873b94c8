"""Confidence: the logistic function by hand, and its figures."""

from math import exp, log

import numpy as np
import pytest

from qa.confidence import Calibration, calibration_for, calibrations, features
from qa.matching import Question
from qa.search import Candidates

NOBODY = Question(np.empty(0, np.int32), np.empty((0, 4), np.float32), np.empty(0, np.float32))


def test_the_logistic_function_by_hand() -> None:
    calibration = Calibration(intercept=-2.0, weights={"a": 4.0, "b": -1.0}, threshold=0.5)
    assert calibration.probability({"a": 0.5, "b": 0.0}) == 0.5
    assert calibration.probability({"a": 0.75, "b": 0.5, "ignored": 9.0}) == pytest.approx(
        1 / (1 + exp(-0.5))
    )
    assert calibration.probability({"a": 0.0, "b": 0.0}) == pytest.approx(1 / (1 + exp(2)))


@pytest.mark.parametrize(("odds", "probability"), [(1e6, 1.0), (-1e6, 0.0), (-750.0, 0.0)])
def test_extreme_odds_do_not_overflow(odds: float, probability: float) -> None:
    calibration = Calibration(intercept=odds, weights={}, threshold=0.5)
    assert calibration.probability({}) == probability


def test_even_odds() -> None:
    calibration = Calibration(intercept=log(3), weights={}, threshold=0.5)
    assert calibration.probability({}) == pytest.approx(0.75)


def test_no_candidates_have_no_features() -> None:
    assert set(features(Candidates((), NOBODY)).values()) == {0.0}


def test_every_fitted_weight_is_of_a_feature() -> None:
    known = set(features(Candidates((), NOBODY)))
    fitted = calibrations()
    assert "" in fitted
    for calibration in fitted.values():
        assert set(calibration.weights) <= known
        assert 0 < calibration.threshold < 1


def test_an_unknown_model_has_the_figures_without_its_cosine() -> None:
    unknown = calibration_for("no such model")
    assert unknown == calibrations()[""]
    assert unknown.weights.get("dense", 0.0) == 0.0
