"""Cards and turns as HTML, without a browser."""

from dataclasses import replace

from corpus import Span, slice_spans
from qa.results import Answer, Citation, Hit, PassageId, Place, ShortAnswer, Verdict
from qa.ui.cards import EXCERPT, citation_card, hit_card, passage
from qa.ui.conversation import LONG_ANSWER, Turn, conversation, quoted
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
# 一百六十八级, which is on both sides of a line that the document breaks after TEXT[10].
SHORT = ShortAnswer(TEXT[4:12], 1, slice_spans(PLACE.spans, 4, 12))
POSSIBLE = replace(
    ANSWER, answered=False, text=None, citations=(), outcome="possible", confidence=0.4
)


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


def test_the_short_answer_is_first_and_leads_to_its_source() -> None:
    shown = conversation([Turn("问", replace(ANSWER, short=SHORT))])
    answer = shown.partition('<div class="answer">')[2]
    assert answer.startswith('<p class="short" dir="auto"><span class="spoken">')
    said, _, quote = answer.partition("</p>")
    assert said.count('data-card="turn-1-source-1"') == 1
    assert "verdict" not in said
    assert f'</span>{TEXT[4:11]}<span class="tail">{TEXT[11]}<button' in said
    assert f"{TEXT[:4]}<mark>{TEXT[4:12]}</mark>{TEXT[12:17]}" in quote
    assert (
        "<mark>" not in conversation([Turn("问", ANSWER)]).partition('<aside class="sources">')[0]
    )


def test_a_verdict_is_a_badge_in_both_languages() -> None:
    badges: dict[Verdict, tuple[str, str]] = {"yes": ("是", "Yes"), "no": ("否", "No")}
    for verdict, both in badges.items():
        short = replace(SHORT, verdict=verdict)
        shown = conversation([Turn("问", replace(ANSWER, short=short))])
        badge = shown.partition(f'<span class="verdict {verdict}">')[2].partition("</span> ")[0]
        for language, word in zip(("zh-CN", "en"), both, strict=True):
            assert f'<span class="t" lang="{language}">{word}</span>' in badge


def test_a_long_short_answer_is_smaller() -> None:
    short = replace(SHORT, text="字" * (LONG_ANSWER + 1))
    shown = conversation([Turn("问", replace(ANSWER, short=short))])
    assert '<p class="short long"' in shown


def test_hostile_words_are_text_in_the_short_answer_and_its_quote() -> None:
    words = "<img src=x onerror=alert(1)>\u202e"
    quote = f"\n 前{words}后"
    spans = (Span(50, 50 + len(quote)),)
    citation = replace(CITATION, place=replace(PLACE, spans=spans), quote=quote)
    short = ShortAnswer(words, 1, (Span(53, 53 + len(words)),), "yes")
    answer = replace(ANSWER, citations=(citation,), short=short, hits=(HIT,))
    shown = conversation([Turn("问", answer)]).partition("<aside")[0]
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert quoted(citation, None, "t", short.spans).startswith(
        '<p dir="auto">前<mark>&lt;img src=x onerror=alert(1)&gt;<span class="control"'
    )
    assert "U+202E</span></mark>" in quoted(citation, None, "t", short.spans)


def test_the_words_are_marked_in_a_row_of_a_table() -> None:
    passage = "| 种类 | 假期 |\n| 婚假 | 三天 |\n| 年假 | 五天 |"
    row = passage.index("| 年假")
    place = replace(PLACE, spans=(Span(5, 5 + len(passage)),))
    hit = replace(HIT, place=place, text=passage)
    cut = replace(place, spans=(Span(5 + row, 5 + len(passage)),))
    citation = replace(CITATION, place=cut, quote=passage[row:])
    at = 5 + passage.index("五天")
    html = quoted(citation, hit, "t", (Span(at, at + 2),))
    assert html.count("<mark>") == 1
    assert '<td dir="auto"><mark>五天</mark><button' in html


def test_what_may_be_the_answer_is_a_card_of_its_own() -> None:
    other = replace(HIT, rank=2, place=replace(PLACE, passage_id=PassageId("d:2")))
    shown = conversation([Turn("问", replace(POSSIBLE, hits=(HIT, other)))])
    said, _, sources = shown.partition('<aside class="sources">')
    assert '<article class="turn possible"' in said
    assert (
        '<section class="note possible" aria-labelledby="turn-1-possible">'
        '<h3 id="turn-1-possible"><span class="t" lang="zh-CN">可能在这里</span>'
        '<span class="t" lang="en">This may be it</span></h3>'
    ) in said
    assert '<article class="card" id="turn-1-passage-1"' in said
    assert "<mark>登塔</mark>" in said
    assert 'class="answer"' not in shown
    assert 'data-judge="bad"' in said
    assert "其他接近的段落" in sources
    assert 'id="turn-1-passage-2"' in sources
    assert 'id="turn-1-passage-1"' not in sources
    alone = conversation([Turn("问", POSSIBLE)])
    assert '<aside class="sources"></aside>' in alone


def test_what_is_said_about_the_library_is_a_note() -> None:
    chat = Answer("你好", "你好", False, 0.0, "<b>你好</b>", (), (), "chat")
    shown = conversation([Turn("你好", chat)])
    assert '<div class="note chat"><p dir="auto">&lt;b&gt;你好&lt;/b&gt;</p></div>' in shown
    assert "文库里还没有文档" not in shown


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
