"""The selection of the passages that an answer quotes, over a real library of the bundled model."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa import Hit, Library
from qa.answering.citations import Finding
from qa.answering.selection import worth_quoting
from qa.results import PassageId
from qa.retrieval.evidence import compare
from qa.retrieval.search import Candidates
from qa.storage.records import PassageTokens, context_of, packed


@pytest.fixture(scope="module")
def demo() -> Iterator[Library]:
    with Library.demo() as library:
        yield library


def found(library: Library, question: str) -> tuple[tuple[Hit, ...], Candidates]:
    candidates = library.candidates(question)
    return library.hits(candidates, 10), candidates


def quoted(hits: tuple[Hit, ...], candidates: Candidates) -> list[int]:
    """The ranks of the hits that an answer quotes, whose titles may have been changed."""
    encoder = candidates.encoder
    tokens = [
        PassageTokens(text.ids, context.ids, packed(text.spans[:, 0]))
        for hit in hits
        for text, context in [
            encoder.tokens([hit.text, context_of(hit.title, hit.author, hit.headings)])
        ]
    ]
    evidence = compare(candidates.question, encoder, tokens).evidence()
    by_id = {candidate.id: candidate for candidate in candidates.ranked}
    first = candidates.ranked[0]
    findings = [
        Finding(hit, own, by_id.get(hit.passage_id, first))
        for hit, own in zip(hits, evidence, strict=True)
    ]
    return [hit.rank for hit in worth_quoting(findings, candidates)]


@pytest.mark.parametrize(
    ("question", "headings"),
    [
        # The neighbours of an answer all match; one passage answers.
        ("年假有几天？", ["一年有几天年假"]),
        ("失业金一个月多少钱", ["每个月多少钱"]),
        ("退休年龄是多少岁", ["退休年龄现在是多少"]),
        ("How long is maternity leave?", ["Pregnancy and childbirth"]),
        ("Who may join a union?", ["Who may join"]),
        # A section goes on in its next passage.
        ("拖欠工资有什么后果", ["拖欠工资的后果"] * 2),
        ("三倾包括哪三条", ["三倾说了什么"] * 2),
        # The first says that the next passage, a table, has what was asked.
        ("四篇文章的作者是谁", [*["四篇文章是哪四篇"] * 2, "四位作者各讲什么"]),
        # The heading of the second asks what was asked, that of the first does not.
        ("勤动腿是什么意思", ["四勤是哪四勤", "勤动腿：多跑路，拿一手材料"]),
        ("法定节假日一年几天", ["周末和节假日算不算在年假里", "法定节假日有哪几天"]),
        # Two questions in one.
        ("哺乳期能加班吗，能被辞退吗", ["喂奶时间", "怀孕了会不会被辞退、降薪"]),
        (
            "What are the rates for overtime and how long is probation?",
            ["Overtime rates", "Probation"],
        ),
    ],
)
def test_the_sections_that_are_cited(demo: Library, question: str, headings: list[str]) -> None:
    assert [citation.headings[-1] for citation in demo.ask(question).citations] == headings


def test_of_a_section_only_what_convinces_by_itself(demo: Library) -> None:
    """The same hits with the same scores, but nothing in the second matches any more."""
    hits, candidates = found(demo, "拖欠工资有什么后果")
    assert quoted(hits, candidates) == [1, 2]
    weak = tuple(
        one._replace(lexical=0.0, match=0.0, whole=0.0, exact=0.0, dense=0.0, score=0.0)
        if one.id == hits[1].passage_id
        else one
        for one in candidates.ranked
    )
    assert quoted(hits, replace(candidates, ranked=weak)) == [1]


def test_a_section_is_one_heading_of_one_article(demo: Library) -> None:
    hits, candidates = found(demo, "拖欠工资有什么后果")
    first, second, *rest = hits
    for elsewhere in (
        {"passage_id": PassageId("0" * 64 + ":0")},
        {"title": "另一篇"},
        {"headings": ("别的",)},
    ):
        moved = replace(second, place=replace(second.place, **elsewhere))
        assert quoted((first, moved, *rest[:1]), candidates) == [1]


def test_where_nothing_has_a_heading_the_first_answers(demo: Library) -> None:
    hits, candidates = found(demo, "拖欠工资有什么后果")
    bare = tuple(replace(hit, place=replace(hit.place, headings=())) for hit in hits)
    assert quoted(bare, candidates) == [1]


def test_without_headings_the_title_tells(demo: Library) -> None:
    hits, candidates = found(demo, "法定节假日一年几天")
    bare = tuple(
        replace(hit, place=replace(hit.place, headings=(), title=hit.headings[-1])) for hit in hits
    )
    assert quoted(bare, candidates) == [1, 2]


def test_no_more_than_three_are_quoted(demo: Library) -> None:
    hits, candidates = found(demo, "年假有几天？")
    together = tuple(
        replace(
            hit,
            place=replace(
                hit.place,
                passage_id=PassageId.of("0" * 64, hit.rank),
                title="",
                headings=("年假",),
            ),
        )
        for hit in hits
    )
    assert quoted(together, candidates) == [1, 2, 3]


def test_no_hits(demo: Library) -> None:
    assert worth_quoting((), demo.candidates("年休假")) == ()
