"""Text made safe: nothing passes that could run, hide or reorder."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Span, quote, slice_spans
from qa.ui.markup import counted, joined, marked, phrase, text, within
from qa.ui.strings import DEMO_QUESTIONS, PHRASES


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("\"'&", "&quot;&#x27;&amp;"),
        ("一\t二\n三", "一\t二\n三"),
    ],
)
def test_text_is_escaped(value: str, shown: str) -> None:
    assert text(value) == shown


@pytest.mark.parametrize(
    "point", [0x00, 0x1B, 0x0D, 0x7F, 0x9B, 0x61C, 0x200F, 0x202E, 0x2066, 0xD800, 0xE0041]
)
def test_control_characters_are_named(point: int) -> None:
    shown = text(f"前{chr(point)}后")
    assert chr(point) not in shown
    assert plain(shown) == f"前U+{point:04X}后"


@given(st.text())
def test_text_shows_every_ordinary_character(value: str) -> None:
    named = re.sub(
        r'<span class="control" title="[^"<>]*">(U\+[0-9A-F]{4,6})</span>', r"\1", text(value)
    )
    assert "<" not in named
    assert ">" not in named
    named.encode("utf-8")


@given(
    st.text(), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)).map(lambda p: Span(*p)))
)
def test_marks_change_nothing_but_the_marks(value: str, ranges: list[Span]) -> None:
    assert marked(value, ranges).replace("<mark>", "").replace("</mark>", "") == text(value)


def test_touching_marks_are_one() -> None:
    assert marked("一二三四五", [Span(3, 4), Span(1, 2), Span(2, 3)]) == "一<mark>二三四</mark>五"
    assert joined([Span(4, 9), Span(-3, 1), Span(2, 2)], 6) == [Span(0, 1), Span(4, 6)]


def test_a_quote_is_found_across_a_mended_line_break() -> None:
    stored = "甲乙\n丙丁\n戊己"
    passage = (Span(0, 2), Span(3, 5), Span(6, 8))  # 甲乙丙丁戊己
    assert within(passage, (Span(1, 2), Span(3, 5))) == [Span(1, 2), Span(2, 4)]
    assert quote(stored, passage)[1:4] == "乙丙丁"


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=6),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_within_inverts_slice_spans(gaps: list[tuple[int, int]], start: int, end: int) -> None:
    spans, at = [], 0
    for gap, length in gaps:
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    total = sum(length for _, length in gaps)
    expected = joined([Span(start, end)], total)
    assert joined(within(spans, slice_spans(spans, start, end)), total) == expected


def test_phrases_stand_in_both_languages() -> None:
    assert phrase("page", number=3) == (
        '<span class="t" lang="zh-CN">第 3 页</span><span class="t" lang="en">page 3</span>'
    )
    assert "1 passage<" in counted("passages", 1)
    assert "1,200 passages<" in counted("passages", 1200)
    for name, pair in PHRASES.items():
        fields = [set(re.findall(r"{\w+}", side)) for side in pair]
        assert fields[0] == fields[1], name
        assert all(pair), name
    assert all(all(pair) for pair in DEMO_QUESTIONS)
