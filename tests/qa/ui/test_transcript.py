"""A conversation kept as Markdown: complete, cited, and inert."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import Page

from qa.results import Answer
from qa.ui.conversation import Turn
from qa.ui.transcript import literally, transcript
from tests.qa.ui.test_cards import ANSWER, HIT, POSSIBLE, SHORT
from tests.qa.ui.visitor import ask

WRITTEN = """# 问据 Wenju

## 1\\. 几级？

联系上文，查找的是“登塔\\*几级？”

> 登塔共有一百六十八级台阶，没有电梯。 [1]

- [1] 林小满. \\<b\\>须知\\</b\\>\\[Z\\]. a/灯塔.md, 参观, 登塔, 第 3 页, 第 2 段.

## 红烧肉

这些文档里没有答案

最接近的段落

> 登塔共有一百六十八级台阶，没有电梯。儿童须由成人陪同。

- 林小满. \\<b\\>须知\\</b\\>\\[Z\\]. a/灯塔.md, 参观, 登塔, 第 3 页, 第 2 段.

## 灯

这个问题没能回答
"""


def test_questions_quotes_and_sources_are_written_down() -> None:
    turns = [
        Turn("1. 几级？", replace(ANSWER, query="登塔*几级？")),
        Turn("红烧肉", Answer("红烧肉", "红烧肉", False, 0.1, None, (), (HIT,))),
        Turn("灯", problem="<p>"),
    ]
    assert transcript(turns, "zh-CN") == WRITTEN
    assert "These documents do not answer this\n\nNearest passages\n" in transcript(turns, "en")


def blocks(answer: Answer, language: str = "zh-CN") -> list[str]:
    """What is written below the question."""
    return transcript([Turn(answer.question, answer)], language).split("\n\n")[2:]


def test_the_short_answer_is_in_bold_before_the_quotes() -> None:
    quotes = blocks(ANSWER)
    assert blocks(replace(ANSWER, short=SHORT)) == ["**一百六十八级台阶** [1]", *quotes]
    denied = replace(ANSWER, short=replace(SHORT, text="*没有*", verdict="no"))
    assert blocks(denied)[0] == "**否 · \\*没有\\*** [1]"
    (_, inline, _) = MarkdownIt("commonmark").parse(blocks(denied, "en")[0])
    assert [child.type for child in inline.children or []][:2] == ["text", "strong_open"]
    assert "".join(child.content for child in inline.children or []) == "No · *没有* [1]"


def test_what_may_be_the_answer_is_written_as_that() -> None:
    source = "- 林小满. \\<b\\>须知\\</b\\>\\[Z\\]. a/灯塔.md, 参观, 登塔, 第 3 页, 第 2 段."
    passage = ["> 登塔共有一百六十八级台阶，没有电梯。儿童须由成人陪同。", source]
    assert blocks(POSSIBLE) == ["可能在这里", *passage[:1], f"{source}\n"]
    two = blocks(replace(POSSIBLE, hits=(HIT, HIT)), "en")
    assert two[:4] == ["This may be it", *passage, "Other near passages"]


def test_what_is_said_about_the_library_is_written_line_by_line() -> None:
    chat = Answer("你好", "你好", False, 0.0, "你好。\n# 手册", (), (), "chat")
    assert blocks(chat) == ["你好。", "\\# 手册\n"]


@given(st.text(max_size=80) | st.text("\\`*_{}[]<>#+-=.!|~&;:/()\"' \n1ahw", max_size=40))
@example("- [x](javascript:alert(1)) ![y](http://evil.example/a.png) <img src=x>")
@example("1) **粗** &amp; `code` ~~no~~ |a|b|")
@example("---")
@example("[1]: http://evil.example")
def test_text_stays_text(value: str) -> None:
    """Rendered, it is one paragraph of nothing but the words that went in."""
    line = literally(value)
    assume(line.strip())
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    quoted = parser.parse(f"> {line}\n\n[1]")
    assert [token.type for token in quoted[:4]] == [
        "blockquote_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
    for token in (quoted[2], parser.parse(f"## {line}")[1]):
        kinds = {child.type for child in token.children or []}
        assert kinds <= {"text", "text_special"}
        shown = "".join(child.content for child in token.children or [])
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", shown)
        if value.isprintable():
            assert shown == re.sub(" +", " ", value).strip()


@pytest.mark.parametrize("link", ["https://a.example", "www.a.example", "WWW.a.example", "a@b.c"])
def test_no_address_becomes_a_link(link: str) -> None:
    assert link not in literally(link)


@pytest.mark.browser
def test_the_conversation_is_saved_as_a_file(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit()
    ask(page, "白沙灯塔几点开放？")
    ask(page, "黑岩客栈的早餐供应到几点？")
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为 Markdown").click()
    assert re.fullmatch(r"wenju-\d{4}-\d\d-\d\d\.md", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "saved.md")
    written = (tmp_path / "saved.md").read_text(encoding="utf-8")
    assert written.startswith("# 问据 Wenju\n\n## 白沙灯塔几点开放？\n\n> 白沙灯塔每天上午九点开放")
    for piece in ("- [1] 林小满. 白沙灯塔参观须知\\[Z\\]. 灯塔.md", "\\<script\\>", "U+202E"):
        assert piece in written
    assert page.evaluate("window.attacked") is None
    with page.expect_download():  # again, with nothing changed
        page.get_by_role("button", name="存为 Markdown").click()
