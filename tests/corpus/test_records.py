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
    with pytest.raises(UnreadableFile, match=r"a\.jsonl: line 1 holds no object"):
        read_document(b"[1, 2]\n", "a.jsonl")
    with pytest.raises(EmptyDocument, match=r"a\.csv: the file holds no text"):
        read_document("问题,答案\n".encode(), "a.csv")
