"""Notices and newspaper pages: what stands around their text, and whom it names."""

import pytest

from corpus import Article, Document, read_document
from corpus.layout.bylines import reporting_author
from corpus.layout.surroundings import date_of, is_masthead, signing_office

NOTICE = """关于做好夏季防暑降温工作的通知

各部门、各班组：

为保障职工在高温天气下的安全与健康，现通知如下：

一、合理安排作业时间

（一）日最高气温达到40℃以上时，应当停止室外露天作业。

（二）日最高气温达到37℃以上时，做到以下几点：

1.中午12时至15时不安排室外作业；

2.每连续作业一小时，休息不少于十五分钟。

二、按时发放高温津贴

津贴为每人每月300元，不得以防暑饮料充抵。

附件：1.高温作业岗位名单
      2.防暑药品发放登记表

                                        海滨市职工服务中心
                                          2026年5月20日

（联系人：王小燕，电话：0123-4567890）
"""
OFFICIAL = """海滨市总工会办公室文件
海工办〔2026〕12号

关于印发《职工疗休养管理办法》的通知

各区县总工会，各产业工会：
    《职工疗休养管理办法》已经市总工会主席办公会议审议通
过，现印发给你们，请结合实际认真贯彻执行。
    一、疗休养对象。在岗职工，重点是一线职工、劳动模范和
从事有毒有害工种的职工。
    二、疗休养时间。每次疗休养时间一般为五天，不得超过七
天（含路途时间），不占用年休假。
    特此通知。

                              海滨市总工会办公室
                                二〇二六年四月八日

附件

职工疗休养管理办法

    第一条　为规范职工疗休养工作，维护职工休息权，制定本
办法。
    第二条　疗休养工作坚持自愿参加、轮流安排的原则。
"""
PAGE = """海滨工人报                                   2026年3月8日  星期日   第二版

春天里的"妈妈小屋"
    本报讯（记者 林小满 通讯员 陈雪）三月的
阳光照进港区码头三楼，新装修的"妈妈小屋"迎来了第一位
使用者。女职工陈雪把孩子放在软垫上，笑着说：
"以前只能在仓库里挤奶，现在有了自己的地方。"
    据了解，港区工会今年拿出二十万元，为女职
工集中的班组建起十二间"妈妈小屋"，每间配有冰
箱、沙发和消毒设备，
全天开放。
    港区工会主席赵海燕介绍，下一步还要把小
屋的位置标到手机地图上，让路过的快递员、网约
车司机也能使用。

老师傅带出"金蓝领"
□ 通讯员 周文斌
    在船厂焊接车间，五十八岁的郑师傅有个外号
叫"焊神"。他带过的四十七名徒弟里，出了三名省
级技术能手。
    徒弟们最怕的，是郑师傅的小锤子。焊缝不合
格，他一锤子敲下去，当场返工。"焊缝里藏着人
命。"郑师傅说。
    去年，厂里以他的名字命名了创新工作室。工
作室成立一年来，完成技术革新十六项，为企业节
约成本三百多万元。

一张迟到的工资条
    我在工地干了八年，最难忘的是去年冬天。包
工头跑了，三十多个人的工资没了着落，眼看就要
过年。
    工会的同志听说后，当天就来了。他们帮我们
整理考勤表，陪我们去劳动监察大队。腊月二十六
那天，工资终于打到了卡上。
                                        （作者系建筑工人 孙大勇）
"""
STATUTE = """海滨市职工互助保障条例

目　录

第一章　总则
第二章　参加
  第一节　条件
第三章　附则

第一章　总　则

第一条　为了规范职工互助保障活动，制定本条例。

第二章　参　加

第一节　条　件

第二条　职工可以参加。有下列情形之一的，可以减半缴费：
（一）享受最低生活保障的；
（二）持有残疾人证的。

第二条之一　退休职工可以继续参加。

第三章　附　则

第三条　本条例自2024年5月1日起施行。
"""


def read(text: str) -> Document:
    return read_document(text.encode(), "a.txt")


def contents(document: Document) -> list[tuple[int, tuple[str, ...], str]]:
    return [(p.article, p.headings, document.quote(p.spans)) for p in document.passages]


def test_a_notice_is_signed_by_its_office() -> None:
    document = read(NOTICE)
    office = "海滨市职工服务中心"
    assert document.articles == (Article("关于做好夏季防暑降温工作的通知", office, "2026-05-20"),)
    first, second = ("一、合理安排作业时间",), ("二、按时发放高温津贴",)
    assert contents(document) == [
        (0, (), "各部门、各班组："),
        (0, (), "为保障职工在高温天气下的安全与健康，现通知如下："),
        (0, first, "（一）日最高气温达到40℃以上时，应当停止室外露天作业。"),
        (
            0,
            first,
            "（二）日最高气温达到37℃以上时，做到以下几点：\n1.中午12时至15时不安排室外作业；\n"
            "2.每连续作业一小时，休息不少于十五分钟。",
        ),
        (0, second, "津贴为每人每月300元，不得以防暑饮料充抵。"),
        (0, second, "附件：1.高温作业岗位名单"),
        (0, second, "2.防暑药品发放登记表"),
        (0, (), "海滨市职工服务中心\n2026年5月20日"),
        (0, second, "（联系人：王小燕，电话：0123-4567890）"),
    ]


def test_the_head_of_the_paper_is_no_title_and_an_attachment_is_an_article() -> None:
    document = read(OFFICIAL)
    office = "海滨市总工会办公室"
    assert document.articles == (
        Article("关于印发《职工疗休养管理办法》的通知", office, "2026-04-08"),
        Article("职工疗休养管理办法"),
    )
    assert contents(document) == [
        (0, (), "各区县总工会，各产业工会："),
        (
            0,
            (),
            "《职工疗休养管理办法》已经市总工会主席办公会议审议通过，现印发给你们，"
            "请结合实际认真贯彻执行。",
        ),
        (
            0,
            (),
            "一、疗休养对象。在岗职工，重点是一线职工、劳动模范和从事有毒有害工种的职工。",
        ),
        (
            0,
            (),
            "二、疗休养时间。每次疗休养时间一般为五天，不得超过七天（含路途时间），不占用年休假。",
        ),
        (0, (), "特此通知。"),
        (0, (), "海滨市总工会办公室\n二〇二六年四月八日"),
        (1, ("第一条",), "第一条　为规范职工疗休养工作，维护职工休息权，制定本办法。"),
        (1, ("第二条",), "第二条　疗休养工作坚持自愿参加、轮流安排的原则。"),
    ]


def test_articles_of_a_newspaper_page() -> None:
    document = read(PAGE)
    assert document.articles == (
        Article('春天里的"妈妈小屋"', "林小满 陈雪", "2026-03-08"),
        Article('老师傅带出"金蓝领"', "周文斌", "2026-03-08"),
        Article("一张迟到的工资条", "孙大勇", "2026-03-08"),
    )
    assert [(article, text[:10]) for article, _, text in contents(document)] == [
        (0, "本报讯（记者 林小满"),
        (0, "据了解，港区工会今年"),
        (0, "港区工会主席赵海燕介"),
        (1, "在船厂焊接车间，五十"),
        (1, "徒弟们最怕的，是郑师"),
        (1, "去年，厂里以他的名字"),
        (2, "我在工地干了八年，最"),
        (2, "工会的同志听说后，当"),
        (2, "（作者系建筑工人 孙"),
    ]


def test_the_table_of_contents_takes_no_chapter_away() -> None:
    document = read(STATUTE)
    assert [(headings, text.split("\n")[0][:9]) for _, headings, text in contents(document)] == [
        (("第一章 总 则", "第一条"), "第一条　为了规范职"),
        (("第二章 参 加", "第一节 条 件", "第二条"), "第二条　职工可以参"),
        (("第二章 参 加", "第一节 条 件", "第二条之一"), "第二条之一　退休职"),
        (("第三章 附 则", "第三条"), "第三条　本条例自2"),
    ]


def test_a_table_of_contents_without_blank_lines() -> None:
    page = "".join(line + "\n" for line in STATUTE.split("\n") if line)
    assert [passage[1:] for passage in contents(read(page))] == [
        passage[1:] for passage in contents(read(STATUTE))
    ]


def test_a_chapter_follows_items_that_end_in_semicolons() -> None:
    page = "第一条 职工可以：\n（一）查阅；\n（二）复制；\n第二章 附则\n第二条 本条例即日起施行。\n"
    assert [(headings, text) for _, headings, text in contents(read(page))] == [
        (("第一条",), "第一条 职工可以：\n（一）查阅；\n（二）复制；"),
        (("第二章 附则", "第二条"), "第二条 本条例即日起施行。"),
    ]


def test_a_title_right_above_those_whom_the_notice_is_for() -> None:
    notice = "关于做好夏季防暑降温工作的通知\n各部门，各班组：\n请按时发放津贴。\n"
    document = read(notice)
    assert [article.title for article in document.articles] == ["关于做好夏季防暑降温工作的通知"]
    assert [text for _, _, text in contents(document)] == ["各部门，各班组：", "请按时发放津贴。"]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("本报讯（记者 林小满）三月", "林小满"),
        ("本报讯 （见习记者王芳、通讯员李明）昨天", "王芳 李明"),
        ("新华社北京3月8日电（记者 张伟 李娜）会议", "张伟 李娜"),
        ("（记者王小明）今天", "王小明"),
        ("本报讯 三月的一个早晨", ""),
        ("记者来到现场", None),
        ("他对本报记者说", None),
        ("这条通讯电缆（长两米）坏了", None),
    ],
)
def test_who_reports(line: str, author: str | None) -> None:
    assert reporting_author(line) == author


@pytest.mark.parametrize(
    ("line", "masthead"),
    [
        ("2026年3月8日 星期日 第二版", True),
        ("海滨日报 2026年3月8日 第3版 责编：王芳", True),
        ("03版 · 要闻", True),
        ("2026年3月8日，第三版方案公布。", False),
        ("第三版修订说明", False),
        ("2026年3月8日", False),
    ],
)
def test_mastheads(line: str, masthead: bool) -> None:
    assert is_masthead(line) is masthead


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026年3月8日", "2026-03-08"),
        ("２０２６年１２月３１日", "2026-12-31"),
        ("二〇二六年十一月二十一日", "2026-11-21"),
        ("二〇二六年十月十日", "2026-10-10"),
        ("2026年13月8日", None),
        ("2026年3月", None),
    ],
)
def test_days(line: str, day: str | None) -> None:
    assert date_of(line) == day


@pytest.mark.parametrize(
    ("line", "office"),
    [
        ("海滨市总工会", "海滨市总工会"),
        ("海滨机械有限公司（工会代章）", "海滨机械有限公司（工会代章）"),
        ("市 总 工 会", "市总工会"),
        ("以上规定从即日起执行", None),
        ("王小燕", None),
    ],
)
def test_offices(line: str, office: str | None) -> None:
    assert signing_office(line) == office


def test_minutes_with_fields_above_their_sections() -> None:
    minutes = (
        "第三季度安全例会纪要\n\n"
        "时间：2026年3月2日\n地点：主楼三层\n"
        "出席：生产部经理薛永康、设备部经理高远、安全主任方晴、工会主席梁启程\n"
        "缺席：质量部经理郑晓岚（出差）\n记录：童悦\n\n"
        "一、隐患排查\n方晴汇报，本季度查出隐患十二处，已整改十处。\n\n"
        "二、下步安排\n四月底前完成全部整改。\n"
    )
    document = read_document(minutes.encode(), "纪要.txt")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        ((), "时间：2026年3月2日\n地点：主楼三层"),
        ((), "出席：生产部经理薛永康、设备部经理高远、安全主任方晴、工会主席梁启程"),
        ((), "缺席：质量部经理郑晓岚（出差）\n记录：童悦"),
        (("一、隐患排查",), "方晴汇报，本季度查出隐患十二处，已整改十处。"),
        (("二、下步安排",), "四月底前完成全部整改。"),
    ]


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_lines_of_a_log_and_the_head_of_a_letter_stay_apart() -> None:
    log = (
        "2026-03-02 09:12 陈砚：三号机床报警了\n"
        "2026-03-02 09:15 高远：先断电，别动它，我和维修组的人马上就过来\n"
        "2026-03-02 09:40 高远：是冷却泵坏了，换备件要两天\n"
    )
    letter = (
        "收件人：全体员工\n主题：放假安排\n日期：2026年5月26日\n\n各位同事：\n\n端午节放假三天。\n"
    )
    assert "\n".join(quotes(read_document(log.encode(), "日志.txt"))) == log.strip()
    assert quotes(read_document(letter.encode(), "信.txt")) == [
        "收件人：全体员工\n主题：放假安排\n日期：2026年5月26日",
        "各位同事：",
        "端午节放假三天。",
    ]


def test_a_section_begins_with_a_list() -> None:
    page = "GUIDELINES\n\n1. Place\n\nIt is here.\n\n2. Hours\n\na) From 10 to 4.\nb) By day.\n"
    document = read_document(page.encode(), "a.txt")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (("1. Place",), "It is here."),
        (("2. Hours",), "a) From 10 to 4.\nb) By day."),
    ]
