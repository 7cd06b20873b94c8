"""Lists of questions and answers: each record is a passage."""

import json

import pytest

from corpus import Document, EmptyDocument, UnreadableFile, read_document


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("问答.csv", '问题,答案\n怎么入会？,"填表，\n交给工会。"\n会费多少？,千分之五。\n'),
        ("问答.tsv", "Question\tAnswer\n怎么入会？\t填表， 交给工会。\n会费多少？\t千分之五。\n"),
        (
            "问答.csv",
            "id;question;answer\n1;怎么入会？;填表， 交给工会。\n2;会费多少？;千分之五。\n",
        ),
    ],
)
def test_a_table_of_questions_and_answers(name: str, text: str) -> None:
    document = read_document(text.encode(), name)
    assert [" ".join(quote.split()) for quote in quotes(document)] == [
        "怎么入会？ 填表， 交给工会。",
        "会费多少？ 千分之五。",
    ]
    assert document.articles[0].title == "问答"


def test_json_lines() -> None:
    rows = [
        {"question": "怎么入会？", "answer": "填表。"},
        {"q": "Where?", "a": ["Here", "there"]},
        {"title": "会费", "text": "每月按工资的千分之五缴纳。"},
        {"姓名": "王芳", "电话": 123, "备注": None},
        {"text": "坏字\ud800符。"},
    ]
    text = "\n".join(json.dumps(row) for row in rows) + "\n\n"
    document = read_document(text.encode(), "a.jsonl")
    assert quotes(document) == [
        "怎么入会？\n填表。",
        "Where?\nHere、there",
        "每月按工资的千分之五缴纳。",
        "姓名：王芳\n电话：123",
        "坏字?符。",
    ]
    assert [passage.headings for passage in document.passages] == [(), (), ("会费",), (), ()]


def test_rows_of_other_tables_name_their_fields() -> None:
    document = read_document("名称,电话\n食堂,123\n,\n书店,456,多出来\n".encode(), "a.csv")
    assert quotes(document) == ["名称：食堂\n电话：123", "名称：书店\n电话：456\n3：多出来"]


def test_a_table_in_an_old_encoding() -> None:
    text = "问题,答案\n工会干部怎样听职工说话？,坐下来，听完，再办。\n"
    assert quotes(read_document(text.encode("gb18030"), "a.csv")) == [
        "工会干部怎样听职工说话？\n坐下来，听完，再办。"
    ]


def test_what_is_no_list_says_where() -> None:
    with pytest.raises(UnreadableFile, match=r"a\.jsonl: line 2 is not JSON"):
        read_document(b'{"q": "x"}\n{"q": \n', "a.jsonl")
    with pytest.raises(UnreadableFile, match=r"a\.json: the json file is damaged"):
        read_document(b'{"q": ', "a.json")
    with pytest.raises(EmptyDocument, match=r"a\.csv: the file holds no text"):
        read_document("问题,答案\n".encode(), "a.csv")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.csv", "标准问题,相似问题,标准答案\n怎么入会？,入会怎么办？,填表。\n"),
        ("names.csv", "\ufeff序号,*问题描述：,参考答案\r\n1,怎么入会？,填表。\r\n"),
        ("names.csv", "Question Text;Answer Text\n怎么入会？;填表。\n"),
        ("nameless.csv", "怎么入会？,填表。\n"),
        ("nameless.tsv", "怎么入会？\t填表。\n"),
        ("bars.csv", "问题|答案\n怎么入会？|填表。\n"),
        ("stated.csv", "sep=;\n问题;答案\n怎么入会？;填表。\n"),
    ],
)
def test_odd_names_and_delimiters(name: str, text: str) -> None:
    assert quotes(read_document(text.encode(), name)) == ["怎么入会？\n填表。"]


def test_a_list_without_names_loses_no_question() -> None:
    text = "怎么入会？,填表。\n会费多少？,千分之五。\n何时交？,每月。\n"
    assert quotes(read_document(text.encode(), "a.csv")) == [
        "怎么入会？\n填表。",
        "会费多少？\n千分之五。",
        "何时交？\n每月。",
    ]
    three = "食堂每天中午开门。,一楼,黄师傅\n书店周日休息。,二楼,林师傅\n"
    assert quotes(read_document(three.encode(), "a.csv")) == [
        "食堂每天中午开门。\n一楼\n黄师傅",
        "书店周日休息。\n二楼\n林师傅",
    ]


def test_a_title_above_the_names() -> None:
    text = "会员常见问题,\n问题,答案\n怎么入会？,填表。\n"
    assert quotes(read_document(text.encode(), "a.csv")) == ["会员常见问题", "怎么入会？\n填表。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "库存表,,\n单位：元,,\n品名,数量,单价\n电极,5,320\n",
            ["库存表", "单位：元", "品名：电极\n数量：5\n单价：320"],
        ),
        # Names may be missing, and of two columns a question may lack its answer.
        ("品名,,单价\n电极,5,320\n", ["品名：电极\n5\n单价：320"]),
        ("怎么入会？,\n会费多少？,千分之五。\n", ["怎么入会？", "会费多少？\n千分之五。"]),
    ],
)
def test_a_title_above_a_sheet(text: str, expected: list[str]) -> None:
    assert quotes(read_document(text.encode(), "a.csv")) == expected


def test_columns_of_one_name_are_all_kept() -> None:
    document = read_document("备注,备注,是否全职？\n甲,乙,是\n".encode(), "a.csv")
    assert quotes(document) == ["备注：甲\n备注：乙\n是否全职？：是"]


def test_quotes_are_read_alike_from_the_first_row_to_the_last() -> None:
    rows = "".join(f'"第{n}问，是吗",第{n}答\n' for n in range(900))
    last = '"他说""去"",对吗","他说""不去"",留下"\n'
    document = read_document(f"问题,答案\n{rows}{last}".encode(), "a.csv")
    assert len(document.passages) == 901
    assert quotes(document)[0] == "第0问，是吗\n第0答"
    assert quotes(document)[-1] == '他说"去",对吗\n他说"不去",留下'
    apostrophes = "Question,Answer\nWhat's due?,It's 5\nDon't you pay?,\"No, we don't\"\n"
    assert quotes(read_document(apostrophes.encode(), "a.csv")) == [
        "What's due?\nIt's 5",
        "Don't you pay?\nNo, we don't",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('问题,答案\n甲？,乙\n"没有结尾,丙\n丁？,戊\n', 3),
        ('问题,答案\n"入会"是什么？,填表\n', 2),
        ('sep=,\n问题,答案\n"没有结尾,丙\n', 3),
    ],
)
def test_a_stray_quote_swallows_no_rows(text: str, line: int) -> None:
    with pytest.raises(UnreadableFile, match=rf"^a\.csv: the row on line {line} is no row") as it:
        read_document(text.encode(), "a.csv")
    assert (it.value.code, it.value.values) == ("bad_line", {"line": line})
    assert str(it.value).endswith(
        'must end with one, and those within it be doubled, as in "say ""yes"""'
    )


def test_tabs_part_cells_that_quote_nothing() -> None:
    text = '问题\t答案\n"入会"是什么？\t"填表\n会费多少？\t千分之五\n'
    assert quotes(read_document(text.encode(), "a.tsv")) == [
        '"入会"是什么？\n"填表',
        "会费多少？\n千分之五",
    ]


def test_lines_of_json_behind_a_second_mark() -> None:
    text = '\ufeff{"问题": "怎么入会？", "答案": "填表。"}\r\n'
    assert quotes(read_document(text.encode("utf-16"), "a.jsonl")) == ["怎么入会？\n填表。"]


def test_a_lone_row_is_no_names_without_records() -> None:
    assert quotes(read_document("值班室,88\n".encode(), "a.csv")) == ["值班室\n88"]


def test_json_of_any_shape_is_records() -> None:
    data = {
        "馆名": "滨河馆",
        "地址": {"区": "城南", "门牌": "3号"},
        "展厅": [{"名": "一厅", "票价": 20}, {"名": "二厅", "票价": None, "灯": [1, 2]}],
        "电话": ["111", "222"],
    }
    document = read_document(json.dumps(data).encode(), "馆.json")
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        ((), "馆名：滨河馆\n地址.区：城南\n地址.门牌：3号\n电话：111、222"),
        (("展厅",), "名：一厅\n票价：20"),
        (("展厅",), "名：二厅\n灯：1、2"),
    ]
    assert quotes(read_document('["甲一", "乙二"]'.encode(), "a.json")) == ["甲一", "乙二"]
    lines = '"只有一句"\n["甲", "乙"]\n{"名": {"姓": "林"}}\n'
    assert quotes(read_document(lines.encode(), "a.jsonl")) == ["只有一句", "甲\n乙", "名.姓：林"]


def test_json_nested_deeper_than_anyone_writes() -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_document(b"[" * 200_000, "a.json")
    deep = '{"a":' * 500 + '"底"' + "}" * 500
    assert quotes(read_document(deep.encode(), "a.json"))[-1].endswith('"底"' + "}" * 479)
