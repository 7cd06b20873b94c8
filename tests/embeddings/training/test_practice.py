"""The corpus of practice: every answer is a span, and no split knows the questions of another."""

from pathlib import Path

import pytest

from embeddings.training.practice.checks import copies, problems
from embeddings.training.practice.corpus import SPLITS, PracticeQuestion, Split, load


@pytest.fixture(scope="module")
def questions(shared: Path) -> dict[Split, list[PracticeQuestion]]:
    assert shared.is_dir()
    return {split: load(split) for split in SPLITS}


def test_every_question_agrees_with_its_passage(
    questions: dict[Split, list[PracticeQuestion]],
) -> None:
    assert list(problems(questions)) == []


def test_no_split_contains_near_copies_of_another(
    questions: dict[Split, list[PracticeQuestion]],
) -> None:
    assert list(copies(questions)) == []


def test_the_counts_are_those_of_the_card(questions: dict[Split, list[PracticeQuestion]]) -> None:
    assert {split: len(asked) for split, asked in questions.items()} == {
        "training": 4277,
        "development": 1177,
        "test": 1044,
    }
    everything = [question for asked in questions.values() for question in asked]
    near = sum(question.answer is None for question in everything)
    assert 0.23 < near / len(everything) < 0.28
    assert not {q.passage.group for q in questions["training"]} & {
        q.passage.group for q in [*questions["development"], *questions["test"]]
    }
