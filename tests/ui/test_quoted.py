"""How the answer shows a quote: every line a line, rows a table, the number at the end."""

import re

import pytest

from corpus import Span
from qa.results import Citation
from qa.ui.quoted import quoted

BEGUN = (
    '<div class="sideways" tabindex="0"><table class="rows"><caption>'
    '<span class="spoken"><span class="t" lang="zh-CN">表格</span>'
    '<span class="t" lang="en">Table</span></span></caption>'
)


def shown(quote: str) -> str:
    """The HTML, with N for the number."""
    citation = Citation(
        number=2,
        passage_id="0" * 64 + ":0",
        document_id="0" * 64,
        title="加班",
        author=None,
        headings=(),
        source="a.md",
        page=None,
        paragraph=1,
        quote=quote,
        spans=(Span(0, len(quote)),),
        score=1.0,
    )
    html = quoted(citation, "turn-1")
    button = re.compile(
        r'<button type="button" class="cite" data-card="turn-1-source-2">.*</button>'
    )
    assert len(button.findall(html)) == 1
    return button.sub("N", html)


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
