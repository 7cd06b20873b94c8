"""Titles of articles: of regulations in a compilation, and never of a part or a cell."""

from corpus import Document, read_document

COMPILATION = """滨河中学规章汇编

目录
学生请假办法 ........ 1
实验室使用规定 ........ 4
校车管理制度 ........ 7

学生请假办法
第一章 总则
第一条 学生因病因事不能到校的，应当请假。
第二条 请假三天以内由班主任批准。
第二章 附则
第三条 本办法自公布之日起施行。

实验室使用规定
第一条 进入实验室应当穿实验服。
第二条 离开前应当关闭水电。

校车管理制度（试行）
第一条 校车每天早上六点四十分发车。
第二条 未经登记的家长不得乘车。
"""


def read(text: str, name: str = "汇编.txt") -> Document:
    return read_document(text.encode(), name)


def test_each_regulation_of_a_compilation_is_an_article() -> None:
    document = read(COMPILATION)
    titles = [article.title for article in document.articles]
    assert titles[-3:] == ["学生请假办法", "实验室使用规定", "校车管理制度（试行）"]
    found = {
        document.quote(passage.spans)[:10]: document.articles[passage.article].title
        for passage in document.passages
    }
    assert found["第二条 离开前应当关"] == "实验室使用规定"
    assert found["第三条 本办法自公布"] == "学生请假办法"
    assert found["第一条 校车每天早上"] == "校车管理制度（试行）"
    assert not any("........" in document.quote(passage.spans) for passage in document.passages)


def test_one_regulation_is_one_article() -> None:
    page = "借阅办法\n第一条 凭证借书。\n第二条 按期还书。\n"
    assert [article.title for article in read(page, "办法.txt").articles] == ["借阅办法"]


def test_a_preface_is_no_title() -> None:
    page = "前 言\n陈立秋\n这本小册子写给新来的同事，读完大约要二十分钟。\n"
    document = read(page, "手册.txt")
    assert document.articles[0].title == "手册"


def test_words_in_cells_are_no_names() -> None:
    page = "费用说明\n金额\n住宿费每晚不超过三百元，超出部分自理。\n"
    assert read(page).articles[0].author is None
    page = "Spectra of the samples\nSite Percentile\nThe samples were taken in May, at noon.\n"
    assert [a.author for a in read("一。\n" * 9 + "\n" + page).articles] == [None]
