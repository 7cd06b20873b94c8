"""The test set is sound: what a question is scored by stands in one passage only."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qa import Library

CASES = Path(__file__).resolve().parents[3] / "benchmarks" / "followups.jsonl"


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def test_there_are_enough_of_each_kind(cases: list[dict[str, Any]]) -> None:
    kinds = Counter(case["kind"] for case in cases)
    assert kinds["followup"] >= 70
    assert kinds["new"] >= 25
    assert all(2 <= len(case["turns"]) <= 3 for case in cases)
    english = [case for case in cases if case["turns"][-1]["question"].isascii()]
    assert 0.25 < len(english) / len(cases) < 0.4


def test_no_conversation_is_there_twice(cases: list[dict[str, Any]]) -> None:
    asked = [tuple(turn["question"] for turn in case["turns"]) for case in cases]
    assert len(asked) == len(set(asked))


def test_gold_strings_stand_in_one_passage(cases: list[dict[str, Any]], demo: Library) -> None:
    holders: dict[str, list[str]] = {}
    for document in demo.documents():
        passages = demo.show(document.id).passages
        holders[document.sources[0]] = [passage.text for passage in passages]
    for turn in (turn for case in cases for turn in case["turns"]):
        found = [
            Path(source).name
            for source, texts in holders.items()
            for text in texts
            if turn["contains"] in text
        ]
        assert found == [turn["article"]], turn
