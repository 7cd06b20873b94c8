"""A list that is told in sentences is quoted whole where the question asks for it."""

from pathlib import Path

import pytest

from corpus import Span
from qa.enumerations import asks_for_several, asks_twice, whole_list
from qa.library import Library

LEAD = "新员工入职要办好三件事。"
ITEMS = (
    "一是签合同。合同一式两份。",
    "二是办工卡。带身份证到前台领取。",
    "三是开邮箱。",
)
REST = "邮箱由信息部开通。食堂在一楼。"
TEXT = LEAD + "".join(ITEMS) + REST
LIST = Span(len(LEAD), len(LEAD + "".join(ITEMS)))


def found(text: str, sentence: str) -> Span:
    start = text.index(sentence)
    return Span(start, start + len(sentence))


@pytest.mark.parametrize(
    "question",
    [
        "入职要办哪些事",
        "三件事分别是什么",
        "有哪三件事",
        "入职有几件事要办，几项",
        "What steps are there?",
    ],
)
def test_questions_for_several_things(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question", ["工卡在哪里领", "合同有几份", "谁开邮箱", "What is the card for?", "几天办好"]
)
def test_questions_for_one_thing(question: str) -> None:
    assert not asks_for_several(question)


@pytest.mark.parametrize("sentence", ["一是签合同。", "带身份证到前台领取。", "三是开邮箱。"])
def test_an_item_brings_its_list(sentence: str) -> None:
    assert whole_list(TEXT, found(TEXT, sentence)) == LIST


def test_what_leads_to_a_list_brings_it() -> None:
    assert whole_list(TEXT, found(TEXT, LEAD)) == Span(0, LIST.end)
    text = "欢迎各位。" + TEXT
    assert whole_list(text, found(text, "欢迎各位。")) == found(text, "欢迎各位。")


@pytest.mark.parametrize("sentence", ["邮箱由信息部开通。", "食堂在一楼。"])
def test_what_stands_beside_the_list_stays_alone(sentence: str) -> None:
    assert whole_list(TEXT, found(TEXT, sentence)) == found(TEXT, sentence)


def test_english_items() -> None:
    text = "Do two things. First, sign here. Second, take the card. The canteen is downstairs."
    marked = found(text, "Second, take the card.")
    assert whole_list(text, marked) == found(text, "First, sign here. Second, take the card.")


def test_a_list_that_is_too_long_is_not_quoted_whole() -> None:
    text = LEAD + ITEMS[0] + "说明文字很长。" * 60 + ITEMS[1]
    assert whole_list(text, found(text, "二是办工卡。")) == found(text, "二是办工卡。")


def test_one_marker_is_no_list() -> None:
    text = "最后一班车十点开。首班车六点。"
    assert whole_list(text, found(text, "首班车六点。")) == found(text, "首班车六点。")


def test_the_answer_quotes_the_list(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add_bytes("入职.md", TEXT.encode())
        answer = library.ask("新员工入职要办哪三件事")
        assert answer.citations[0].quote == TEXT[: LIST.end]
        one = library.ask("新员工带什么领取工卡").citations[0]
        assert one.quote == "二是办工卡。带身份证到前台领取。"


@pytest.mark.parametrize(
    "question",
    [
        "要什么条件，能领多久",
        "能加班吗，能被辞退吗",
        "年假和产假各有几天",
        "两者分别指什么",
        "What are the rates and how long is probation?",
        "What does each of them do",
    ],
)
def test_two_questions_in_one(question: str) -> None:
    assert asks_twice(question)


@pytest.mark.parametrize(
    "question", ["年假有几天", "谁去申请", "哪些情况算工伤", "工会有哪几个部门", "How long is it?"]
)
def test_one_question(question: str) -> None:
    assert not asks_twice(question)
