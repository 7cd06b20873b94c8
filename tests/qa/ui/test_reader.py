"""The whole document as HTML, and citations as lines."""

from dataclasses import replace

import pytest

from corpus import Span
from qa.results import (
    ArticleSummary,
    Citation,
    DocumentDetail,
    PassageDetail,
    PassageId,
    Place,
)
from qa.ui import reader
from qa.ui.references import gbt7714, plain

STORED = "灯塔须知\n\n九点开\n放。五点停止。\n\n登塔\n\n有一百六十八级<台阶>。"


def passage(number: int, headings: tuple[str, ...], *spans: Span) -> PassageDetail:
    text = "".join(STORED[start:end] for start, end in spans)
    return PassageDetail(PassageId.of("d", number), 0, headings, number + 1, None, text, spans)


DETAIL = DocumentDetail(
    id="d",
    sources=("灯塔.txt", "<副本>.txt"),
    articles=(ArticleSummary("灯塔须知", "林小满", 2),),
    passage_count=2,
    added_at="2026-11-22T12:00:00Z",
    text=STORED,
    passages=(
        passage(0, (), Span(6, 9), Span(10, 17)),
        passage(1, ("登塔",), Span(23, 35)),
    ),
)

CITATION = Citation(
    number=1,
    place=Place(
        passage_id=PassageId("d:0"),
        title="灯塔须知",
        author=None,
        headings=("开放",),
        source="灯塔.txt",
        page=2,
        paragraph=1,
        spans=(Span(6, 9), Span(10, 12)),
    ),
    quote="九点开放。",
    score=1.0,
)


def test_both_views_mark_the_same_sentence() -> None:
    cut, stored = reader.document(DETAIL, "d:0", CITATION.spans).split('<div class="as-stored">')
    assert "<mark>九点开放。</mark>五点停止。" in cut
    assert "<mark>九点开</mark>\n<mark>放。</mark>五点停止。" in stored


def test_headings_and_sources_are_shown_and_escaped() -> None:
    shown = reader.document(DETAIL, None, ())
    assert "<h4" in shown
    comma = '<span class="t" lang="zh-CN">、</span><span class="t" lang="en">, </span>'
    assert f"<bdi>灯塔.txt</bdi>{comma}<bdi>&lt;副本&gt;.txt</bdi>" in shown
    assert "&lt;台阶&gt;" in shown
    assert "<mark>" not in shown


def test_the_number_of_an_article_is_not_shown_twice() -> None:
    text = "第一条 公园九点开放。第二条 第三章的规定不变。"
    spans = (Span(0, 11), Span(11, 25))
    headings = (("第一章 总则", "第一条"), ("第一章 总则", "第二条"))
    passages = tuple(
        PassageDetail(PassageId.of("s", n), 0, above, n + 1, None, text[slice(*span)], (span,))
        for n, (above, span) in enumerate(zip(headings, spans, strict=True))
    )
    statute = replace(DETAIL, text=text, passages=passages)
    shown = reader.document(statute, None, ()).split('<div class="as-stored">')[0]
    assert shown.count("<h4") == 1
    assert '<h4 dir="auto">第一章 总则</h4>' in shown
    assert shown.count("第一条") == shown.count("第二条") == 1


def test_a_passage_without_marks_is_marked_whole() -> None:
    assert "<mark>有一百六十八级&lt;台阶&gt;。</mark>" in reader.document(DETAIL, "d:1", ())


def test_a_long_document_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PASSAGES_AROUND", 1)
    monkeypatch.setattr(reader, "CHARACTERS_AROUND", 5)
    first = reader.document(DETAIL, "d:0", ())
    assert first.count("这里略去 1 段") == 1
    assert first.endswith("…</pre></div>")
    last = reader.document(DETAIL, "d:1", ())
    assert "这里略去" not in last
    assert '<pre dir="auto">…' in last


def test_a_citation_by_the_standard_and_plainly() -> None:
    assert gbt7714(CITATION) == "佚名. 灯塔须知[Z]. 灯塔.txt, 开放, 第 2 页, 第 1 段."
    assert plain(CITATION) == "“九点开放。”——《灯塔须知》，灯塔.txt，开放，第 2 页，第 1 段"
    place = replace(CITATION.place, title="Ferry", author="Ada Finch", headings=(), source="f.md")
    english = replace(CITATION, place=place, quote="Two bags.")
    assert gbt7714(english) == "Ada Finch. Ferry[Z]. f.md, p. 2, para. 1."
    assert plain(english) == "“Two bags.” — Ada Finch, Ferry, f.md, p. 2, para. 1"
