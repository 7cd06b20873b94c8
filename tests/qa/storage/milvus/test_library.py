"""A library in Milvus does what one in a folder does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from qa import (
    DocumentSummary,
    Hit,
    Library,
    ModelMismatch,
    NoSuchDocument,
    NoSuchLibrary,
    WenjuError,
)
from qa.evaluation.feedback import Judgement, StoredFeedback
from qa.portable import export, import_
from qa.progress import silent
from qa.server.access_tokens import AccessTokens
from qa.storage.milvus.address import parse
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection
from qa.storage.opening import folder_of
from tests.qa.builders import document
from tests.qa.commands import parsed, wenju
from tests.qa.storage.milvus.server import MilvusServer

LEAVE = "# 休假\n\n作者：李明\n\n职工工作满一年可以享受五天年休假。\n\n国家法定休假日不算在里面。\n"
PAY = "# 工资\n\n## 加班\n\n加班费按小时计算，每月十五日发放。\n"
POOL = "# 泳池\n\n游泳池夏天开放，早上八点到晚上九点。\n"
HOSTILE = 'a" or document_id != "%\' ] 年.md'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, one of them under two names."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in (("leave.md", LEAVE), ("pay.md", PAY), ("pool.md", POOL), ("too.md", PAY)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def local(tmp_path: Path, small_model: Path, folder: Path) -> Iterator[Library]:
    """The same documents in a folder."""
    with Library.open(tmp_path / "local", model=small_model) as opened:
        opened.add(folder)
        yield opened


def unscored(hits: list[Hit]) -> list[Hit]:
    return [replace(hit, score=0.0, relevance=0.0) for hit in hits]


def listed(library: Library) -> list[DocumentSummary]:
    return [replace(document, added_at="") for document in library.documents()]


def test_it_finds_what_a_folder_finds(library: Library, local: Library, folder: Path) -> None:
    report = library.add(folder)
    assert report.added == ("leave.md", "pay.md", "pool.md", "too.md")
    for query in ("年休假", "加班费什么时候发", "泳池开放时间", "李明"):
        here, there = library.search(query), local.search(query)
        assert unscored(here) == unscored(there)
        # BM25 alone differs: tantivy keeps a passage's length in one byte.
        assert [hit.score for hit in here] == pytest.approx([h.score for h in there], abs=0.02)
        near = pytest.approx([hit.relevance for hit in there], abs=0.02)
        assert [hit.relevance for hit in here] == near
    answer, expected = library.ask("年休假有几天"), local.ask("年休假有几天")
    assert answer.text == expected.text
    assert answer.confidence == pytest.approx(expected.confidence, abs=0.02)
    assert [asdict(c) | {"score": 0} for c in answer.citations] == [
        asdict(c) | {"score": 0} for c in expected.citations
    ]


def test_it_lists_what_a_folder_lists(library: Library, local: Library, folder: Path) -> None:
    library.add(folder)
    assert listed(library) == listed(local)
    assert library.documents()[1].sources == ("pay.md", "too.md")
    for key in ("leave.md", library.documents()[2].id, library.documents()[1].id[:12]):
        shown = library.show(key).to_dict() | {"added_at": ""}
        assert shown == local.show(key).to_dict() | {"added_at": ""}
    report = library.verify()
    assert (report.documents, report.passages, report.vectors) == (3, 4, 4)
    assert report.problems == ()


def test_the_same_again_changes_nothing(library: Library, folder: Path) -> None:
    library.add(folder)
    before = library.documents()
    report = library.add(folder)
    assert report.unchanged == ("leave.md", "pay.md", "pool.md", "too.md")
    assert report.added == report.replaced == ()
    assert library.documents() == before


def test_a_document_goes_with_its_last_source(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "pay.md").unlink()
    assert library.add(folder, prune=True).removed == ("pay.md",)
    assert library.search("加班费")[0].source == "too.md"
    (folder / "too.md").unlink()
    (folder / "pool.md").unlink()
    library.add(folder, prune=True)
    assert [document.sources for document in library.documents()] == [("leave.md",)]
    assert {hit.source for hit in library.search("加班费按小时计算")} == {"leave.md"}
    assert library.verify().passages == 2


def test_a_changed_file_takes_the_place_of_the_old(library: Library) -> None:
    library.add_bytes("pool.md", POOL.encode())
    old = library.documents()[0].id
    library.add_bytes("pool.md", POOL.replace("夏天", "全年").encode())
    assert [hit.text for hit in library.search("游泳池")] == [
        "游泳池全年开放，早上八点到晚上九点。"
    ]
    new = library.documents()[0].id
    with pytest.raises(NoSuchDocument, match=f"{old[:16]}… has changed; it is now {new[:16]}…"):
        library.show(old)


def test_what_was_removed_is_gone_and_comes_back_only_when_added(library: Library) -> None:
    library.add_bytes("leave.md", LEAVE.encode())
    library.add_bytes("pay.md", PAY.encode())
    removed = library.remove("leave.md")
    assert removed.sources == ("leave.md",)
    assert {hit.source for hit in library.search("年休假")} == {"pay.md"}
    with pytest.raises(NoSuchDocument, match="was deleted from this library"):
        library.show(removed.id[:20])
    with pytest.raises(NoSuchDocument, match="No document has the id or source"):
        library.remove("leave.md")
    library.add_bytes("leave.md", LEAVE.encode())
    assert library.search("年休假")[0].source == "leave.md"


def test_a_search_among_some_documents(library: Library, folder: Path) -> None:
    library.add(folder)
    hits = library.search("年休假", documents=["pool.md", "pay.md"])
    assert {hit.source for hit in hits} == {"pool.md", "pay.md"}
    assert library.search("年休假", documents=[]) == []
    with pytest.raises(NoSuchDocument):
        library.search("年休假", documents=["nowhere.md"])


def test_a_hostile_name_is_a_name(library: Library) -> None:
    library.add_bytes("pay.md", PAY.encode())
    library.add_bytes(HOSTILE, LEAVE.encode())
    assert [d.sources for d in library.documents()] == [(HOSTILE,), ("pay.md",)]
    assert library.search("年休假", documents=[HOSTILE])[0].source == HOSTILE
    for key in ('" or id != "', "%", "_", '%" or id like "%'):
        with pytest.raises(NoSuchDocument):
            library.show(key)
    library.remove(HOSTILE)
    assert [d.sources for d in library.documents()] == [("pay.md",)]


def test_a_long_passage_is_found_and_quoted_whole(library: Library) -> None:
    long = "，".join(f"第{number}条说工资按月支付" for number in range(3_000)) + "。"
    assert len(long.encode()) > 65_535
    library.add_documents([("long.txt", document(long)), ("leave.txt", document("年假五天。"))])
    hit = library.search("工资按月支付")[0]
    assert (hit.source, hit.text) == ("long.txt", long)
    assert library.verify().problems == ()


def test_another_client_sees_each_change_at_once(
    library: Library, address: str, small_model: Path
) -> None:
    with Library.open(address) as other:
        assert other.model_name == str(small_model)
        library.add_bytes("pay.md", PAY.encode())
        assert [hit.source for hit in other.search("加班费")] == ["pay.md"]
        other.remove("pay.md")
        assert library.search("加班费") == []


def test_an_export_goes_from_milvus_into_a_folder_and_back(
    library: Library, milvus: MilvusServer, folder: Path, tmp_path: Path, small_model: Path
) -> None:
    library.add(folder)
    file = tmp_path / "all.wenju"
    assert export(library, file, silent) == 3
    for place in (tmp_path / "imported", milvus.address()):
        with Library.open(place, model=small_model) as imported:
            import_(imported, file, silent)
            assert listed(imported) == listed(library)
            assert imported.verify().problems == ()


def test_what_is_not_there_and_what_does_not_fit(
    milvus: MilvusServer, address: str, library: Library, other_model: Path
) -> None:
    absent = milvus.address("absent")
    with pytest.raises(NoSuchLibrary, match=f"no library at {absent}.*wenju index PATH"):
        Library.open(absent, create=False)
    with pytest.raises(ModelMismatch, match=f"wenju reindex --model .* --library {address}"):
        Library.open(address, model=other_model)
    with pytest.raises(WenjuError, match="is no folder that could be copied"):
        library.copy(Path("anywhere"))


def test_verify_tells_what_is_damaged(library: Library, address: str) -> None:
    library.add_bytes("leave.md", LEAVE.encode())
    library.add_bytes("pay.md", PAY.encode())
    leave, pay = (document.id for document in library.documents())
    connection = Connection(parse(address))
    names = Collections(connection, parse(address))
    settings = names.settings()
    assert settings is not None
    connection.delete(names.bodies, [f"{pay}:0"])
    rows = connection.find(settings.passages, f'document_id == "{leave}"', ["row", "number"])
    connection.delete(settings.passages, [row["row"] for row in rows if row["number"] == 1])
    problems = {(problem.subject, problem.found) for problem in library.verify().problems}
    connection.close()
    assert (f"{leave}:1", "it is not among the passages to search") in problems
    assert {subject for subject, _ in problems} == {f"{leave}:1", pay}


def test_the_command_line(
    milvus: MilvusServer,
    folder: Path,
    small_model: Path,
    other_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = milvus.address()
    absent = wenju("ask", "年休假有几天", "--library", address)
    assert absent.returncode == 2
    assert f"wenju index PATH --library {address}" in absent.stderr
    done = wenju("index", folder, "--model", small_model, "--library", address, "--json")
    assert parsed(done)["added"] == ["leave.md", "pay.md", "pool.md", "too.md"]
    monkeypatch.setenv("WENJU_LIBRARY", address)
    parsed(wenju("reindex", "--model", other_model, "--json"))
    assert parsed(wenju("remove", "pool.md", "--json"))["sources"] == ["pool.md"]
    assert parsed(wenju("search", "加班费", "--json"))[0]["source"] == "pay.md"
    report = parsed(wenju("verify", "--json"))
    assert (report["documents"], report["vectors"], report["problems"]) == (2, 3, [])


def test_what_is_not_in_milvus_is_kept_among_the_users_data(
    library: Library, address: str, home: Path
) -> None:
    folder = folder_of(address)
    assert (library.location, library.path) == (address, folder)
    assert folder.is_relative_to(home)
    AccessTokens(folder).create("ann")
    feedback = StoredFeedback(library)
    judgement = Judgement("年假", "年假", "good")
    feedback.record(judgement)
    assert [said.question for said in feedback.judgements()] == ["年假"]
    feedback.close()
    assert [token.name for token in AccessTokens(folder_of(Path(address))).all()] == ["ann"]


def test_without_the_extra_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "import qa, json\n"
        "try: qa.Library.open('milvus://127.0.0.1/a')\n"
        "except qa.WenjuError as error: print(json.dumps(str(error)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "pip install 'wenju[milvus]'" in json.loads(done.stdout)


def test_the_client_is_imported_only_when_it_is_needed(tmp_path: Path) -> None:
    script = (
        "import sys, qa\n"
        f"qa.Library.open({str(tmp_path / 'a')!r}).search('x')\n"
        "print(sorted({'pymilvus', 'grpc'} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
