"""Suggested questions: made of headings, and answered before they are shown."""

from itertools import chain
from pathlib import Path

import pytest

from qa.library import Library
from qa.ui import suggestions
from qa.ui.strings import DEMO_QUESTIONS
from qa.ui.suggestions import Suggestions


def test_every_suggestion_is_answered() -> None:
    with Library.demo() as library:
        made = Suggestions(library).make()
        assert len(made) == suggestions.SUGGESTED
        assert all(library.ask(question).answered for question in made)


def test_suggestions_change_with_the_documents(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library, Library.demo() as demo:
        made = Suggestions(library)
        assert made.make() == ()
        for summary in demo.documents():
            library.add_bytes(f"{summary.id}.md", demo.show(summary.id).text.encode())
        assert made.made() == ()
        questions = made.make()
        assert questions
        assert made.made() == questions


def test_the_demo_library_answers_what_it_suggests() -> None:
    with Library.demo() as library:
        for question in chain.from_iterable(DEMO_QUESTIONS):
            assert library.ask(question).answered, question


@pytest.mark.parametrize(
    ("heading", "terms", "question"),
    [
        ("一年有几天年假", ["年假"], "一年有几天年假？"),
        ("离职时没休完的年假怎么办？", [], "离职时没休完的年假怎么办？"),
        ("供应时间", ["食堂"], "食堂的供应时间是怎样的？"),
        ("食堂时间", ["食堂"], "食堂时间是怎样的？"),
        ("以活动群众化发挥教育作用", [], "怎么理解“以活动群众化发挥教育作用”？"),
        ("How many days", [], "How many days?"),
        ("Changing jobs", [], "What about “Changing jobs”?"),
    ],
)
def test_a_heading_becomes_a_question(heading: str, terms: list[str], question: str) -> None:
    assert suggestions._question(heading, terms) == question


def test_a_manual_is_asked_by_its_subject_without_the_numbers_of_its_sections(
    tmp_path: Path,
) -> None:
    manual = (
        "# YX-500 便携式水质分析仪使用说明书\n\n## 1 产品概述\n\n水质分析仪测定溶解氧和浊度。\n\n"
        "## 2.1 日常保养\n\n水质分析仪的电极每周清洗一次。\n"
    )
    with Library.open(tmp_path / "library") as library:
        library.add_bytes("manual.md", manual.encode())
        (detail,) = (library.show(one.id) for one in library.documents())
        (questions,) = suggestions._questions(detail)
        assert [question.text for question in questions] == [
            "分析仪的产品概述是怎样的？",
            "分析仪的日常保养是怎样的？",
        ]
