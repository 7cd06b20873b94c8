"""What was removed is in no file of the library any more: not its text, words or vectors."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa import Library
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.local.store import FILE_NAME

KEPT = "# 假期\n\n职工工作满一年可以享受五天年休假。\n\n加班费按小时计算。\n"
ARCHIVE = "# 绝密档案\n\n密码是 zebraquux，藏在钟楼里。\n\n第二段也写着 zebraquux。\n"
MARKS = [mark.encode() for mark in ("zebraquux", "绝密", "钟楼")]
TERMS = [("text", "zebraquux"), ("text", "钟楼"), ("context", "绝密")]


def remove(library: Library, _: Path) -> None:
    library.remove("secret.md")


def replace(library: Library, folder: Path) -> None:
    (folder / "secret.md").write_text("别的文字。", encoding="utf-8")
    assert library.add(folder).replaced == ("secret.md",)


def prune(library: Library, folder: Path) -> None:
    (folder / "secret.md").unlink()
    assert library.add(folder, prune=True).removed == ("secret.md",)


def upload(library: Library, _: Path) -> None:
    assert library.add_bytes("secret.md", "别的文字。".encode()).replaced == ("secret.md",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents, which come into one segment of the lexical index."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "kept.md").write_text(KEPT, encoding="utf-8")
    (folder / "secret.md").write_text(ARCHIVE, encoding="utf-8")
    return folder


def vectors_of(path: Path, text: str) -> list[bytes]:
    """The vectors of the passages that hold a text, as they are written."""
    connection = sqlite3.connect(path / FILE_NAME)
    found = connection.execute(
        "SELECT vector FROM vectors JOIN passages USING (row) WHERE instr(text, ?)", (text,)
    ).fetchall()
    connection.close()
    return [vector for (vector,) in found]


def files_with(path: Path, marks: list[bytes]) -> list[str]:
    return sorted(
        file.relative_to(path).as_posix()
        for file in path.rglob("*")
        if file.is_file() and any(mark in file.read_bytes() for mark in marks)
    )


def passages_with_terms(path: Path) -> list[int]:
    """In how many passages tantivy's files have each term, those marked as removed too."""
    lexical = LexicalIndex(path / "indexes" / "lexical")
    searcher = lexical._index.searcher()  # what the files hold, not what is found
    return [searcher.doc_freq(field, term) for field, term in TERMS]


@pytest.mark.parametrize("way", [remove, replace, prune, upload])
@pytest.mark.parametrize("reader", [False, True])
def test_it_is_in_no_file(
    library: Library, folder: Path, way: Callable[[Library, Path], None], reader: bool
) -> None:
    library.add(folder)
    path = library.path
    vectors = vectors_of(path, "zebraquux")
    assert len(vectors) == 2
    assert all(np.frombuffer(vector, "<f2").any() for vector in vectors)
    assert files_with(path, MARKS) == [FILE_NAME]
    assert passages_with_terms(path) == [2, 1, 2]
    assert files_with(path, vectors) == ["indexes/vectors.faiss", FILE_NAME]
    other = Library.open(path) if reader else None
    if other is not None:
        assert other.search("zebraquux")[0].source == "secret.md"
    way(library, folder)
    assert files_with(path, MARKS + vectors) == []
    assert passages_with_terms(path) == [0, 0, 0]
    if other is not None:
        assert "secret" not in "".join(hit.text for hit in other.search("zebraquux"))
        assert other.verify().problems == ()
        other.close()
    assert library.search("年休假")[0].source == "kept.md"
    assert library.verify().problems == ()
    library.close()
    assert files_with(path, MARKS + vectors) == []


def test_a_search_under_way_does_not_keep_it(library: Library, folder: Path) -> None:
    library.add(folder)
    searcher = LexicalIndex(library.path / "indexes" / "lexical")._index.searcher()
    library.remove("secret.md")
    assert passages_with_terms(library.path) == [0, 0, 0]
    assert (searcher.num_docs, searcher.doc_freq("text", "zebraquux")) == (4, 2)
