"""A list that is told in sentences is quoted whole where the question asks for it."""

from pathlib import Path

import pytest

from corpus import Span
from qa.answering.quotes import whole_list, with_list
from qa.language.question_words import asks_for_several, asks_twice
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
        "入職要辦哪幾件事",
        "三件事分別是什麼",
        "技能等級一共有幾級",
        "技能等级一共有几级",
    ],
)
def test_questions_for_several_things(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "工卡在哪里领",
        "合同有几份",
        "谁开邮箱",
        "排第一的是哪一类",
        "What is the card for?",
        "几天办好",
    ],
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


def test_traditional_items() -> None:
    text = "要辦三件事。首先簽合同。其次領工卡。最後開郵箱。食堂在一樓。"
    assert whole_list(text, found(text, "其次領工卡。")) == found(text, text[6:-6])


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
        "能加班嗎，加班費是多少",
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


WAYS = "入会自愿。没有工会的单位找上级工会。一般这样办：\n"
STEPS = "1. 填写申请书。交给工会。\n2. 工会审核。\n3. 领取会员证。"
ROWS = f"{WAYS}{STEPS}\n会员证可以补办。"
TABLE = "| 号码 | 谁接 |\n| 12351 | 工会 |\n| 12333 | 人社部门 |"
CELLS = "号码 | 谁接\n12351 | 工会\n12333 | 人社部门"  # of Word and HTML


@pytest.mark.parametrize(
    ("text", "sentence", "query", "expected"),
    [
        # What ends with a colon brings the rows, whatever is asked.
        (ROWS, "一般这样办：\n1. 填写申请书。", "表交给谁", f"一般这样办：\n{STEPS}"),
        (ROWS, "一般这样办：", "表交给谁", f"一般这样办：\n{STEPS}"),
        # Who asks for several things, or how, gets the list with what announces it.
        (ROWS, "2. 工会审核。", "要走哪几步", f"一般这样办：\n{STEPS}"),
        (ROWS, "入会自愿。", "怎么入会", f"{WAYS}{STEPS}"),
        (ROWS, "入会自愿。", "How do I join?", f"{WAYS}{STEPS}"),
        (ROWS, "没有工会的单位找上级工会。", "要走哪几步", ROWS[5 : ROWS.index("\n会员证可以")]),
        # Others get what they asked for.
        (ROWS, "入会自愿。", "怎麼入會", f"{WAYS}{STEPS}"),
        (ROWS, "2. 工会审核。", "谁审核", "2. 工会审核。"),
        (ROWS, "入会自愿。", "要走哪几步", "入会自愿。"),
        (ROWS, "会员证可以补办。", "怎么补办会员证", "会员证可以补办。"),
        # The head of a table says nothing alone; a row does.
        (TABLE, "| 号码 | 谁接 |", "打什么号码", TABLE),
        (TABLE, "| 12333 | 人社部门 |", "打什么号码", "| 12333 | 人社部门 |"),
        (CELLS, "号码 | 谁接", "打什么号码", CELLS),
        (CELLS, "12333 | 人社部门", "打什么号码", "12333 | 人社部门"),
        # A line between two rows goes with the one above it; two end the list.
        (
            "步骤：\n1. 拍照\n要清楚\n2. 提交",
            "2. 提交",
            "哪些步骤",
            "步骤：\n1. 拍照\n要清楚\n2. 提交",
        ),
        (
            "步骤：\n1. 拍照\n2. 提交\n然后等\n等好了\n3. 完",
            "步骤：",
            "哪",
            "步骤：\n1. 拍照\n2. 提交",
        ),
        # One row is no list.
        ("电话：\n1. 工会的电话", "电话：", "怎么打电话", "电话："),
    ],
)
def test_rows(text: str, sentence: str, query: str, expected: str) -> None:
    span = with_list(text, found(text, sentence), query)
    assert text[span.start : span.end] == expected


def test_of_many_rows_as_many_as_can_be_read() -> None:
    rows = [f"- 第{number}项{'按时足额支付工资' * 10}；" for number in range(8)]
    text = "\n".join(("单位应当做到：", *rows))
    span = with_list(text, found(text, "单位应当做到："), "单位要怎么做")
    assert text[span.start : span.end] == "\n".join(("单位应当做到：", *rows[:4]))
    assert with_list(text, found(text, rows[5]), "要做哪些事") == found(text, rows[5])


@pytest.mark.parametrize("name", ["建会.md", "建会.txt"])
def test_the_answer_does_not_end_with_a_colon(tmp_path: Path, name: str) -> None:
    lead = "公司职工想成立工会，先联系上级工会。常见的步骤如下："
    text = f"{lead}\n\n{STEPS}\n\n食堂在一楼。\n"
    with Library.open(tmp_path / "library") as library:
        library.add_bytes(name, text.encode())
        (citation,) = library.ask("建立工会有哪些步骤").citations
        assert citation.quote == f"{lead}\n{STEPS}"
        stored = library.show(citation.document_id).text
        assert "".join(stored[start:end] for start, end in citation.spans) == citation.quote
