"""How the answer shows a quote: every line a line, rows a table, the number at the end."""

import re
from typing import Any

import pytest

from corpus import Span
from qa.results import Citation, Hit, PassageId, Place
from qa.ui.conversation import quoted

BEGUN = (
    '<div class="sideways" tabindex="0"><table class="rows"><caption>'
    '<span class="spoken"><span class="t" lang="zh-CN">表格</span>'
    '<span class="t" lang="en">Table</span></span></caption>'
)


# Of the passage, and of what is quoted from it.
ORIGIN: dict[str, Any] = {
    "passage_id": PassageId.of("0" * 64, 0),
    "title": "加班",
    "author": None,
    "headings": (),
    "source": "a.md",
    "page": None,
    "paragraph": 1,
}


def shown(quote: str, passage: str | None = None) -> str:
    """The HTML, with N for the number."""
    citation = Citation(2, place_of(quote), quote, score=1.0)
    hit = None if passage is None else hit_of(passage)
    html = quoted(citation, hit, "turn-1")
    button = re.compile(
        r'<button type="button" class="cite" data-card="turn-1-source-2">.*</button>'
    )
    assert len(button.findall(html)) == 1
    return button.sub("N", html)


def hit_of(passage: str) -> Hit:
    return Hit(1, 1.0, place_of(passage), passage, highlights=())


def place_of(text: str) -> Place:
    return Place(spans=(Span(0, len(text)),), **ORIGIN)


ALLOWANCES = "津贴如下：\n职级 | 年限 | 津贴\nP6 | 四年 | 1500元\nP7 | 七年 | 3000元"
ROW = (
    f'{BEGUN}<tr><td dir="auto">职级</td><td dir="auto">年限</td><td dir="auto">津贴</td></tr>'
    '<tr><td dir="auto">P7</td><td dir="auto">七年</td><td dir="auto">3000元N</td></tr>'
    "</table></div>"
)


@pytest.mark.parametrize(
    ("quote", "passage", "html"),
    [
        ("P7 | 七年 | 3000元", ALLOWANCES, ROW),
        ("P7 | 七年 | 3000元", f"{ALLOWANCES}\nP8 | 十年 | 5000元", ROW),
        (
            "| P7 | 七年 |",
            "| 职级 | 年限 |\n| P6 | 四年 |\n| P7 | 七年 |\n",
            f'{BEGUN}<tr><td dir="auto">职级</td><td dir="auto">年限</td></tr><tr>'
            '<td dir="auto">P7</td><td dir="auto">七年N</td></tr></table></div>',
        ),
        # The head itself, and a sentence with a bar, are no rows of a table.
        (
            "职级 | 年限 | 津贴",
            ALLOWANCES,
            '<p dir="auto">职级 | 年限 | 津<span class="tail">贴N</span></p>',
        ),
        ("甲 | 乙", "甲 | 乙\n丙丁", '<p dir="auto">甲 | <span class="tail">乙N</span></p>'),
    ],
)
def test_a_lone_row_is_shown_under_the_head_of_its_table(
    quote: str, passage: str, html: str
) -> None:
    assert shown(quote, passage) == html


@pytest.mark.parametrize(
    ("quote", "html"),
    [
        ("休5天。", '<p dir="auto">休5天<span class="tail">。N</span></p>'),
        (
            "步骤如下：\n1. 申请。\n2. 批准。",
            '<p dir="auto">步骤如下：\n1. 申请。\n2. 批准<span class="tail">。N</span></p>',
        ),
        (
            "如下表：\n| 哪天 | 多少 |\n| 周末 | 200% |",
            f'<p dir="auto">如下表：</p>{BEGUN}<tr><td dir="auto">哪天</td>'
            '<td dir="auto">多少</td></tr><tr><td dir="auto">周末</td><td dir="auto">200%N</td>'
            "</tr></table></div>",
        ),
        (
            "| <b> | x |\n| \u202ea | y |\n以上。",
            f'{BEGUN}<tr><td dir="auto">&lt;b&gt;</td><td dir="auto">x</td></tr>'
            '<tr><td dir="auto"><span class="control" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>a'
            '</td><td dir="auto">y</td></tr></table></div>'
            '<p dir="auto">以上<span class="tail">。N</span></p>',
        ),
        ("| 只有一行 |", '<p dir="auto">| 只有一行 <span class="tail">|N</span></p>'),
        ("|\n|", '<p dir="auto">|\n<span class="tail">|N</span></p>'),
    ],
)
def test_a_quote_as_it_is_shown(quote: str, html: str) -> None:
    assert shown(quote) == html
