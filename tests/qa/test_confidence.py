"""Confidence: the logistic function by hand, and its figures."""

import json
from importlib.resources import files
from math import exp, log

import numpy as np
import pytest

from qa.confidence import Calibration, calibration_for, features, from_json, own_calibration
from qa.matching import Question
from qa.models import Models
from qa.search import Candidates

SHIPPED = json.loads(files("qa").joinpath("confidence.json").read_text(encoding="utf-8"))
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


def test_no_candidates_have_no_features(bundled: Models) -> None:
    assert set(features(Candidates((), NOBODY, bundled.token_encoder)).values()) == {0.0}


def test_every_fitted_weight_is_of_a_feature(bundled: Models) -> None:
    known = set(features(Candidates((), NOBODY, bundled.token_encoder)))
    for calibration in map(from_json, SHIPPED.values()):
        assert set(calibration.weights) <= known
        assert 0 < calibration.threshold < 1


def test_an_unknown_model_has_the_figures_without_its_cosine() -> None:
    unknown = calibration_for("no such model")
    assert unknown == from_json(SHIPPED[""])
    assert not any("dense" in name for name in unknown.weights)


def test_figures_are_shipped_for_the_bundled_model(bundled: Models) -> None:
    assert calibration_for(bundled.fingerprint) == from_json(SHIPPED[bundled.fingerprint])


def test_figures_of_the_user_come_first() -> None:
    own = own_calibration("of-the-user")
    own.parent.mkdir(parents=True)
    own.write_text('{"intercept": 1.5, "weights": {"match": 2.0}, "threshold": 0.25}')
    assert calibration_for("of-the-user") == Calibration(1.5, {"match": 2.0}, 0.25)
