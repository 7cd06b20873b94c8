"""The words that make a question, in Chinese and English."""

import pytest

from qa.language.question_words import count_question_words, has_question_word, is_question


@pytest.mark.parametrize(
    "text",
    [
        "年假多大",
        "为什么",
        "为何",
        "咋办",
        "whose",
        "which",
        "could I",
        "有沒有",
        "是否",
        "几",
        "多高",
        "干嘛",
        "should I",
        "will it",
        "是不是",
        "是不是該誰",
        "能否",
        "幾天",
        "哪裡",
        "甚麼",
        "年假多久",
        "去不去",
    ],
)
def test_question_words(text: str) -> None:
    assert has_question_word(text)
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "年假",
        "任何人",
        "何先生",
        "几何",
        "几乎全部",
        "十几天",
        "很多大学",
        "更多高校",
        "哪怕一天",
        "动不动就罚款",
        "何必",
        "the wage",
        "pay that is due",
        "somehow",
        "",
    ],
)
def test_no_question_words(text: str) -> None:
    assert not has_question_word(text)
    assert not is_question(text)


@pytest.mark.parametrize(
    "text", ["at the next place, do I start anew", "I left in May, so is it due"]
)
def test_a_later_clause_may_ask(text: str) -> None:
    assert has_question_word(text)


def test_an_english_heading_asks_only_with_its_first_word() -> None:
    assert has_question_word("Employees who resign")
    assert not is_question("Employees who resign")
    assert is_question("Who may resign")
    assert is_question("Resign today?")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("年假", 0),
        ("年假有几天", 1),
        ("工会有哪几个部门", 1),
        ("如何申请", 1),
        ("为什么不能", 1),
        ("能不能加班", 1),
        ("要什么条件，能领多久", 2),
        ("能否加班，加班费多高", 2),
        ("What are the rates and how long is probation?", 2),
        ("Can I leave, and when?", 1),
        ("Which hotline helps workers whose wages are unpaid?", 1),
    ],
)
def test_question_words_are_counted(text: str, count: int) -> None:
    assert count_question_words(text) == count
