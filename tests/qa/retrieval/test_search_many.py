"""Many queries at once find what each finds alone."""

from pathlib import Path

import pytest

from qa import BadQuestion, Library, NoSuchDocument

QUERIES = ["年休假有几天", "When is overtime paid?", "加班费", "游泳"]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "library")
    for name, text in (
        ("leave.txt", "职工工作满一年可以享受五天年休假。"),
        ("pay.txt", "加班费按小时计算，每月十五日发放。\n\n游泳池夏天开放，冬天换水。"),
    ):
        library.add_bytes(name, text.encode())
    return library


@pytest.mark.parametrize("documents", [None, ["pay.txt"]])
def test_each_query_finds_what_it_finds_alone(
    library: Library, documents: list[str] | None
) -> None:
    found = library.search_many(QUERIES, k=2, documents=documents)
    assert found == [library.search(query, 2, documents) for query in QUERIES]
    assert [hits[0].source for hits in found] == [
        "leave.txt" if documents is None else "pay.txt", "pay.txt", "pay.txt", "pay.txt",
    ]  # fmt: skip


def test_nothing_is_asked(library: Library) -> None:
    assert library.search_many([]) == []


def test_one_bad_query_refuses_all(library: Library) -> None:
    with pytest.raises(BadQuestion):
        library.search_many(["年休假", " "])
    with pytest.raises(NoSuchDocument):
        library.search_many(["年休假"], documents=["nothing.txt"])
