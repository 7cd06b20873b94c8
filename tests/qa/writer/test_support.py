"""The checks of a sentence, each on its own."""

import json
from pathlib import Path

import pytest

from qa.storage.models import load_models
from qa.writer.negation import opposite
from qa.writer.support import BAR, BAR_ACROSS_LANGUAGES, Checker, bar

RESULTS = Path(__file__).resolve().parents[3] / "benchmarks" / "results" / "writer.json"
PASSAGE = (
    "单位不得因为怀孕辞退女职工。参加了生育保险的，产假期间领生育津贴；没参加的，由单位照发。"
    "The worker must not be dismissed because she is pregnant."
)
ENCODER = load_models(None).token_encoder


def test_the_bars_are_the_measured_ones() -> None:
    figures = json.loads(RESULTS.read_text("utf-8"))["figures"]
    assert figures["same language"]["bar"] == BAR
    assert figures["across languages"]["bar"] == BAR_ACROSS_LANGUAGES


def test_the_bar_is_lower_across_languages() -> None:
    assert bar("产假九十八天", "产假有98天") == BAR
    assert bar("98 days of leave", "98 days") == BAR
    assert bar("98 days of leave", "产假有98天") == BAR_ACROSS_LANGUAGES
    assert bar("产假有98天", "98 days") == BAR_ACROSS_LANGUAGES


def test_a_quote_has_all_its_counterparts() -> None:
    share, missing = Checker(ENCODER).support("单位不得因为怀孕辞退女职工。", PASSAGE)
    assert share == pytest.approx(1.0)
    assert missing == ()


@pytest.mark.parametrize("text", ["", "\U0001f600"])
def test_what_has_no_words_has_no_counterpart(text: str) -> None:
    assert Checker(ENCODER).support(text, PASSAGE).share == 0.0
    assert Checker(ENCODER).support("单位", text).share == 0.0
    assert opposite(text, PASSAGE, ENCODER) is None
    assert opposite("单位不得辞退女职工", text, ENCODER) is None


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("单位可以因为怀孕辞退女职工。", "单位可以因为怀孕辞退女职工"),
        ("The worker may be dismissed because she is pregnant.",) * 2,
        ("单位不得因为怀孕辞退女职工。", None),
        ("参加了生育保险的，领生育津贴。", None),
        ("没参加的，由单位照发。", None),
        ("天气不好。", None),
    ],
)
def test_the_opposite_is_told(sentence: str, clause: str | None) -> None:
    assert opposite(sentence, PASSAGE, ENCODER) == (clause and clause.rstrip("."))
