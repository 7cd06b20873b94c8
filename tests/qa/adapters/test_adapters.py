"""The retrievers of other frameworks give what the library gives."""

from pathlib import Path

import pytest

from qa import Library

QUERY = "年休假有几天"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "library")
    library.add_bytes("leave.md", "# 休假\n\n职工工作满一年可以享受五天年休假。\n".encode())
    library.add_bytes("pay.txt", "加班费按小时计算，每月十五日发放。".encode())
    return library


def test_langchain(library: Library) -> None:
    from qa.adapters.langchain import WenjuRetriever

    found = WenjuRetriever(library=library, k=2).invoke(QUERY)
    for document, hit in zip(found, library.search(QUERY, 2), strict=True):
        assert document.page_content == hit.text
        assert {"passage_id": document.id, "text": hit.text, **document.metadata} == hit.to_dict()
    (only,) = WenjuRetriever(library=library, documents=["pay.txt"]).invoke(QUERY)
    assert only.metadata["source"] == "pay.txt"


def test_llama_index(library: Library) -> None:
    from qa.adapters.llama_index import WenjuRetriever

    found = WenjuRetriever(library, k=2).retrieve(QUERY)
    for node, hit in zip(found, library.search(QUERY, 2), strict=True):
        fields = {"passage_id": node.node_id, "text": node.text, "score": node.score}
        assert {**fields, **node.metadata} == hit.to_dict()
    (only,) = WenjuRetriever(library, documents=["pay.txt"]).retrieve(QUERY)
    assert only.metadata["source"] == "pay.txt"
