"""The thresholds of a library: kept with it, used by its questions, and damaged ones."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library, Thresholds, WenjuError
from qa.answering.thresholds import FILE_NAME
from qa.messages_zh import in_chinese

LEAVE = "职工工作满一年可以享受五天年休假。"
POOL = "游泳池夏天开放，冬天换水。"
SHIPPED = Thresholds(0.33, 1.0)
QUESTION = "工作满一年有几天年休假"


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        opened.add_bytes("leave.txt", LEAVE.encode())
        opened.add_bytes("pool.txt", POOL.encode())
        yield opened


def test_a_library_has_the_shipped_thresholds_at_first(filled: Library) -> None:
    assert filled.thresholds() == SHIPPED
    assert not (filled.path / FILE_NAME).exists()


def test_its_own_decide_from_the_next_question_on(filled: Library) -> None:
    with Library.open(filled.path) as other:
        confidence = filled.ask(QUESTION).confidence
        outcomes = []
        for own in (
            Thresholds(confidence, 0.0),
            Thresholds(1.0, confidence),
            Thresholds(1.0, 1.0),
        ):
            filled.set_thresholds(own)
            assert filled.thresholds() == other.thresholds() == own
            outcomes.append((filled.ask(QUESTION).outcome, other.ask(QUESTION).outcome))
        assert outcomes == [("answered",) * 2, ("possible",) * 2, ("none",) * 2]
        filled.set_thresholds(None)
        assert filled.thresholds() == other.thresholds() == SHIPPED
        filled.set_thresholds(None)  # there are none


def test_an_answer_can_have_a_threshold_of_its_own(filled: Library) -> None:
    candidates = filled.candidates("游泳池")
    confidence = filled.answer(candidates).confidence
    assert filled.answer(candidates, threshold=0.0).citations
    assert filled.answer(candidates, threshold=0.0).confidence == confidence
    assert not filled.answer(candidates, threshold=1.0).answered


def test_the_file_is_private_and_copied(filled: Library, tmp_path: Path) -> None:
    filled.set_thresholds(Thresholds(0.5, 0.25))
    (tmp_path / "copy").mkdir()
    with filled.copy(tmp_path / "copy") as copy:
        assert copy.thresholds() == Thresholds(0.5, 0.25)
        copy.set_thresholds(None)
    assert filled.thresholds() == Thresholds(0.5, 0.25)
    assert (filled.path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in filled.path.glob("*.tmp")] == []


def test_those_of_another_model_or_reader_are_left_alone(
    filled: Library, small_model: Path
) -> None:
    filled.set_thresholds(Thresholds(0.5, 0.25))
    Library.reindex(filled.path, model=small_model).close()
    with Library.open(filled.path) as other:
        assert other.thresholds() == SHIPPED
        other.set_thresholds(Thresholds(0.75, 0.5))
    stored = json.loads((filled.path / FILE_NAME).read_text("utf-8"))["thresholds"]
    assert list(stored.values()) == [
        {"answered": 0.5, "possible": 0.25},
        {"answered": 0.75, "possible": 0.5},
    ] or list(stored.values()) == [
        {"answered": 0.75, "possible": 0.5},
        {"answered": 0.5, "possible": 0.25},
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2, "thresholds": {}}',
        '{"version": 1, "thresholds": 3}',
        '{"version": 1, "thresholds": {"a": 0.5}}',
        '{"version": 1, "thresholds": {"a": {"answered": 0.5}}}',
        '{"version": 1, "thresholds": {"a": {"answered": NaN, "possible": 0}}}',
        '{"version": 1, "thresholds": {"a": {"answered": 0.2, "possible": 0.4}}}',
        "\x00\xff",
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_reported_once(
    filled: Library, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    (filled.path / FILE_NAME).write_text(content, "latin-1")
    with caplog.at_level(logging.WARNING):
        assert filled.ask(QUESTION).answered
        assert filled.thresholds() == SHIPPED
    (message,) = [one.getMessage() for one in caplog.records if one.name.startswith("qa.answering")]
    assert "cannot be read" in message
    assert f"`wenju calibrate --reset --library {filled.location}` removes them" in message
    filled.set_thresholds(Thresholds(0.5, 0.25))
    assert filled.thresholds() == Thresholds(0.5, 0.25)


def test_those_of_an_earlier_confidence_are_reported_once(
    filled: Library, caplog: pytest.LogCaptureFixture
) -> None:
    filled.set_thresholds(Thresholds(0.5, 0.25))
    path = filled.path / FILE_NAME
    path.write_text(path.read_text("utf-8").replace("@", "@0"), "utf-8")
    with caplog.at_level(logging.WARNING):
        assert filled.thresholds() == filled.thresholds() == SHIPPED
    (message,) = [one.getMessage() for one in caplog.records if one.name.startswith("qa.answering")]
    assert "another version of the confidence" in message


@pytest.mark.parametrize(
    "thresholds", [Thresholds(0.2, 0.4), Thresholds(1.5, 0.4), Thresholds(0.5, -0.1)]
)
def test_what_is_no_pair_of_confidences_is_refused(filled: Library, thresholds: Thresholds) -> None:
    with pytest.raises(WenjuError, match="are confidences from 0 to 1") as refused:
        filled.set_thresholds(thresholds)
    assert refused.value.code == "bad_thresholds"
    assert in_chinese(refused.value).startswith("阈值须在 0 和 1 之间")
    assert filled.thresholds() == SHIPPED
