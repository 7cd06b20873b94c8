"""Markdown: the stored text is the source, quotes are without its marks."""

import re

import pytest

from corpus import Article, Document, Passage, read_document

PAGE = """---
title: "年假怎么休"
author: 问据编写组
---

# 年假怎么休

作者：王晓

第一段有**粗体**和*斜体*，还有[链接](https://example.org/a_(b) "题")，
接着写到第二行。

## 谁有年假

> 引用的话写在
> 两行里。

- 满一年不满十年，**五天**
- 满十年不满二十年，十天
  - 其中的特例

1. 先申请
2. 再批准

| 工龄 | 天数 |
|:--|--:|
| 一年 | 5 |
| 十年 | 10 |

### 代码

```python
days = 5
print(days)
```

<div>网页里的<b>一句话</b>。</div>

Words wrap
over two lines, `code too` &amp; an \\*escaped\\* star.
"""


def read(text: str) -> Document:
    return read_document(text.encode(), "手册.md")


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_a_page_with_everything() -> None:
    document = read(PAGE)
    assert document.text == PAGE
    assert [(article.title, article.author) for article in document.articles] == [
        ("年假怎么休", "王晓")
    ]
    assert quotes(document) == [
        "第一段有粗体和斜体，还有链接，接着写到第二行。",
        "引用的话写在两行里。",
        "- 满一年不满十年，五天\n- 满十年不满二十年，十天\n- 其中的特例",
        "1. 先申请\n2. 再批准",
        "| 工龄 | 天数 |\n| 一年 | 5 |\n| 十年 | 10 |",
        "days = 5\nprint(days)",
        "网页里的一句话。",
        "Words wrap\nover two lines, code too &amp; an *escaped* star.",
    ]
    section = ("谁有年假",)
    assert [passage.headings for passage in document.passages] == [
        (),
        section,
        section,
        section,
        section,
        ("谁有年假", "代码"),
        ("谁有年假", "代码"),
        ("谁有年假", "代码"),
    ]
    assert [passage.paragraph for passage in document.passages] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_spans_point_into_the_source() -> None:
    text = "# 题\n\n甲**乙**丙\n丁 [e](f) *g*\n"
    (passage,) = read(text).passages
    assert [text[start:end] for start, end in passage.spans] == [
        "甲",
        "乙",
        "丙",
        "丁 ",
        "e",
        " ",
        "g",
    ]


def test_line_ends_of_windows() -> None:
    document = read(PAGE.replace("\n", "\r\n"))
    assert [quote.replace("\r\n", "\n") for quote in quotes(document)] == quotes(read(PAGE))


def test_front_matter_titles_a_page_without_a_heading() -> None:
    document = read("---\ntitle: 通知\nauthor: 办公室\ndate: 2026-03-01\n---\n今天放假。\n")
    assert document.articles == (Article("通知", "办公室", "2026-03-01"),)
    assert quotes(document) == ["今天放假。"]


def test_two_first_level_headings_are_two_articles() -> None:
    document = read("# 甲\n\n作者：张明\n\n甲文。\n\n# 乙\n\n作者：李华\n\n乙文。\n")
    assert [(article.title, article.author) for article in document.articles] == [
        ("甲", "张明"),
        ("乙", "李华"),
    ]
    assert [(p.article, p.paragraph) for p in document.passages] == [(0, 1), (1, 1)]


def test_a_page_of_headings_alone_keeps_their_words() -> None:
    document = read("# 只有标题\n\n## 和一节\n")
    assert quotes(document) == ["只有标题", "和一节"]


def test_the_file_name_titles_what_has_no_title() -> None:
    assert read("一段话。").articles[0].title == "手册"


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        ("[a](b.com/a) a", "a a"),
        ("[x][ref] x\n\n[ref]: http://example.org", "x x"),
        ("![图](a.png) 之后", "图 之后"),
        ("<https://example.org> is here", "https://example.org is here"),
        ("a  \nb", "a b"),
        ("`a b` c", "a b c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("中文\nEnglish", "中文English"),
        ("snake_case_name", "snake_case_name"),
        ("**全部粗体**", "全部粗体"),
    ],
)
def test_marks_within_a_line(source: str, quote: str) -> None:
    assert quotes(read(source)) == [quote]


def test_the_mark_of_an_item_comes_once() -> None:
    document = read_document("1. \\工\n2. 会\n".encode(), "page.md")
    (passage,) = document.passages
    assert document.quote(passage.spans) == "1. \\工\n2. 会"
    places = [place for span in passage.spans for place in span]
    assert places == sorted(places)


def test_long_tables_are_cut_at_rows() -> None:
    rows = [f"| 第{number}项 | {'内容' * 10} |" for number in range(40)]
    document = read("\n".join(["| 项 | 说明 |", "|---|---|", *rows]))
    head = "| 项 | 说明 |\n"
    found = [quote.removeprefix(head) for quote in quotes(document)]
    assert "\n".join(found) == "\n".join(rows)
    assert all(len(quote) <= 400 for quote in found)
    assert {passage.paragraph for passage in document.passages} == {1}


@pytest.mark.parametrize("above", ["", "备件库存如下：\n\n"])
def test_each_passage_of_a_long_table_begins_with_its_head(above: str) -> None:
    rows = [f"| 备件{number:03} | {number * 13} | 杭州仓 |" for number in range(60)]
    document = read(f"{above}| 编号 | 库存 | 地点 |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    head = "| 编号 | 库存 | 地点 |\n"
    first, *later = quotes(document)
    assert first.startswith(above.replace("\n\n", "\n") + head + rows[0])
    assert len(later) >= 3
    for quote in later:
        assert re.fullmatch(rf"{re.escape(head)}(?:\| 备件\d+ \| \d+ \| 杭州仓 \|\n?)+", quote)
    assert "\n".join([first, *(q.removeprefix(head) for q in later)]).endswith("\n".join(rows))
    place = document.text.index("| 编号 |")
    assert {passage.spans[0].start for passage in document.passages[1:]} == {place}


@pytest.mark.parametrize(
    "first",
    [
        "| 2024-03-01 | 张三 | 128 |",  # a number names no column
        "| 张三 | | 杭州 |",
        f"| {'一个很长的名称' * 20} | {'又一个很长的名称' * 10} |",
    ],
)
def test_a_first_row_that_names_nothing_is_no_head(first: str) -> None:
    rows = [f"| 第{number}行 | {'内容' * 9} | 1 |" for number in range(40)]
    document = read("\n".join([first, "|---|---|---|", *rows]))
    assert sum(quote.count("张三") + quote.count("很长") for quote in quotes(document)) == (
        first.count("张三") + first.count("很长")
    )


def test_monstrous_paragraphs_are_cut_at_sentences() -> None:
    sentence = "这一句话说的是同一件事情，一共有二十来个字。"
    document = read(sentence * 300)
    assert "".join(quotes(document)) == sentence * 300
    assert all(quote.endswith("。") and len(quote) <= 2000 for quote in quotes(document))
    first: Passage = document.passages[0]
    assert (first.paragraph, document.passages[-1].paragraph) == (1, 1)


def test_a_long_row_is_not_cut_within_a_sentence() -> None:
    sentence = "这一行说的是一件很长的事情，要用许多字才说得清楚。"
    rows = [f"- {sentence * 20}", f"- {sentence}", f"- {sentence * 100}"]
    document = read("\n".join(rows))
    assert all(quote.endswith("。") for quote in quotes(document))
    assert "\n".join(quotes(document)).replace("\n", "") == "".join(rows)


def test_notes_are_no_addresses() -> None:
    source = "日志[^1]要填。\n\n[^1]: 放在前台。\n\n[2]: 林之远，城市史\n\n[3]: http://a.cn/城市\n"
    assert quotes(read(source)) == ["日志[^1]要填。", "[^1]: 放在前台。", "[2]: 林之远，城市史"]


def test_the_front_matter_states_the_title_and_the_first_heading_is_a_section() -> None:
    document = read("---\ntitle: 泵房手册\nauthor: 动力组\n---\n\n# 启动\n\n先开进水阀。\n")
    assert [(a.title, a.author) for a in document.articles] == [("泵房手册", "动力组")]
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (("启动",), "先开进水阀。")
    ]
    document = read("+++\ntitle = '泵房手册'\n日期: 2031-02-03\n+++\n正文。\n")
    assert (document.articles[0].title, document.articles[0].date) == ("泵房手册", "2031-02-03")


def test_containers_and_admonitions_are_read_not_quoted() -> None:
    source = (
        "# 泵房\n\n::: warning 小心烫手\n出水口有九十度。\n:::\n\n"
        '!!! note "换班"\n    交接时两人都要签字。\n\n'
        "> [!TIP]\n> 阀门编号写在`[!牌子]`上。\n"
    )
    assert quotes(read(source)) == [
        "小心烫手",
        "出水口有九十度。",
        "换班",
        "交接时两人都要签字。",
        "阀门编号写在[!牌子]上。",
    ]


def test_wiki_links_show_their_words_and_marks_of_contents_nothing() -> None:
    source = "[[_TOC_]]\n\n[TOC]\n\n见[[检修规程|规程]]和[[备件清单]]，`a[[0]]` 不是链接。\n"
    assert quotes(read(source)) == ["见规程和备件清单，a[[0]] 不是链接。"]


def test_labelled_lines_stay_lines() -> None:
    source = "时间：三月四日\n地点：二号泵房\n主持人：韩露\n\n会上说了两件\n事情。\n"
    assert quotes(read(source)) == [
        "时间：三月四日\n地点：二号泵房\n主持人：韩露",
        "会上说了两件事情。",
    ]


def test_tasks_keep_their_ticks() -> None:
    assert quotes(read("- [ ] 换滤网\n- [x] 校压力表\n")) == ["- [ ] 换滤网\n- [x] 校压力表"]
