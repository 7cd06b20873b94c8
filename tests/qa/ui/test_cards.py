"""Cards and turns as HTML, without a browser."""

from dataclasses import replace

from corpus import Span, slice_spans
from qa.results import Answer, Citation, Hit, PassageId, Place
from qa.ui.cards import EXCERPT, citation_card, hit_card, passage
from qa.ui.conversation import Turn, conversation
from qa.ui.layout import library_line, welcome
from qa.ui.strings import DEMO_QUESTIONS

TEXT = "登塔共有一百六十八级台阶，没有电梯。儿童须由成人陪同。"
PLACE = Place(
    passage_id=PassageId("d:1"),
    title="<b>须知</b>",
    author="林小满",
    headings=("参观", "登塔"),
    source="a/灯塔.md",
    page=3,
    paragraph=2,
    spans=(Span(10, 20), Span(21, 21 + len(TEXT) - 10)),
)
HIT = Hit(
    rank=1,
    score=0.9,
    place=PLACE,
    text=TEXT,
    highlights=(Span(0, 2),),
    duplicates=(PassageId("e:1"), PassageId("e:2")),
)
CITATION = Citation(
    number=1,
    place=replace(PLACE, spans=slice_spans(PLACE.spans, 0, 18)),
    quote=TEXT[:18],
    score=0.9,
)
ANSWER = Answer("几级？", "几级？", True, 0.9, f"{TEXT[:18]}[1]", (CITATION,), (HIT,))


def test_a_citation_card_marks_its_sentence_in_its_passage() -> None:
    card = citation_card(CITATION, HIT, "here")
    assert f"<mark>{TEXT[:18]}</mark>{TEXT[18:]}" in card
    assert "&lt;b&gt;须知&lt;/b&gt;" in card
    for piece in ('id="here"', "林小满", "参观", "登塔", "第 3 页", "第 2 段", "a/灯塔.md"):
        assert piece in card


def test_a_citation_without_its_passage_shows_the_quote() -> None:
    assert f"<mark>{TEXT[:18]}</mark></blockquote>" in citation_card(CITATION, None, "here")


def test_a_hit_card_has_its_highlights_and_says_what_was_folded() -> None:
    card = hit_card(HIT, "here")
    assert "<mark>登塔</mark>" in card
    assert "另有 2 段说的一样" in card


def test_a_long_passage_opens_at_its_mark_and_keeps_the_rest() -> None:
    value = "。".join(f"第{number}句话" for number in range(400))
    start = value.index("第300句话")
    shown = passage(value, [Span(start, start + 6)])
    folded, _, opened = shown.partition('<span class="dots"')
    assert "第0句话" in folded
    assert "<mark>第300句话</mark>" in opened
    assert "data-unfold" in shown
    assert "data-unfold" not in passage(value[:EXCERPT], [])


def test_an_answer_has_a_word_and_a_bar_for_its_confidence() -> None:
    for confidence, word in ((0.95, "很大"), (0.6, "较大"), (0.2, "不大")):
        shown = conversation([Turn("问", replace(ANSWER, confidence=confidence))])
        assert word in shown
        assert f"width:{round(confidence * 100)}%" in shown
    assert "逐字引自原文 1 处" in shown


def test_the_numbers_of_each_turn_lead_to_its_own_cards() -> None:
    shown = conversation([Turn("问", ANSWER), Turn("再问", ANSWER)])
    for turn in (1, 2):
        assert f'data-card="turn-{turn}-source-1"' in shown
        assert f'id="turn-{turn}-source-1"' in shown


def test_passages_that_are_not_cited_are_folded_behind_the_cited_ones() -> None:
    other = replace(HIT, rank=2, place=replace(PLACE, passage_id=PassageId("d:2")))
    shown = conversation([Turn("问", replace(ANSWER, hits=(HIT, other)))])
    assert shown.count('<article class="card"') == 2
    assert "其他相关段落（1）" in shown


def test_no_answer_is_said_with_the_nearest_passages() -> None:
    none = Answer("问", "问", False, 0.1, None, (), (HIT,))
    assert "这些文档里没有答案" in conversation([Turn("问", none)])
    assert "最接近的段落" in conversation([Turn("问", none)])
    empty = conversation([Turn("问", replace(none, hits=()))])
    assert "文库里还没有文档" in empty
    assert "这些文档里没有答案" not in empty


def test_a_completed_question_is_shown() -> None:
    turn = Turn("那儿童呢？", replace(ANSWER, question="那儿童呢？", query="儿童<登塔>"))
    for shown in (conversation([turn]), conversation([turn, Turn("问", ANSWER)])):
        assert "联系上文，查找的是“<bdi>儿童&lt;登塔&gt;</bdi>”" in shown
        assert "With what came before, searched for “<bdi>儿童&lt;登塔&gt;</bdi>”" in shown


def test_only_the_last_question_can_be_asked_as_typed() -> None:
    plain = Turn("几级？", ANSWER)
    completed = Turn("几级？", replace(ANSWER, query="登塔几级？"))
    assert "data-again" not in conversation([plain])
    assert "data-again" in conversation([plain, completed])
    assert "data-again" not in conversation([completed, plain])


def test_the_page_says_which_library_answers() -> None:
    assert "示例文库" in library_line([], demo=True, own=0)
    assert "示例文库" not in library_line([], demo=False, own=0)
    demo = welcome(DEMO_QUESTIONS, demo=True, empty=False, editable=False)
    assert all(f'data-ask="{pair.en}"' in demo for pair in DEMO_QUESTIONS)
    assert 'data-goto="library"' in welcome((), demo=False, empty=True, editable=True)
    assert "文库里还没有文档" in welcome((), demo=False, empty=True, editable=False)
