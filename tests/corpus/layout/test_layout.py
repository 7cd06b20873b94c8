"""Mending on pages of our own: what was broken is whole, what was apart stays apart."""

import pytest

from corpus import Document, read_document
from tests.corpus import broken_pages as pages


def read(text: str, name: str = "page.txt") -> Document:
    return read_document(text.encode(), name)


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def articles(document: Document) -> list[tuple[str, str | None]]:
    return [(article.title, article.author) for article in document.articles]


def test_newspaper_columns_are_mended() -> None:
    document = read(pages.NEWSPAPER)
    assert articles(document) == [
        ("社区食堂让老人吃得舒心", "陈晓明"),
        ("夜校里的灯光", "李文华"),
    ]
    assert quotes(document) == [
        "走进城南社区食堂，饭菜的香气扑面而来。每天上午十一点，附近的老人就三三两两地来到这里，点上"
        "两荤一素，坐在窗边慢慢吃。食堂负责人说，菜单每周换一次，都是请营养师看过的。",
        "刚开张的时候，食堂里只有一张桌子。“我们没想到会有这么多人来。”负责人笑着说，现在每天要准备"
        "三百多份饭菜，周末还要再加五十份。",
        "食堂的房子是街道免费提供的，水电费由社区承担。老人凭卡吃饭，一顿只要八元。",
        "（作者单位：城南街道办事处）",
        "晚上七点，工人夜校的灯亮了。电工班的学员们围着一张旧课桌，听老师讲怎样看懂一张电路图。有人"
        "白天刚刚下了早班，有人从十公里外骑车赶来。",
        "（作者系市职工学校教师）■ 李文华",
    ]
    assert [
        (passage.article, passage.paragraph, passage.headings) for passage in document.passages
    ] == [
        (0, 1, ()),
        (0, 2, ("从一张桌子到一百张桌子",)),
        (0, 3, ("价格为什么能这么低",)),
        (0, 4, ()),
        (1, 1, ()),
        (1, 2, ()),
    ]
    assert [len(passage.spans) for passage in document.passages] == [2, 2, 1, 1, 2, 2]


def test_wrapped_chinese_is_parted_at_indents() -> None:
    document = read(pages.WRAPPED_CHINESE)
    assert articles(document) == [("图书馆的早晨", None)]
    assert quotes(document) == [
        "天还没有亮，河边的小城已经醒了。卖豆浆的老人推着车从桥上走过，车轮压着石板，发出轻轻的响声。"
        "图书馆的门口已经站了十几个人，他们都在等开门。",
        "管理员陈师傅在这里工作了二十一年。他说，最早来的总是那几位退休教师，他们要看当天的报纸。后来，"
        "学生多了起来，阅览室从一间扩到了四间，藏书也从三万册增加到二十八万册。",
        "1998年，这里只有一间屋子。下雨的时候，屋顶漏水，大家就把书搬到桌子底下。",
    ]
    assert [passage.headings for passage in document.passages] == [
        (),
        (),
        ("一、从一间屋子开始",),
    ]


def test_wrapped_english_keeps_one_space_and_loses_its_hyphens() -> None:
    document = read(pages.WRAPPED_ENGLISH)
    assert articles(document) == [("The Lighthouse Keepers", None)]
    assert [quote.replace("\n", " ") for quote in quotes(document)] == [
        "On the northern coast there is a small station whose lamps were first lit in 1871. The "
        "keepers, who lived there with their families, wrote a weather report every six hours and "
        "sent it by wire to the harbourmaster in the capital. They were proud of never having "
        "missed one.",
        "Dr. Helen Marsh found the log books in an attic. Some pages were damaged by water, but "
        "most of the 3.5 million words could be read. She wrote to the museum at once.",
        "The keepers grew potatoes, kale and, in good years, strawberries. In a letter of 12 May "
        '1902 one of them asked for "two more hens and a good cock", which the supply boat brought '
        "in June.",
    ]
    assert [passage.headings for passage in document.passages] == [(), (), ("Their garden",)]


def test_two_columns_are_read_as_one() -> None:
    document = read(pages.TWO_COLUMNS)
    assert [quote.replace("\n", " ") for quote in quotes(document)] == [
        "Every spring the school measures how much rain falls on its roof. A tank under the gutter "
        "fills in about nine days, and the pupils water the beds with it until the summer holidays "
        "begin. Nobody has counted the tomatoes, but there were enough for the whole street.",
        "In winter the tank is left empty, because ice would break it.",
    ]
    document = read(pages.TWO_COLUMNS_CHINESE)
    assert quotes(document) == [
        "每年春天，学校都要测量屋顶上的雨量。屋檐下的水箱大约九天就能接满，学生们用这些水浇灌菜园，一直"
        "浇到放暑假。没有人数过西红柿有多少，但是足够整条街的人吃。",
        "冬天水箱是空的，因为结冰会把它冻裂。",
    ]


def test_a_page_without_faults_stays_as_it_is() -> None:
    document = read(pages.FAULTLESS)
    assert articles(document) == [("page", None)]
    assert quotes(document) == pages.FAULTLESS.strip().split("\n\n")


def test_traditional_chinese() -> None:
    document = read(pages.TRADITIONAL)
    assert articles(document) == [("港灣的燈塔", "林雅婷")]
    assert quotes(document) == [
        "燈塔建於一八七一年，守塔人每六個小時寫一次天氣報告，用電報送到首都的港務局。他們從來沒有漏掉過"
        "一次。",
        "守塔人種馬鈴薯、甘藍，好年景的時候還有草莓。",
    ]
    assert document.passages[1].headings == ("二、守塔人的菜園",)


@pytest.mark.parametrize("page", [pages.WRAPPED_CHINESE, pages.WRAPPED_ENGLISH, pages.NEWSPAPER])
def test_line_ends_of_windows_make_no_difference(page: str) -> None:
    plain, windows = read(page), read(page.replace("\n", "\r\n"))
    assert quotes(windows) == quotes(plain)
    assert windows.articles == plain.articles


def test_tabs_indent_paragraphs() -> None:
    page = (
        "\tThe first paragraph is wrapped and runs over\nto a second line that is quite short.\n"
        "\tThe second one begins with an indent as well\nand it ends here, on its second line.\n"
    )
    assert [quote.replace("\n", " ") for quote in quotes(read(page))] == [
        "The first paragraph is wrapped and runs over to a second line that is quite short.",
        "The second one begins with an indent as well and it ends here, on its second line.",
    ]


def test_full_width_letters_and_marks() -> None:
    page = "会议定于２０２６年３月召开，地点在Ａ座三楼，请各部门于会前一周将名单\n\n报送办公室．\n"
    assert quotes(read(page)) == [
        "会议定于２０２６年３月召开，地点在Ａ座三楼，请各部门于会前一周将名单报送办公室．"
    ]


def test_a_hyphen_that_belongs_to_the_word_stays() -> None:
    page = (
        "Her well-known essay is read in schools everywhere.\n\n"
        "It was a well-\nknown fact that the harbour froze in the winter of eighteen ninety.\n"
    )
    assert quotes(read(page))[1].startswith("It was a well-known fact")


def test_a_hyphen_between_two_words_of_the_page_stays() -> None:
    page = (
        "The first bridge was built by hand, and no ship has ever passed it since the first-\n"
        "ever flood tore its arch away in the summer of the year in which the port was clo-\n"
        "sed.\n"
    )
    (quote,) = quotes(read(page))
    assert "the first-ever flood" in quote
    assert quote.endswith("the port was closed.")


def test_lists_are_one_passage_with_a_row_each() -> None:
    page = "办理流程如下：\n\n1. 填写申请表\n2. 提交身份证复印件\n3. 领取会员卡\n"
    document = read(page)
    assert quotes(document) == [
        "办理流程如下：\n1. 填写申请表\n2. 提交身份证复印件\n3. 领取会员卡",
    ]


def test_a_list_of_short_lines_is_no_row_of_headings() -> None:
    page = "参加单位名单\n\n第一机械厂\n第二机械厂\n纺织厂\n水泥厂\n造船厂\n"
    document = read(page)
    assert quotes(document)[-1].splitlines()[-1] == "造船厂"
    assert "第一机械厂" not in [heading for p in document.passages for heading in p.headings]


def test_numbered_headings_nest() -> None:
    page = (
        "第一章 总则\n\n第一节 目的\n\n为了保护职工的利益，制定本办法。\n\n"
        "第二节 范围\n\n本办法适用于全体职工。\n\n第二章 附则\n\n本办法自公布之日起施行。\n"
    )
    assert [passage.headings for passage in read(page).passages] == [
        ("第一章 总则", "第一节 目的"),
        ("第一章 总则", "第二节 范围"),
        ("第二章 附则",),
    ]


def test_numbered_headings_of_notices_nest() -> None:
    page = (
        "关于春节放假的通知\n\n一、放假安排\n\n（一）时间\n\n放假八天。\n\n（二）值班\n\n各科室安排一人"
        "值班。\n\n二、工作要求\n\n1. 检查门窗\n\n下班前检查门窗。\n"
    )
    document = read(page)
    assert document.articles[0].title == "关于春节放假的通知"
    assert [passage.headings for passage in document.passages] == [
        ("一、放假安排", "（一）时间"),
        ("一、放假安排", "（二）值班"),
        ("二、工作要求", "1. 检查门窗"),
    ]


def test_by_begins_a_byline_only_under_a_title() -> None:
    page = (
        "The Harbour\n\nby Ann Lee\n\nThe harbour was built with stones that had been cut there\n"
        "by Scottish Masons Company and carried over in barges by the crew.\n"
    )
    document = read(page)
    assert articles(document) == [("The Harbour", "Ann Lee")]
    assert len(document.passages) == 1


def test_a_single_line_is_a_passage() -> None:
    assert quotes(read("只有一行字")) == ["只有一行字"]


def test_form_feeds_part_pages_and_passages_carry_them() -> None:
    page = "第一页上的段落写到这里还没有写完，它要在下一页上\f接着写完。\n\n第二页上还有一段。\n"
    document = read(page)
    assert quotes(document) == [
        "第一页上的段落写到这里还没有写完，它要在下一页上接着写完。",
        "第二页上还有一段。",
    ]
    assert [passage.page for passage in document.passages] == [1, 2]


def test_a_table_of_contents_is_left_out() -> None:
    page = (
        "目录\n第一章 总则 ........ 1\n第二章 借阅 ........ 12\n第三章 附则 ········ 30\n\n"
        "正文从这里开始。\n"
    )
    document = read(page)
    assert quotes(document) == ["正文从这里开始。"]
    assert document.passages[0].headings == ()


def contents(text: str) -> list[tuple[tuple[str, ...], str]]:
    document = read_document(text.encode(), "page.txt")
    return [(p.headings, document.quote(p.spans)) for p in document.passages]


def test_headings_of_a_wiki() -> None:
    page = """灯塔在海边。

== 历史 ==
灯塔建于一九〇二年。
=== 修缮 ===
* 第一次修缮
* 第二次修缮

== 参观 ==
周日开放。
"""
    assert contents(page) == [
        ((), "灯塔在海边。"),
        (("历史",), "灯塔建于一九〇二年。"),
        (("历史", "修缮"), "* 第一次修缮\n* 第二次修缮"),
        (("参观",), "周日开放。"),
    ]
    titled = read_document("= 灯塔 =\n== 历史 ==\n建于一九〇二年。\n".encode(), "page.txt")
    assert [article.title for article in titled.articles] == ["灯塔"]
    assert contents("x == y 时成立。\n") == [((), "x == y 时成立。")]


def test_headings_over_a_drawn_line() -> None:
    page = """灯塔
====

历史
----
灯塔建于一九〇二年，后来几次修缮。
----------
周日开放，入口在东侧。

*****
（完）
"""
    document = read_document(page.encode(), "page.txt")
    assert [article.title for article in document.articles] == ["灯塔"]
    assert contents(page) == [
        (("历史",), "灯塔建于一九〇二年，后来几次修缮。"),
        (("历史",), "周日开放，入口在东侧。"),
        (("历史",), "（完）"),
    ]


def test_decimal_numbers_nest_under_simple_ones() -> None:
    page = """Handbook

1. Leave

1.1 Annual leave

Five days a year.

1.2 Sick leave

Send a note within three days.

2. Pay

Pay is made on the 15th.
"""
    assert contents(page) == [
        (("1. Leave", "1.1 Annual leave"), "Five days a year."),
        (("1. Leave", "1.2 Sick leave"), "Send a note within three days."),
        (("2. Pay",), "Pay is made on the 15th."),
    ]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        (
            "page.txt",
            "问：灯塔几点开？\n答：上午九点。\n\n问：有电梯吗？\n\n答：没有。\n请走楼梯。\n",
        ),
        (
            "page.html",
            "<p>问：灯塔几点开？</p><p>答：上午九点。</p><p>问：有电梯吗？</p><p>答：没有。</p>"
            "<p>请走楼梯。</p>",
        ),
    ],
)
def test_an_answer_stays_with_its_question(name: str, page: str) -> None:
    document = read_document(page.encode(), name)
    assert [document.quote(p.spans) for p in document.passages] == [
        "问：灯塔几点开？\n答：上午九点。",
        "问：有电梯吗？\n答：没有。",
        "请走楼梯。",
    ]
    english = b"Q: When is it open?\nA: At nine.\n\nA. Smith wrote this.\n"
    document = read_document(english, "page.txt")
    assert [document.quote(p.spans) for p in document.passages] == [
        "Q: When is it open?\nA: At nine.",
        "A. Smith wrote this.",
    ]


def test_the_lines_of_a_drawn_table_are_no_text() -> None:
    page = "姓名  电话\n----  ----\n张三  123\n李四  456\n"
    assert contents(page) == [((), "姓名  电话\n张三  123\n李四  456")]


def test_a_heading_above_nothing_is_a_passage() -> None:
    page = "一、借书\n二、还书\n三、续借\n每本可以续借一次。\n"
    marked = "# 规则\n\n## 借书\n\n### 证件\n\n## 还书\n\n还到一楼。\n\n## 附录\n"
    document = read_document(marked.encode(), "page.md")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        ((), "借书"),
        ((), "证件"),
        (("还书",), "还到一楼。"),
        ((), "附录"),
    ]
    assert {word for _, text in contents(page) for word in text.split()} | {
        heading for headings, _ in contents(page) for heading in headings
    } == {"一、借书", "二、还书", "三、续借", "每本可以续借一次。"}


def test_a_name_cut_from_its_title_by_the_line_goes_on() -> None:
    page = """    The lighthouse was painted by Mr.
Hale in the spring of that year, and
it has kept its colour until now, as
was told to Prof. Vane and to all of
the visitors who climbed the stairs.
    Nobody had seen the keeper for a
week. The door was open.
"""
    assert [text for _, text in contents(page)] == [
        "The lighthouse was painted by Mr.\nHale in the spring of that year, and\nit has kept its "
        "colour until now, as\nwas told to Prof. Vane and to all of\nthe visitors who climbed the "
        "stairs.",
        "Nobody had seen the keeper for a\nweek. The door was open.",
    ]
