"""Answers: nothing that is not verbatim, and a citation for every number."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Document, Span
from qa import Hit, LibraryDamaged
from qa.answering.answer import checked, citations_of, compose
from qa.answering.confidence import Judgement
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import Store
from qa.storage.records import Model, place_of
from tests.qa.builders import document, items

FIRST = document("工会每年组织体检。费用由单位承担。", title="体检", author="李明")
SECOND = document("体检在三月进行。", title="安排")
THIRD = document("与此无关。", title="其他")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    store = Store(tmp_path)
    store.use_model(Model("tiny", "0123456789abcdef", 4))
    store.put(items(("1", FIRST), ("2", SECOND), ("3", THIRD)))
    yield Catalogue(store.database)
    store.close()


def hit(found: Document, rank: int, score: float, *highlights: Span) -> Hit:
    passage = found.passages[0]
    return Hit(
        rank=rank,
        score=score,
        place=place_of(found.id, found.articles[0], passage, str(rank)),
        text=found.quote(passage.spans),
        highlights=highlights,
    )


def test_checked_gives_back_what_stands_there() -> None:
    assert checked("甲乙丙丁", [Span(0, 1), Span(2, 4)], "甲丙丁", "x:0") == "甲丙丁"


@pytest.mark.parametrize("expected", ["甲乙", "甲丙丁 ", "", "甲丙顶"])
def test_checked_refuses_anything_else(expected: str) -> None:
    with pytest.raises(LibraryDamaged, match=r"x:0.*`wenju verify`"):
        checked("甲乙丙丁", [Span(0, 1), Span(2, 4)], expected, "x:0")


def test_a_citation_quotes_what_is_marked(catalogue: Catalogue) -> None:
    (citation,) = citations_of([hit(FIRST, 1, 0.9, Span(9, 17))], catalogue)
    assert citation.quote == "费用由单位承担。"
    assert citation.spans == (Span(9, 17),)
    assert (citation.number, citation.passage_id, citation.score) == (1, f"{FIRST.id}:0", 0.9)
    assert (citation.title, citation.author, citation.source) == ("体检", "李明", "1")


def test_without_a_mark_the_whole_passage_is_quoted(catalogue: Catalogue) -> None:
    (citation,) = citations_of([hit(FIRST, 1, 0.9)], catalogue)
    assert citation.quote == "工会每年组织体检。费用由单位承担。"


def test_a_tampered_hit_is_never_quoted(catalogue: Catalogue) -> None:
    wrong = hit(FIRST, 1, 0.9)
    tampered = replace(wrong, text="假的")
    with pytest.raises(LibraryDamaged):
        citations_of([tampered], catalogue)


def test_citations_are_numbered_in_order(catalogue: Catalogue) -> None:
    cited = citations_of([hit(SECOND, 2, 0.95), hit(FIRST, 1, 1.0)], catalogue)
    assert [(c.number, c.document_id) for c in cited] == [(1, SECOND.id), (2, FIRST.id)]


def test_a_document_removed_meanwhile_is_not_quoted(catalogue: Catalogue) -> None:
    gone = document("已经删除。")
    cited = citations_of([hit(gone, 1, 1.0), hit(SECOND, 2, 1.0)], catalogue)
    assert [(c.number, c.document_id) for c in cited] == [(1, SECOND.id)]


def test_every_number_has_a_citation_and_the_reverse(catalogue: Catalogue) -> None:
    hits = (hit(FIRST, 1, 1.0, Span(0, 9)), hit(SECOND, 2, 0.99))
    answer = compose("问？", Judgement(0.8, 0.5), (*hits, hit(THIRD, 3, 0.2)), hits, catalogue)
    assert answer.answered
    assert answer.text is not None
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)]
    assert numbers == [citation.number for citation in answer.citations] == [1, 2]
    assert answer.text == "工会每年组织体检。 [1]\n\n体检在三月进行。 [2]"


def test_under_the_threshold_there_is_no_answer(catalogue: Catalogue) -> None:
    hits = (hit(FIRST, 1, 1.0),)
    answer = compose("问？", Judgement(0.49, 0.5), hits, hits, catalogue)
    assert (answer.answered, answer.text, answer.citations) == (False, None, ())
    assert (answer.question, answer.query, answer.hits) == ("问？", "问？", hits)
    assert answer.confidence == 0.49


def test_without_hits_there_is_no_answer(catalogue: Catalogue) -> None:
    answer = compose("问？", Judgement(0.99, 0.5), (), (), catalogue)
    assert (answer.answered, answer.text, answer.citations, answer.hits) == (False, None, (), ())
