"""The outcomes of a user's own questions, in a library of the static model."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from embeddings import Extract, Reading
from qa import Library, Thresholds
from qa.evaluation.evaluate import Evaluation, evaluate_own
from qa.evaluation.outcomes import THRESHOLDS, Asked, ask_own, outcomes, tally
from qa.evaluation.own_questions import load_questions
from qa.progress import silent

HANDBOOK = """# 员工手册

## 年假

工作满一年的员工每年有五天带薪年假，满十年的有十天。

## 加班

加班须事先经部门主管同意，加班费按小时计算，每月十五日发放。

## 食堂

午餐从十一点半供应到一点，周末不开放。

## 停车

访客车辆停放在东门外的停车场，每小时收费四元。
"""
QUESTIONS: list[dict[str, object]] = [
    {"question": "工作满一年有几天年假", "answer": "五天"},
    {"question": "加班要谁同意", "answer": ["总经理", "部门主管"]},
    {"question": "午餐供应到几点", "answer": [["十一点半", "一点"]]},
    {"question": "访客车辆停在哪里", "passage": "访客车辆停放在东门外的停车场"},
    {"question": "加班费什么时候发放", "answer": "东门"},  # so that what is quoted is wrong
    {"question": "吃饭", "answer": "午餐"},
    {"question": "量子计算机的工作原理", "answer": "none"},
    {"question": "年假可以折算成工资吗", "answer": None},
]


class LastWords:
    """A reader that finds the last two characters of a passage, each passage alike."""

    name = "last words"
    fingerprint = "0123456789abcdef"

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        del question
        return [Reading(1.0, len(one.text) - 3, len(one.text) - 1) for one in extracts]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        opened.add_bytes("handbook.md", HANDBOOK.encode())
        yield opened


def write(folder: Path, rows: Sequence[dict[str, object]] = QUESTIONS) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def asked(
    *,
    confidence: float,
    answerable: bool = True,
    right: bool = True,
    shown: bool = False,
    short_right: bool | None = None,
    citable: bool = True,
) -> Asked:
    return Asked("", answerable, "none", confidence, citable, right, shown, short_right)


def test_the_tally_by_hand() -> None:
    questions = [
        asked(confidence=0.9),
        asked(confidence=0.6, right=False),
        asked(confidence=0.5),
        asked(confidence=0.4),
        asked(confidence=1.0, citable=False),  # a greeting, say
        asked(confidence=0.7, answerable=False, right=False),
        asked(confidence=0.2, answerable=False, right=False),
    ]
    assert tally(questions, 0.5).to_dict() == {
        "threshold": 0.5,
        "answerable": 5,
        "right": 2,
        "wrong": 1,
        "refused": 2,
        "unanswerable": 2,
        "declined": 1,
        "false": 1,
    }
    assert tally(questions, 0.5).gain == 0
    assert tally([], 0.5).to_dict() == dict.fromkeys(tally([], 0.5).to_dict(), 0) | {
        "threshold": 0.5
    }


def test_the_outcomes_by_hand() -> None:
    thresholds = Thresholds(0.5, 0.3)
    questions = [
        asked(confidence=0.9, short_right=True),
        asked(confidence=0.8, short_right=False),
        asked(confidence=0.7, right=False, short_right=False),
        asked(confidence=0.6),
        asked(confidence=0.4, shown=True, short_right=True),
        asked(confidence=0.3),
        asked(confidence=0.2, shown=True),
    ]
    found = outcomes([one.at(thresholds) for one in questions], 0.5)
    assert (found.right, found.wrong, found.refused) == (3, 1, 3)
    assert (found.short_wanted, found.short_right) == (2, 1)
    assert (found.possible, found.possible_right) == (2, 1)


def test_a_library_is_asked(tmp_path: Path, filled: Library) -> None:
    filled.set_thresholds(Thresholds(0.3, 0.1))
    own = load_questions(write(tmp_path), filled)
    assert own.left_out == ()
    steps: list[str] = []

    def progress(stage: str, done: int, total: int, item: str = "") -> None:
        steps.append(f"{stage} {done}/{total} {item}")

    found = ask_own(filled, own, progress)
    assert steps == [f"ask {n}/8 {row['question']}" for n, row in enumerate(QUESTIONS, 1)]
    for one in found:
        answer = filled.ask(one.question)
        assert (answer.outcome, answer.confidence) == (one.outcome, one.confidence)
    assert [one.right for one in found] == [True, True, True, True, False, True, False, False]
    assert all(one.citable for one in found)
    answered = [True, True, True, True, True, True, False, True]
    assert [one.outcome == "answered" for one in found] == answered


def test_the_figures_have_outcomes_and_a_curve(tmp_path: Path, filled: Library) -> None:
    filled.set_thresholds(Thresholds(0.6, 0.5))
    own = load_questions(write(tmp_path), filled)
    figures, _ = evaluate_own(filled, own, "full", silent)
    read = figures.to_dict()
    assert read["queries"] == 1  # names a passage
    assert read["R@1"] == 1.0
    assert read["answer_sentence_rate"] == 0.75
    assert read["outcomes"] == {
        "threshold": 0.6,
        "answerable": 6,
        "right": 4,
        "wrong": 1,
        "refused": 1,
        "unanswerable": 2,
        "declined": 1,
        "false": 1,
        "short_wanted": 3,
        "short_right": 0,  # without a reader
        "possible": 1,
        "possible_right": 1,
    }
    assert [point["threshold"] for point in read["curve"]] == list(THRESHOLDS)
    assert [point["right"] for point in read["curve"]] == 10 * [5] + 9 * [4]
    assert [point["declined"] for point in read["curve"]] == 18 * [1] + [2]
    assert Evaluation.from_dict(json.loads(json.dumps(read))) == figures


def test_without_a_passage_there_are_no_metrics(tmp_path: Path, filled: Library) -> None:
    own = load_questions(write(tmp_path, QUESTIONS[-2:]), filled)
    figures, runs = evaluate_own(filled, own, "full", silent)
    assert (figures.queries, len(runs), figures.metrics) == (0, 2, {})
    assert figures.outcomes is not None
    assert figures.outcomes.unanswerable == 2
    lexical, _ = evaluate_own(filled, own, "lexical", silent)
    assert lexical.outcomes is None
    assert {"outcomes", "curve"}.isdisjoint(lexical.to_dict())


def test_the_short_answer_is_compared(tmp_path: Path, filled: Library) -> None:
    with Library.open(filled.path, reader=LastWords()) as library:
        rows: list[dict[str, object]] = [
            {"question": "满十年有几天年假", "answer": "十天"},
            {"question": "加班要谁同意", "answer": "部门主管"},
            {"question": "访客车辆停在哪里", "passage": "东门外的停车场"},
        ]
        found = ask_own(library, load_questions(write(tmp_path, rows), library), silent)
    assert [one.short_right for one in found] == [True, False, None]
