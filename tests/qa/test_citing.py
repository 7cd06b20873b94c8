"""Which passages an answer quotes, over a real library of the bundled model."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa import Library
from qa.citing import worth_quoting
from tests.qa.builders import document

LEAVE = document("职工累计工作满一年不满十年的，年休假五天。", title="年休假的天数")
PAY = document("没有安排年休假的，单位按照日工资的三倍支付年休假报酬。", title="年休假的报酬")
OTHERS = [
    document("食堂每天中午开放，提供两荤两素和一碗热汤。", title="食堂"),
    document("停车场只供访客使用，夜间要收费。", title="停车"),
    document("游泳池夏天每周换水两次。", title="游泳池"),
    document("图书馆周末闭馆，平日开到晚上九点。", title="图书馆"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("citing")) as library:
        named = {"leave": LEAVE, "pay": PAY}
        library.add_documents([*named.items(), *((d.id, d) for d in OTHERS)])
        yield library


def cited(library: Library, question: str) -> list[str]:
    return [citation.document_id for citation in library.ask(question).citations]


def test_one_passage_answers_alone(filled: Library) -> None:
    assert cited(filled, "游泳池多久换一次水") == [OTHERS[2].id]


def test_two_passages_answer_together(filled: Library) -> None:
    assert cited(filled, "单位怎样安排职工的年休假") == [PAY.id, LEAVE.id]


def test_a_further_passage_must_convince_by_itself(filled: Library) -> None:
    """The same hits with the same scores, but nothing in the second matches any more."""
    candidates = filled.candidates("单位怎样安排职工的年休假")
    first, second, *_ = filled.hits(candidates, 10)
    assert worth_quoting((first, second), candidates, filled.fingerprint) == (first, second)
    weak = tuple(
        found
        if found.id == first.passage_id
        else replace(found, lexical=0.0, match=0.0, exact=0.0, dense=0.0, score=0.0)
        for found in candidates.ranked
    )
    unlike = replace(candidates, ranked=weak)
    assert worth_quoting((first, second), unlike, filled.fingerprint) == (first,)


def test_a_further_passage_must_add_something(filled: Library) -> None:
    question = "单位怎样安排职工的年休假"
    candidates = filled.candidates(question)
    first, second, *_ = filled.hits(candidates, 10)
    again = replace(first, passage_id=second.passage_id, score=0.5 * first.score)
    assert worth_quoting((first, again), candidates, filled.fingerprint) == (first,)
    as_good = replace(again, score=0.95 * first.score)
    assert worth_quoting((first, as_good), candidates, filled.fingerprint) == (first, as_good)


def test_no_hits(filled: Library) -> None:
    assert worth_quoting((), filled.candidates("年休假"), filled.fingerprint) == ()
