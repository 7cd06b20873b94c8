"""Citations: nothing that is not verbatim."""

from dataclasses import replace

import pytest

from corpus import Span
from qa import LibraryDamaged
from qa.answering.citations import checked, citations_of
from qa.storage.local.catalogue import Catalogue
from tests.qa.answering.passages import FIRST, SECOND, hit
from tests.qa.builders import document


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
