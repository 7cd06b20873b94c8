"""Scope: the documents that a question names, and what it asks of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from qa.results import PassageId, Place
from qa.retrieval.scope import Scope, scope_of
from qa.storage.records import StoredPassage

FEES = """# {branch}{year}年服务价目

## 转账

{branch}柜台转账每笔收{transfer}元，手机上转账不收费。

## 挂失

{branch}补办存折收{book}元，三天后到{branch}领取。

## 保管箱

{branch}的小号保管箱一年{box}元，钥匙押金另付。
"""
BRANCHES = {
    ("滨河路支行", 2024): (5, 10, 300),
    ("滨河路支行", 2025): (4, 12, 320),
    ("云台山支行", 2024): (6, 15, 280),
    ("云台山支行", 2025): (7, 20, 260),
}
OTHERS = {
    "停车管理办法": "访客停车不满三十分钟不收费，超过的每小时三元。",
    "图书借阅规则": "每人一次可借五册，借期三十天，可以续借一次。",
}


def stored(document: str, title: str, source: str) -> StoredPassage:
    place = Place(PassageId.of(document, 0), title, None, (), source, None, 1, ())
    return StoredPassage(row=0, place=place, text="")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("branches")
    for (branch, year), (transfer, book, box) in BRANCHES.items():
        text = FEES.format(branch=branch, year=year, transfer=transfer, book=book, box=box)
        (folder / f"{branch}{year}.md").write_text(text, "utf-8")
    for title, text in OTHERS.items():
        (folder / f"{title}.md").write_text(f"# {title}\n\n{text}\n", "utf-8")
    with Library.open(folder / "kept.library") as opened:
        opened.add(str(folder))
        yield opened


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"{branch}{year}年服务价目里{asked}", f"{lead}{figures[place]}元")
        for (branch, year), figures in BRANCHES.items()
        for place, (asked, lead) in enumerate(
            [
                ("在柜台转账收多少", "每笔收"),
                ("存折丢了重做收多少", "补办存折收"),
                ("保管箱一年多少钱", "一年"),
            ]
        )
    ],
)
def test_the_passage_of_the_named_document_is_first(
    library: Library, question: str, answer: str
) -> None:
    first = library.search(question)[0]
    assert answer in first.text
    assert question.startswith(first.title)
    (same,) = library.search_many([question])
    assert [hit.passage_id for hit in same] == [hit.passage_id for hit in library.search(question)]


def test_a_question_that_names_nothing_is_ranked_as_a_whole(library: Library) -> None:
    for question in ("借书能借几本", "How many books may I borrow?"):
        found = library.candidates(question)
        with library.session() as session:
            (whole,) = session.search([question], depth=20)
        assert [(one.id, one.score) for one in found.ranked] == [
            (one.id, one.score) for one in whole.ranked
        ]


def test_the_names_are_taken_off_the_question() -> None:
    passages = [
        stored("a", "滨河路支行2024年服务价目", "价目/滨河路.md"),
        stored("b", "云台山支行2024年服务价目", "价目/云台山.md"),
    ]
    scope = scope_of("根据滨河路支行２０２４年的收费，转账多少钱", passages)
    assert scope == Scope(frozenset({"a"}), "收费，转账多少钱")


def test_a_name_may_be_of_the_file() -> None:
    passages = [stored("a", "Fees", "C:\\x\\North Harbour Branch.md"), stored("b", "Fees", "y.md")]
    scope = scope_of("north harbour branch: what does a transfer cost?", passages)
    assert scope is not None
    assert scope.documents == {"a"}
    assert scope.rest == ": what does a transfer cost?"


def test_documents_that_are_named_alike_are_all_meant() -> None:
    passages = [stored(one, f"滨河路支行{one}年", f"{one}.md") for one in ("2024", "2025")]
    scope = scope_of("滨河路支行转账多少钱", [*passages, stored("c", "停车办法", "c.md")])
    assert scope is not None
    assert scope.documents == {"2024", "2025"}


@pytest.mark.parametrize(
    "question",
    [
        "转账多少钱",  # no name
        "滨河路支行2024年",  # nothing else is asked
        "滨河路支行2024年是什么",
        "支行",  # too short
        "",
        "\ud800？",
    ],
)
def test_there_is_no_scope(question: str) -> None:
    passages = [stored("a", "滨河路支行2024年", "a.md"), stored("b", "停车办法", "b.md")]
    assert scope_of(question, passages) is None


def test_one_document_is_no_choice() -> None:
    assert scope_of("滨河路支行转账多少钱", [stored("a", "滨河路支行", "a.md")]) is None
    assert scope_of("滨河路支行转账多少钱", []) is None
