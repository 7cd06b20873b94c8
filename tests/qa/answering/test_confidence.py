"""Confidence: the logistic function by hand, and its figures."""

import json
from importlib.resources import files
from math import exp, log
from typing import Any

import numpy as np
import pytest

from embeddings import TokenEncoder
from qa.answering.confidence import (
    READ_FEATURES,
    READER,
    Calibration,
    calibration_for,
    features,
    from_json,
    own_calibration,
)
from qa.results import PassageId
from qa.retrieval.evidence import Evidence, Question
from qa.retrieval.search import Candidate, Candidates
from qa.storage.models import Models
from qa.storage.records import NO_TOKENS, PassageTokens

SHIPPED = json.loads(files("qa.answering").joinpath("confidence.json").read_text(encoding="utf-8"))
NOTHING = np.empty(0, np.float32)
NOBODY = Question(np.empty(0, np.int32), np.empty((0, 4), np.float32), NOTHING, NOTHING)


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
    assert set(features(Candidates("", (), NOBODY, bundled.token_encoder, "")).values()) == {0.0}


def candidate(*counterparts: float, **figures: float) -> Candidate:
    """A candidate in which the question's tokens have such counterparts."""
    parts: dict[str, Any] = {"score": 0.0, "lexical": 0.0, "dense": 0.0, "match": 0.0, "whole": 0.0}
    parts |= {"exact": 0.0, "phrases": 0.0, "contextual": 0.0, "sentence": 0.0}
    return Candidate(
        row=1, id=PassageId("a:0"), evidence=evidence(*counterparts), **(parts | figures)
    )


def evidence(*counterparts: float, tokens: PassageTokens = NO_TOKENS) -> Evidence:
    """The evidence of a passage with such counterparts of the question's tokens."""
    best = np.array(counterparts, np.float32)
    return Evidence(NOBODY, tokens, best[:, np.newaxis], best[:, np.newaxis], best)


def asked(encoder: TokenEncoder, weights: list[float], *ranked: Candidate) -> Candidates:
    ids, vectors = np.arange(len(weights), dtype=np.int32), np.eye(len(weights), dtype=np.float32)
    _, lengths = encoder.token_vectors(ids)
    question = Question(ids, vectors, lengths, np.array(weights, np.float32))
    return Candidates("", tuple(ranked), question, encoder, "")


def test_features_by_hand(bundled: Models) -> None:
    others = [candidate(0, 0, 0, 0, match=0.3, exact=0.2, dense=0.1, lexical=2.0, score=0.5)] * 9
    first = candidate(
        1, 1, 0.2, 0.5, match=0.8, whole=0.9, exact=0.6, dense=0.4, lexical=8.0, score=2.0
    )
    found = features(asked(bundled.token_encoder, [0.4, 0.3, 0.2, 0.1], first, *others))
    expected = {
        "match": 0.8,
        "whole": 0.9,
        "exact": 0.6,
        "dense": 0.4,
        "match_gap": 0.5,
        "exact_gap": 0.4,
        "dense_gap": 0.3,
        "score_gap": 1.5,
        "lexical_gap": 0.75,
        "elsewhere": 0.0,
        "apart": 0.0,
        "few": 0.0,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found["apart_match"] == found["few_match"] == 0


def test_what_others_have_and_the_first_has_not(bundled: Models) -> None:
    first, other = candidate(1, 0.2, 0), candidate(0, 0.7, 0)
    found = features(asked(bundled.token_encoder, [0.5, 0.4, 0.1], first, other))
    assert found["elsewhere"] == pytest.approx(0.4 * 0.5)


@pytest.mark.parametrize(("same", "apart"), [(0, 1.0), (2, 0.8), (3, 7 / 15), (5, 0.0), (10, 0.0)])
def test_a_question_that_shares_few_words_is_in_another_language(
    bundled: Models, same: int, apart: float
) -> None:
    """Word for word, in any of the best ten, and each word counting once."""
    counterparts = [1.0] * same + [0.9] * (10 - same)
    weights = [0.01] * 5 + [0.19] * 5
    one, other = candidate(*counterparts[:5], *[0.0] * 5), candidate(*[0.0] * 5, *counterparts[5:])
    found = features(asked(bundled.token_encoder, weights, one, other))
    assert found["apart"] == pytest.approx(apart)


def test_words_shared_with_passages_in_another_script_do_not_count(bundled: Models) -> None:
    encoder = bundled.token_encoder

    def of(text: str, *counterparts: float) -> Candidate:
        tokens = PassageTokens(encoder.tokens([text])[0].ids, NO_TOKENS.ids, None)
        return candidate()._replace(evidence=evidence(*counterparts, tokens=tokens))

    chinese, english = of("职工享受年假", 0.6, 0.6), of("paid to the guard", 1.0, 1.0)
    weights = [0.5, 0.5]
    assert features(asked(encoder, weights, chinese, english))["apart"] == pytest.approx(0.8)
    assert features(asked(encoder, weights, english, chinese))["apart"] == 0.0
    # Where the tokens of one are not known, all count.
    unknown = english._replace(evidence=None)
    assert features(asked(encoder, weights, chinese, english, unknown))["apart"] == 0.0


@pytest.mark.parametrize(("words", "apart"), [(1, 7 / 15), (2, 0.8), (3, 1.0)])
def test_one_word_that_is_not_there_tells_little_about_the_language(
    bundled: Models, words: int, apart: float
) -> None:
    first = candidate(*[0.9] * words)
    found = features(asked(bundled.token_encoder, [1 / words] * words, first, first))
    assert found["apart"] == pytest.approx(apart)


def test_the_heaviest_word_without_a_counterpart(bundled: Models) -> None:
    encoder = bundled.token_encoder
    ids = encoder.tokens(["护照的"])[0].ids
    vectors, lengths = encoder.token_vectors(ids)
    assert lengths.tolist() == pytest.approx([11.35, 0.91], abs=0.01)
    question = Question(ids, vectors, lengths, np.array([0.5, 0.5], np.float32))

    def lacks(*counterparts: float) -> float:
        return features(Candidates("", (candidate(*counterparts),), question, encoder, ""))["lacks"]

    assert lacks(1, 0) == pytest.approx(0.91 / 12, abs=1e-3)
    assert lacks(0.4, 0) == pytest.approx(0.6 * 11.35 / 12, abs=1e-3)
    assert lacks(1, 1) == 0.0


@pytest.mark.parametrize(("words", "short"), [(1, 5 / 6), (3, 0.5), (6, 0.0), (9, 0.0)])
def test_a_short_question(bundled: Models, words: int, short: float) -> None:
    first = candidate(*[1.0] * words, match=0.6)
    found = features(asked(bundled.token_encoder, [1 / words] * words, first))
    assert found["short"] == pytest.approx(short)
    assert found["short_match"] == pytest.approx(short * 0.6)


def test_few_passages_count_as_having_usual_competitors(bundled: Models) -> None:
    found = features(asked(bundled.token_encoder, [1.0], candidate(1, match=0.8, exact=0.5)))
    assert found["few"] == 1.0
    assert found["few_match"] == pytest.approx(0.8)
    assert found["match_gap"] == pytest.approx(0.3 * 0.8)


def test_every_fitted_weight_is_of_a_feature(bundled: Models) -> None:
    known = set(features(Candidates("", (), NOBODY, bundled.token_encoder, "")))
    for name, shipped in SHIPPED.items():
        calibration = from_json(shipped)
        read = name.endswith(READER)
        assert set(calibration.weights) <= (set(READ_FEATURES) if read else known)
        assert 0 < calibration.threshold < 1
        assert (calibration.possible < calibration.threshold) == read


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
