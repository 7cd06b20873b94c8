"""Statutes: an article of law is one passage under its chapter."""

import textwrap

from corpus import Document, read_document

STATUTE = """城南图书馆条例

（2026年1月1日起施行）

第一章　总则

第一条　为了方便居民读书，制定本条例。

第二条　本条例所称的读者，包括：
（一）持有借书证的居民；
（二）在本市工作或者学习的人。
读者依照第三条的规定借书。

第二章　借阅

第一节　借书

第三条　每人每次可以借五本书，期限三十天。
期满可以续借一次。

第四条之一　珍本只能在馆内阅读。

第三章　附则

第五条　本条例由图书馆解释。
"""

EXPECTED = [
    ((), "（2026年1月1日起施行）"),
    (("第一章　总则", "第一条"), "第一条　为了方便居民读书，制定本条例。"),
    (
        ("第一章　总则", "第二条"),
        "第二条　本条例所称的读者，包括：\n（一）持有借书证的居民；\n"
        "（二）在本市工作或者学习的人。\n读者依照第三条的规定借书。",
    ),
    (
        ("第二章　借阅", "第一节　借书", "第三条"),
        "第三条　每人每次可以借五本书，期限三十天。\n期满可以续借一次。",
    ),
    (("第二章　借阅", "第一节　借书", "第四条之一"), "第四条之一　珍本只能在馆内阅读。"),
    (("第三章　附则", "第五条"), "第五条　本条例由图书馆解释。"),
]


def contents(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(p.headings, document.quote(p.spans)) for p in document.passages]


def test_articles_of_law_stand_under_their_chapters() -> None:
    document = read_document(STATUTE.encode(), "条例.txt")
    assert document.articles[0].title == "城南图书馆条例"
    assert contents(document) == [
        (tuple(" ".join(h.split()) for h in headings), quote) for headings, quote in EXPECTED
    ]


def test_a_statute_on_wrapped_lines() -> None:
    first = "第一条　为了加强图书馆的管理，方便居民读书学习，依照有关规定，制定本条例。"
    second = (
        "第二条　图书馆应当每天开放，节假日也不例外；临时闭馆的时候应当提前七日公告，说明理由，"
        "依照第一条的规定办理。"
    )
    page = "\n".join(
        line
        for paragraph in (first, second)
        for line in textwrap.wrap("　　" + paragraph, 22, drop_whitespace=False)
    )
    assert contents(read_document(page.encode(), "条例.txt")) == [
        (("第一条",), first),
        (("第二条",), second),
    ]


def test_a_statute_in_markdown() -> None:
    page = "# 条例\n\n## 第一章 总则\n\n第一条 甲。\n\n第二条 乙：\n\n- 丙；\n- 丁。\n"
    assert contents(read_document(page.encode(), "条例.md")) == [
        (("第一章 总则", "第一条"), "第一条 甲。"),
        (("第一章 总则", "第二条"), "第二条 乙：\n- 丙；\n- 丁。"),
    ]


def test_speaking_of_an_article_begins_none() -> None:
    page = "第三条的规定很清楚。\n\n第四条、第五条也一样。\n\n这里没有条文。\n"
    document = read_document(page.encode(), "说明.txt")
    assert [headings for headings, _ in contents(document)] == [(), (), ()]


def test_a_traditional_statute() -> None:
    page = (
        "宿舍管理規定\n\n第一編 總則\n\n第一章 申請\n\n第一節 資格\n\n"
        "第一條 宿舍供下列員工申請：\n（一）未婚者；\n（二）家住外地者。\n每人以一床為限。\n\n"
        "第二條 訪客不得留宿。\n\n第三條之一 依第二條的規定處理。\n"
    )
    above = ("第一編 總則", "第一章 申請", "第一節 資格")
    assert contents(read_document(page.encode(), "規定.txt")) == [
        (
            (*above, "第一條"),
            "第一條 宿舍供下列員工申請：\n（一）未婚者；\n（二）家住外地者。\n每人以一床為限。",
        ),
        ((*above, "第二條"), "第二條 訪客不得留宿。"),
        ((*above, "第三條之一"), "第三條之一 依第二條的規定處理。"),
    ]
