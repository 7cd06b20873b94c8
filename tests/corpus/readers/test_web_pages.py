"""Saved web pages: the article, told from the menus, links and comments around it."""

from corpus import Article, Document, read_document

PARAGRAPHS = [
    "镇上的旧粮站从本月起改作图书馆，一楼放报刊，二楼放少儿读物，三楼留给自习的人用到晚上九点。",
    "借书证凭身份证办理，押金五十元，一次可借六本，期限三十天，到期前可以在柜台续借一次。",
    "馆里每周三上午闭馆整理，遇到法定假日照常开放，停电时改在隔壁的文化站借还图书。",
]
MENU = "".join(f'<li><a href="/c{n}">频道{n}</a></li>' for n in range(12))
LINKS = "".join(f'<li><a href="/n{n}">别处的第{n}条新闻标题写在这里</a></li>' for n in range(8))
COMMENTS = "".join(
    f'<div class="comment-item"><p>网友{n}说：图书馆离我家太远了，坐车要一个小时才到。</p></div>'
    for n in range(6)
)
NEWS = f"""<html><head><title>旧粮站改作图书馆_本地频道_某某新闻网</title>
<meta name="author" content="某某新闻网"></head><body>
<div class="top-nav"><ul>{MENU}</ul></div>
<div class="content"><h1>旧粮站改作图书馆</h1>
<div class="info">2031-04-02 08:15　来源：某某日报　作者：陈立秋</div>
<div class="text"><p>{PARAGRAPHS[0]}</p><h2>办证</h2><p>{PARAGRAPHS[1]}</p>
<table><tr><th>证件</th><th>押金</th></tr><tr><td>少儿证</td><td>二十元</td></tr></table>
<p>{PARAGRAPHS[2]}</p><p>责任编辑：周小满</p></div>
<ul class="related">{LINKS}</ul><div class="comments">{COMMENTS}</div></div>
<div class="footer">某某新闻网 版权所有 <a href="/about">关于我们</a></div></body></html>"""


def read(text: str) -> Document:
    return read_document(text.encode(), "page.html")


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_the_article_keeps_its_structure_and_nothing_else_is_read() -> None:
    document = read(NEWS)
    assert document.articles == (Article("旧粮站改作图书馆", "陈立秋", "2031-04-02"),)
    assert quotes(document) == [
        "2031-04-02 08:15\u3000来源：某某日报\u3000作者：陈立秋",
        PARAGRAPHS[0],
        PARAGRAPHS[1],
        "证件 | 押金\n少儿证 | 二十元",
        PARAGRAPHS[2],
        "责任编辑：周小满",
    ]
    assert [passage.headings for passage in document.passages] == [(), (), *[("办证",)] * 4]


def test_a_page_written_by_hand_loses_nothing() -> None:
    sections = "".join(
        f"<h2>第{n}节</h2><p>短句{n}。</p><ul><li>项目{n}</li></ul>" for n in range(1, 5)
    )
    address = '<p>办理入口：<a href="https://hr.example.com">人事系统</a></p>'
    document = read(f"<title>新员工手册</title><h1>新员工手册</h1>{sections}{address}")
    assert document.articles[0].title == "新员工手册"
    assert quotes(document) == [
        *(text for n in range(1, 5) for text in (f"短句{n}。", f"• 项目{n}")),
        "办理入口：人事系统",
    ]


def test_sections_beside_the_one_that_scores_best_are_kept() -> None:
    sections = "".join(
        f'<div class="section"><h2>章节{n}</h2><table>'
        f"<tr><td>条目{n}甲</td><td>这一格写着说明文字</td></tr>"
        f"<tr><td>条目{n}乙</td><td>这一格也写着说明文字</td></tr></table></div>"
        for n in range(3)
    )
    long = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    document = read(
        f'<div class="nav"><ul>{MENU}</ul></div><div id="doc">{sections}'
        f'<div class="section"><h2>借阅</h2>{long}</div></div>'
    )
    assert quotes(document) == [
        *(f"条目{n}甲 | 这一格写着说明文字\n条目{n}乙 | 这一格也写着说明文字" for n in range(3)),
        *PARAGRAPHS,
    ]


def test_the_text_that_a_script_would_show() -> None:
    text = "".join(f"<section><p>{paragraph}</p></section>" for paragraph in PARAGRAPHS)
    document = read(
        '<html><head><title></title><meta property="og:title" content="图书馆开门了"></head><body>'
        '<div class="menu"><a href="/">首页</a></div>'
        f'<div id="js" style="visibility: hidden;">{text}</div>'
        '<div class="qrcode">扫一扫关注我们</div></body></html>'
    )
    assert document.articles[0].title == "图书馆开门了"
    assert quotes(document) == PARAGRAPHS


def test_readings_beside_characters_are_left_out() -> None:
    assert quotes(read("<p><ruby>缴<rp>(</rp><rt>jiǎo</rt><rp>)</rp></ruby>费基数</p>")) == [
        "缴费基数"
    ]


def test_a_table_in_a_cell_is_part_of_its_row() -> None:
    inner = "<table><tr><td>床位</td><td>40元</td></tr><tr><td>水电</td><td>15元</td></tr></table>"
    document = read(
        "<table><tr><th>类别</th><th>费用</th></tr>"
        f"<tr><td>甲类</td><td>{inner}</td></tr><tr><td>乙类</td><td>面议</td></tr></table>"
    )
    assert quotes(document) == ["类别 | 费用\n甲类 | 床位 40元；水电 15元\n乙类 | 面议"]


def test_formulas_and_scripts_say_the_same_on_one_line() -> None:
    energy = (
        "<math><mi>E</mi><mo>=</mo><mfrac><mrow><mi>m</mi><msup><mi>v</mi><mn>2</mn></msup></mrow>"
        "<mn>2</mn></mfrac><mo>+</mo><msub><mi>E</mi><mn>0</mn></msub>"
        "<annotation>\\frac</annotation></math>"
    )
    root = "<math><msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt></math>"
    scripts = "误差 10<sup>-6</sup>，水 H<sub>2</sub>O，见<sup>[1]</sup>"
    document = read(f"<p>能量 {energy}，边长 {root}，{scripts}</p>")
    assert quotes(document) == ["能量 E = mv²/2 + E₀，边长 √(a + b)，误差 10⁻⁶，水 H₂O，见[1]"]


def test_the_site_is_no_author_and_no_part_of_the_title() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    for stated in ("某某新闻网", "104363", "CSDN.NET", "编辑部小号"):
        document = read(
            f'<title>粮站改建 - 某某网</title><meta name="author" content="{stated}">'
            f'<div class="nav"><ul>{MENU}</ul></div><div>{body}</div>'
        )
        assert document.articles == (Article("粮站改建"),)


def test_the_editor_is_not_the_author() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    document = read(
        '<title>粮站改建</title><meta name="author" content="周小满">'
        f'<div class="nav"><ul>{MENU}</ul></div><div>{body}<p>责任编辑：周小满</p></div>'
    )
    assert document.articles[0].author is None


def test_json_for_search_engines_states_author_and_date() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    data = '{"datePublished": "2031-04-02", "author": {"name": "陈立秋"}}'
    document = read(
        "<title>粮站改建</title>"
        f'<script type="application/ld+json">{data}</script><div>{body}</div>'
    )
    assert document.articles == (Article("粮站改建", "陈立秋", "2031-04-02"),)


def test_a_page_of_links_only_is_read() -> None:
    document = read(f'<title>目录</title><div class="nav"><ul>{MENU}</ul></div>')
    assert quotes(document)[0].startswith("• 频道0\n• 频道1")
