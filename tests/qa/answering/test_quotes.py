"""What can be read alone: whole sentences, clauses and headings put back together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Span, sentences
from qa.answering.quotes import (
    adds_nothing,
    clause,
    quotable,
    with_next_sentence,
    with_substance,
)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in quotable(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A clause after a semicolon belongs to its sentence.
        (
            "不满四个月的有15天；满四个月的有42天。工资照发。",
            ["不满四个月的有15天；满四个月的有42天。", "工资照发。"],
        ),
        (
            "他说：“一是快；二是好；”大家同意。然后散会。",
            ["他说：“一是快；二是好；”大家同意。", "然后散会。"],
        ),
        # What announces something goes with it, on the same line or the next.
        ("须交的材料：\n1. 申请表\n2. 证明", ["须交的材料：\n1. 申请表", "2. 证明"]),
        # A heading says nothing by itself; a row of a list or table does.
        ("办理流程\n先填表，再交给工会。", ["办理流程\n先填表，再交给工会。"]),
        ("- 工资条\n- 工作证", ["- 工资条", "- 工作证"]),
        ("| 周末 | 200% |\n| 节日 | 300% |", ["| 周末 | 200% |", "| 节日 | 300% |"]),
        ("先填表。\n办理流程", ["先填表。", "办理流程"]),  # nothing follows that it could lead to
        ("", []),
        ("It rained. We stayed in.", ["It rained.", "We stayed in."]),
    ],
)
def test_parts(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_long_sentence_is_quoted_clause_by_clause() -> None:
    clauses = [f"（{number}）{'单位应当按时足额支付工资' * 5}；" for number in "一二三"]
    text = "有下列情形之一的：" + "".join(clauses)
    assert split("有下列情形之一的：\n" + "\n".join(clauses)) == [
        f"有下列情形之一的：\n{clauses[0]}",
        clauses[1],
        clauses[2],
    ]
    assert split(text)[1:] == clauses[1:]
    short = "有下列情形之一的：（一）欠薪；（二）工伤；（三）裁员。"
    assert split(short) == [short]


PIECES = st.sampled_from([*"。！；;：:\n“”（）一工会，1. -|", "办理流程", "；”", "\r\n", "e.g. "])


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
def test_parts_are_runs_of_sentences(text: str) -> None:
    found, parts = sentences(text), quotable(text)
    assert [part.start for part in parts] == sorted(part.start for part in parts)
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert {part.start for part in parts} <= {sentence.start for sentence in found}
    assert {part.end for part in parts} <= {sentence.end for sentence in found}
    covered = [s for s in found if any(p.start <= s.start and s.end <= p.end for p in parts)]
    assert covered == found


@pytest.mark.parametrize(
    ("text", "question", "nothing"),
    [
        ("网关重量", "网关的重量是多少？", True),
        ("網關重量：", "网关的重量是多少", True),
        ("Opening hours", "What are the OPENING hours?", True),
        ("重量：420克", "网关的重量是多少", False),
        ("……", "网关", True),
        ("", "网关", True),
    ],
)
def test_a_label_adds_nothing_to_the_question(text: str, question: str, nothing: bool) -> None:
    assert adds_nothing(text, question) == nothing


def test_a_label_brings_what_it_is_the_label_of() -> None:
    text = "网关重量。四百二十克。外壳为铝。"
    assert with_substance(text, Span(0, 5), "网关重量") == Span(0, 11)
    assert with_substance(text, Span(5, 11), "网关重量") == Span(5, 11)
    assert with_substance("网关重量。网关。", Span(0, 5), "网关重量") == Span(0, 5)


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("10 周岁以下儿童不得探视，孕妇也是。", "10 周岁", "10 周岁以下儿童不得探视"),
        ("在出院后 6 个月内带发票申请。", "6 个月", "在出院后 6 个月内带发票申请"),
        ("三期 | 2.75 元 | 建筑面积", "2.75", "2.75 元"),
        ("Fees are $2.50, paid monthly.", "$2.50", "Fees are $2.50"),
        ("价格（元）：165 类别", "165", "165 类别"),
        ("一句没有标点的话", "标点", "一句没有标点的话"),
        ("甲，乙。丙", "甲，乙", "甲，乙"),
    ],
)
def test_the_clause_around_words(text: str, words: str, whole: str) -> None:
    start = text.index(words)
    assert text[slice(*clause(text, Span(start, start + len(words))))] == whole


def test_a_bare_no_brings_its_reason() -> None:
    reason = "户内的管线由业主自己出钱维修，不能用基金。"
    text = f"能用基金修水管吗？不可以。{reason}逾期不候。"
    assert with_next_sentence(text, Span(9, 13)) == Span(9, 13 + len(reason))
    assert with_next_sentence(text, Span(13, 13 + len(reason))) == Span(13, 13 + len(reason))
    assert with_next_sentence("不可以。", Span(0, 4)) == Span(0, 4)
