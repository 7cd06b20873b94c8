"""A conversation over two documents, which are nearly all there is to talk about."""

from collections.abc import Iterator

import pytest

from qa import Library

HANDBOOK = """# 青禾农机合作社员工手册

## 工时与休假

收割季节实行轮班，每班不超过八小时。工作满一年的职工每年有七天带薪年假，没有休完的可以顺延到第二年三月底。

## 宿舍

合作社为外地职工提供宿舍，每间住两人，房租每月一百二十元，水电费按表分摊。
"""
FERRY = """# Ferry handbook

## Luggage

Each passenger may bring two bags on board free of charge. A bicycle counts as one bag and must \
be tied to the rail on the lower deck.

## Refunds

Tickets are refunded in full when a sailing is cancelled by more than two hours. A missed sailing \
is not refunded.
"""
FIRSTS = (
    "工作满一年的职工有几天年假？",
    "宿舍一间住几个人？",
    "How many bags may each passenger bring?",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("small") / "library") as library:
        library.add_bytes("handbook.md", HANDBOOK.encode())
        library.add_bytes("ferry.md", FERRY.encode())
        yield library


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize(
    "question",
    [
        "红烧肉怎么做",
        "怎么给猫洗澡",
        "长城有多长？",
        "地球离太阳有多远",
        "Who painted the Mona Lisa?",
        "How do I bake bread?",
    ],
)
def test_a_topic_that_no_document_has_is_not_taken_for_a_followup(
    library: Library, first: str, question: str
) -> None:
    conversation = library.conversation()
    assert conversation.ask(first).answered
    answer = conversation.ask(question)
    assert (answer.query, answer.answered) == (question, False)


@pytest.mark.parametrize(
    ("first", "followup", "contains"),
    [
        ("工作满一年的职工有几天年假？", "没有休完的呢？", "可以顺延到第二年三月底"),
        ("宿舍一间住几个人？", "它的房租呢？", "房租每月一百二十元"),
        (
            "How many bags may each passenger bring?",
            "and a bicycle?",
            "A bicycle counts as one bag",
        ),
    ],
)
def test_a_followup_is_answered(library: Library, first: str, followup: str, contains: str) -> None:
    conversation = library.conversation()
    conversation.ask(first)
    answer = conversation.ask(followup)
    assert answer.answered
    assert contains in (answer.text or "")
