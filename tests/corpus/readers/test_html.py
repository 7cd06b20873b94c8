"""HTML: what a reader of the page sees, in blocks."""

import pytest

from corpus import Article, Document, EmptyDocument, read_document

PAGE = """<!DOCTYPE html>
<html lang="zh"><head><title>窗口标题 - 某网站</title>
<meta name="author" content="编辑部"><style>p { color: red }</style></head>
<body>
<nav><ul><li>首页</li><li>新闻</li></ul></nav>
<p>您的位置：首页</p>
<article><h1>食堂 的
早晨</h1>
<p>第一段<b>粗体</b>，一行写不下，
换到第二行。<br/>

</p>
<script>alert("不要")</script>
<h2>菜单</h2>
<ul><li>豆浆</li><li><p>油条</p><ol start="3"><li>大</li><li>小</li></ol></li></ul>
<table><thead><tr><th>餐</th><th>价</th></tr></thead>
<tbody><tr><td>早</td><td><p>3元</p></td></tr><tr><td>午</td><td>12元</td></tr></tbody></table>
<h2>留言</h2>
<div>开头的话<p>中间的话</p>结尾的话</div>
<pre>a = 1
  b = 2</pre>
<p hidden>看不见</p>
<dl><dt>地址</dt><dd>城南路3号</dd></dl>
</article></body></html>"""


def read(text: str) -> Document:
    return read_document(text.encode(), "page.html")


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_a_page_with_everything() -> None:
    document = read(PAGE)
    assert [(article.title, article.author) for article in document.articles] == [
        ("食堂 的早晨", "编辑部")
    ]
    assert quotes(document) == [
        "您的位置：首页",
        "第一段粗体，一行写不下，换到第二行。",
        "• 豆浆\n• 油条\n3. 大\n4. 小",
        "餐 | 价\n早 | 3元\n午 | 12元",
        "开头的话",
        "中间的话",
        "结尾的话",
        "a = 1\n  b = 2",
        "地址\n城南路3号",
    ]
    assert [passage.headings for passage in document.passages] == [
        *[()] * 2,
        *[("菜单",)] * 2,
        *[("留言",)] * 5,
    ]


def test_breaks_part_the_paragraphs_of_old_pages() -> None:
    document = read(
        "<title>旧网页</title><body>　　第一段在这里写完了。<br>　　第二段在这里写完了。<br><br>"
        "第三段。</body>"
    )
    assert document.articles[0].title == "旧网页"
    assert quotes(document) == ["第一段在这里写完了。", "第二段在这里写完了。", "第三段。"]


def test_tables_that_lay_out_a_page_are_no_tables() -> None:
    document = read(
        "<table><tr><td><h1>题目</h1><p>正文一。</p></td><td><table><tr><td>甲</td><td>乙</td></tr>"
        "</table></td></tr></table>"
    )
    assert document.articles[0].title == "题目"
    assert quotes(document) == ["正文一。", "甲 | 乙"]


def test_a_title_over_several_first_level_headings() -> None:
    document = read("<title>书</title><h1>甲</h1><p>甲文。</p><h1>乙</h1><p>乙文。</p>")
    assert [article.title for article in document.articles] == ["书"]
    assert [passage.headings for passage in document.passages] == [("甲",), ("乙",)]


@pytest.mark.parametrize(
    "stated",
    ['name="PubDate"', 'name="date"', 'property="article:published_time"', 'name="DC.Date"'],
)
def test_the_date_that_the_head_states(stated: str) -> None:
    document = read(f'<meta {stated} content=" 2026-03-01 "><title>题</title><p>正文。</p>')
    assert document.articles == (Article("题", None, "2026-03-01"),)


def test_bylines_under_the_title() -> None:
    document = read("<h1>题目</h1><p>记者 王小明</p><p>正文。</p>")
    assert document.articles[0].author == "王小明"
    assert quotes(document) == ["正文。"]


def test_entities_and_spaces() -> None:
    document = read("<p>A &amp; B&nbsp;C  and\n   D &lt;E&gt;</p>")
    assert quotes(document) == ["A & B\u00a0C and D <E>"]


def test_broken_markup_is_still_read() -> None:
    assert quotes(read("<p>一。<p>二。</div></b><li>三<td>四")) == ["一。", "二。", "三四"]


def test_deep_nesting() -> None:
    assert quotes(read("<div>" * 5000 + "深处" + "</div>" * 5000)) == ["深处"]


def test_a_page_without_text_says_so() -> None:
    with pytest.raises(EmptyDocument, match=r"page\.html: the file holds no text"):
        read("<html><head><title>有题</title></head><body><script>x()</script></body></html>")


def test_each_term_of_a_glossary_is_a_passage() -> None:
    document = read(
        "<dl><dt>会费</dt><dd>每月缴纳。</dd><dt>会员</dt><dd>入会的人。</dd><dd>也指…</dd></dl>"
    )
    assert quotes(document) == ["会费\n每月缴纳。", "会员\n入会的人。\n也指…"]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            "<tr><th rowspan=2>地区</th><th colspan=2>费用</th><th rowspan=2>送达</th></tr>"
            "<tr><th>首重</th><th>续重</th></tr>"
            "<tr><td rowspan=2>江浙沪</td><td>8元</td><td>2元</td><td>两<b>天</b></td></tr>"
            "<tr><td>9元</td><td>3元</td><td>一天</td></tr><tr><td>其他</td><td>12元</td></tr>",
            "地区 | 费用 | 送达\n地区 | 首重 | 续重 | 送达\n江浙沪 | 8元 | 2元 | 两天\n"
            "江浙沪 | 9元 | 3元 | 一天\n其他 | 12元",
        ),
        # A cell ends with the table that it is in, and what is no number of rows is one.
        ("<tr><td rowspan=9>甲</td><td>乙</td></tr>", "甲 | 乙"),
        ("<tr><td rowspan=x>甲</td></tr><tr><td>乙</td></tr>", "甲\n乙"),
        ("<tr><td rowspan=0>甲</td></tr><tr><td>乙</td></tr>", "甲\n乙"),
    ],
)
def test_a_cell_that_spans_rows_is_in_each(rows: str, shown: str) -> None:
    document = read(f"<p>价目。</p><table>{rows}</table><table><tr><td>丙</td></tr></table>")
    assert quotes(document) == ["价目。", shown, "丙"]


def test_what_stands_beside_the_text_of_a_page_is_left_out() -> None:
    beside = "<aside>这是广告。</aside><footer>版权所有。</footer>"
    for holder in ("article", "main"):
        text = f"<{holder}><p>正文。</p><aside>提示。</aside><footer>总务科</footer></{holder}>"
        assert quotes(read(f"{beside}{text}{beside}")) == ["正文。", "提示。", "总务科"]
        assert quotes(read(f"<{holder}></{holder}><p>别处。</p>{beside}")) == ["别处。"]
    # Where a page does not say which its text is, all of it may be.
    assert quotes(read(f"<p>正文。</p>{beside}")) == ["正文。", "这是广告。", "版权所有。"]


def test_a_summary_heads_what_unfolds_and_nothing_else() -> None:
    document = read(
        "<h2>常见问题</h2><details><summary>运费谁出？</summary><p>由我们出。</p><ul><li>甲</ul>"
        "</details><details><summary>多久到？</summary>三天。<br>偏远五天。</details>"
        "<p>还有疑问<br>请来电。</p><p>电话一二三。</p><details><summary>没有下文</summary></details>"
        "<table><tr><td>甲<td>乙</table>"
    )
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (("常见问题", "运费谁出？"), "由我们出。"),
        (("常见问题", "运费谁出？"), "• 甲"),
        (("常见问题", "多久到？"), "三天。"),
        (("常见问题", "多久到？"), "偏远五天。"),
        (("常见问题",), "还有疑问"),
        (("常见问题",), "请来电。"),
        (("常见问题",), "电话一二三。"),
        (("常见问题",), "没有下文"),
        (("常见问题",), "甲 | 乙"),
    ]
