"""``verify``: whatever does not agree with the rest is named, with what mends it."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from qa import Library, LibraryDamaged
from qa.storage.local import lexical_file
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.indexes import origin_of
from qa.storage.local.lexical_file import LexicalStamp, write_stamp
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.local.store import FILE_NAME, Store

LEAVE = "职工工作满一年可以享受五天年休假。"


@pytest.fixture
def path(library: Library) -> Path:
    """A closed library of two documents."""
    library.add_bytes("leave.txt", LEAVE.encode())
    library.add_bytes("pay.txt", "加班费按小时计算。\n\n工资每月十五日发放。".encode())
    library.close()
    return library.path


def change(path: Path, statement: str) -> None:
    """Change the file behind the product's back."""
    connection = sqlite3.connect(path / FILE_NAME)
    connection.execute(statement)
    connection.commit()
    connection.close()


def problems(path: Path) -> list[tuple[str, str]]:
    with Library.open(path) as library:
        report = library.verify()
        assert all(problem.remedy for problem in report.problems)
        return [(problem.subject, problem.found) for problem in report.problems]


def test_a_sound_library(path: Path) -> None:
    with Library.open(path) as library:
        calls: list[tuple[str, int, int, str]] = []
        report = library.verify(lambda *call: calls.append(call))
        assert (report.documents, report.passages, report.vectors) == (2, 3, 3)
        assert report.problems == ()
        assert calls == [("verify", 1, 2, "leave.txt"), ("verify", 2, 2, "pay.txt")]


def test_a_passage_that_is_not_what_its_document_says(path: Path) -> None:
    change(path, "UPDATE passages SET text = '伪造。' WHERE row = 1")
    (subject, found), (index, _) = problems(path)
    assert subject.endswith(":0")
    assert found == "its text is not what its spans hold"
    assert index == "indexes/lexical"  # which holds the words of the true passage
    with Library.open(path) as library, pytest.raises(LibraryDamaged, match="`wenju verify`"):
        library.search("年休假")  # and it is never shown


def test_a_document_that_was_changed(path: Path) -> None:
    change(path, "UPDATE documents SET text = '伪造' || text WHERE text LIKE '职工%'")
    assert [found for _, found in problems(path)] == ["its text is not what its spans hold"]


def test_a_passage_without_a_vector(path: Path) -> None:
    change(path, "DELETE FROM vectors WHERE row = 2")
    found = dict(problems(path))
    assert found["library.sqlite3"] == "1 passages have no vector"
    with Library.open(path) as library:
        assert library.search("年休假")[0].text == LEAVE


def test_a_vector_that_was_changed(path: Path) -> None:
    change(path, "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE row = 2")
    assert problems(path) == [("indexes/vectors", "1 vectors differ from the library's")]


def change_lexical(path: Path, row: int) -> None:
    """Make sound files that hold something else instead of row 2, as no damage would."""
    folder = path / "indexes" / "lexical"
    store = Store(path)
    passages = list(Catalogue(store.database).added_since(0))
    other = replace(passages[1], row=row, text="别的文字")
    LexicalIndex(folder).rebuild([passages[0], other, passages[2]])
    head = store.head()
    model = store.model()
    assert model is not None
    write_stamp(folder, origin_of(store, model), head, LexicalStamp(head, {}))
    store.close()


def test_a_lexical_index_of_other_words(path: Path) -> None:
    change_lexical(path, row=2)
    ((subject, found),) = problems(path)
    assert subject == "indexes/lexical"
    assert found.endswith("terms are not in as many passages as in the library")
    change_lexical(path, row=9)
    with Library.open(path) as library:
        (problem,) = library.verify().problems
    assert problem.found == "it lacks 1 passages, and holds 1 that are gone"
    assert problem.remedy == "`wenju reindex` makes it anew from the documents"
    with Library.reindex(path) as library:
        assert library.verify().problems == ()
        assert library.search("发放")[0].source == "pay.txt"
    assert problems(path) == []


def test_a_row_that_points_nowhere(path: Path) -> None:
    change(path, "INSERT INTO sources VALUES ('ghost.txt', 'no such document')")
    assert problems(path) == [("library.sqlite3", "sources row None points into no documents")]


def test_token_counts_that_are_wrong(path: Path) -> None:
    change(path, "UPDATE token_counts SET passages = passages + 1 WHERE token % 2 = 0")
    ((subject, found),) = problems(path)
    assert subject == "library.sqlite3"
    assert found.endswith("tokens are counted wrongly")


def test_a_page_of_the_file_that_was_overwritten(path: Path) -> None:
    file = path / FILE_NAME
    content = bytearray(file.read_bytes())
    for start in range(4096, len(content), 8192):
        content[start : start + 200] = b"\xaa" * 200
    file.write_bytes(content)
    with pytest.raises(LibraryDamaged, match="wenju index PATH --library DIR"):
        problems(path)


def test_a_lexical_index_of_an_older_version_is_used_as_it_is(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = path / "indexes" / "lexical.json"
    stamp = json.loads(file.read_text("utf-8"))
    del stamp["model"]
    file.write_text(json.dumps({**stamp, "version": 1}), "utf-8")
    assert problems(path) == []
    with Library.open(path) as library:
        assert library.search("年休假")[0].text == LEAVE
    assert caplog.messages == []


def test_another_model_keeps_the_lexical_index(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(LexicalIndex, "rebuild")
    monkeypatch.delattr(lexical_file, "delete")
    with Library.reindex(path, "bundled") as library:
        assert library.verify().problems == ()
        assert library.search("年休假")[0].text == LEAVE
