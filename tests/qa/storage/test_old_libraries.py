"""A library of every version opens, answers at once, and is renewed behind."""

import json
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa import Library, LibraryDamaged, ModelMismatch, Renewal, WenjuError
from qa.portable import export
from qa.progress import silent
from qa.storage.local import schema
from qa.storage.local.store import FILE_NAME, Store
from qa.storage.models import is_version_of, load_models
from qa.storage.records import Model
from tests.qa.builders import write_static_model
from tests.qa.commands import parsed, wenju
from tests.qa.storage.old_libraries.make import HERE, VERSIONS, unpacked

FERRY, LAMP = "渡船几点开航", "What does the keeper do if the lamp goes out?"
FERRY_ANSWER = "渡船每天早上六点开航，晚上八点收船，中午十二点到一点停航检修。"
SOURCES = ["lighthouse.txt", "果园.md", "渡船.md"]
MOST_BYTES = 100_000
PRESENT = ("schema-5-fb5388e", "schema-6", "schema-7")  # made with the model that is bundled today


@pytest.fixture(params=[version.name for version in VERSIONS])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Each old library, of the static model."""
    return static(unpacked(str(request.param), tmp_path))


@pytest.fixture
def outdated(tmp_path: Path) -> Path:
    """A library of another static model."""
    return static(unpacked("schema-5", tmp_path))


def static(path: Path) -> Path:
    """Rename a library's model, which was called ``bundled`` when there was no other."""
    with closing(sqlite3.connect(path / FILE_NAME)) as connection:
        connection.execute("UPDATE models SET name = 'static'")
        connection.commit()
    return path


def fingerprint(path: Path) -> str:
    """Of the model in use, as the file has it."""
    with closing(sqlite3.connect(path / FILE_NAME)) as connection:
        (found,) = connection.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()
    return str(found)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens in another thread."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def check(library: Library) -> None:
    """See that a library answers all that it should, and nothing that was removed."""
    assert [source for one in library.documents() for source in one.sources] == SOURCES
    answer = library.ask(FERRY)
    assert answer.answered
    assert answer.citations[0].quote == FERRY_ANSWER
    assert library.ask(LAMP).citations[0].source == "lighthouse.txt"
    assert not library.ask("红烧肉怎么做才不腻").answered
    assert all("删除" not in hit.text for hit in library.search("删除", 20))


def test_every_version_of_the_schema_has_a_library() -> None:
    named = {int(version.name.split("-")[1]) for version in VERSIONS}
    assert named >= set(range(1, schema.VERSION))
    for version in VERSIONS:
        assert (HERE / f"{version.name}.tar.xz").stat().st_size < MOST_BYTES


def test_it_answers_at_once_and_is_renewed_behind(old: Path) -> None:
    with Library.open(old) as library:
        check(library)
        renewal = library.renewal()
        assert (renewal is None) == (old.name in PRESENT)
        if renewal is not None:
            assert (renewal.done, renewal.passages, renewal.writer) == (0, 8, None)
        assert library.verify().problems == ()
        told: list[tuple[str, int, int]] = []
        library.renew(lambda stage, done, total, item="": told.append((stage, done, total)))  # noqa: ARG005
        assert told == ([] if renewal is None else [("encode", 0, 8), ("encode", 8, 8)])
        assert library.renewal() is None
        check(library)
        assert library.verify().problems == ()
    with Library.open(old) as library:  # and so it stays
        assert library.renewal() is None
        check(library)
        assert library.remove("渡船.md").sources == ("渡船.md",)
        assert not library.ask(FERRY).answered
        assert library.verify().problems == ()
    assert fingerprint(old) == load_models(None).fingerprint
    assert sorted(path.name for path in old.iterdir()) == [
        "indexes",
        "library.sqlite3",
        "write.holder.json",
        "write.lock",
    ]


@pytest.mark.parametrize("name", ["schema-1-first", "schema-5", "schema-5-fb5388e", "schema-6"])
def test_the_bundled_model_reads_an_old_library(name: str, tmp_path: Path) -> None:
    path = unpacked(name, tmp_path)
    with Library.open(path) as library:
        assert library.model_name == "bundled"
        check(library)
        assert library.renewal() == Renewal(0, 8, None)
        told: list[tuple[str, int, int]] = []
        library.renew(lambda stage, done, total, item="": told.append((stage, done, total)))  # noqa: ARG005
        static_ones = [] if name in PRESENT else [("encode", 0, 8), ("encode", 8, 8)]
        assert told[: len(static_ones)] == static_ones
        assert {stage for stage, _, _ in told[len(static_ones) :]} == {"understand"}
        assert told[-1] == ("understand", 8, 8)
        assert library.renewal() is None
        assert library.ask(FERRY).citations[0].quote == FERRY_ANSWER
        assert library.search(LAMP)[0].source == "lighthouse.txt"
        assert library.verify().problems == ()
    assert fingerprint(path) == load_models("bundled").fingerprint


def test_words_answer_as_the_vectors_do(old: Path) -> None:
    questions = (FERRY, LAMP, "苹果树什么时候修剪", "飞机票多少钱", "过河一次几块钱")
    with Library.open(old) as library:
        before = [library.ask(question) for question in questions]
        library.renew()
        after = [library.ask(question) for question in questions]
    for ours, theirs in zip(before, after, strict=True):
        assert ours.answered == theirs.answered
        assert ours.confidence == pytest.approx(theirs.confidence, abs=0.01)
        assert [one.quote for one in ours.citations] == [one.quote for one in theirs.citations]


def test_listing_showing_exporting_and_removing_need_no_model(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(old / FILE_NAME)) as connection:
        connection.execute("UPDATE models SET name = 'somebody/who-is-gone'")
        connection.commit()
    monkeypatch.setattr("qa.storage.local.backend.load_models", pytest.fail)
    with Library.open(old) as library:
        assert len(library.documents()) == 3
        assert "果树" in library.show("果园.md").text
        export(library, tmp_path / "out.wenju", silent)
        assert library.verify().problems == ()
        library.remove("果园.md")
        assert len(library.documents()) == 2


def test_another_model_that_is_asked_for_is_refused(outdated: Path, tmp_path: Path) -> None:
    other = write_static_model(tmp_path / "other", dimension=16, seed=1)
    with pytest.raises(ModelMismatch, match="wenju reindex --model"):
        Library.open(outdated, model=other)
    with Library.open(outdated, model="static") as library:  # its own, in another version
        check(library)


def test_a_document_can_be_added_before_the_vectors_are_renewed(outdated: Path) -> None:
    with Library.open(outdated) as library, Library.open(outdated) as reader:
        library.add_bytes("pool.txt", "游泳池夏天开放到晚上九点。".encode(), wait=False)
        renewal = library.renewal()
        assert renewal is not None
        assert (renewal.done, renewal.passages) == (1, 9)
        assert reader.renewal() == renewal
        for one in (library, reader):
            assert one.ask("游泳池几点关门").citations[0].source == "pool.txt"
            assert one.ask(FERRY).citations[0].quote == FERRY_ANSWER
        assert library.verify().problems == ()
        library.remove("pool.txt")
        library.renew()
        check(reader)


def test_a_renewal_goes_on_where_it_was_cut_short(
    outdated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.storage.local.reindexing._BATCH", 3)
    monkeypatch.setattr("qa.storage.local.backend._FEW", 2)  # so that not all are encoded at once

    class Cut(Exception):
        pass

    def cut(stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG001
        if done == 6:
            raise Cut

    with Library.open(outdated) as library, pytest.raises(Cut):
        library.renew(cut)
    with Library.open(outdated) as library:
        renewal = library.renewal()
        assert renewal is not None
        assert (renewal.done, renewal.passages) == (6, 8)
        check(library)
        library.renew()
        check(library)
        assert library.verify().problems == ()


def test_a_reader_takes_up_vectors_as_they_come(
    outdated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.storage.local.reindexing._BATCH", 3)

    def look(stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG001
        check(reader)
        with reader._backend.state(None) as state:
            assert len(state.dense(vector, 20)) == 8
            counted.append(state.passage_count)

    counted: list[int] = []
    with Library.open(outdated) as library, Library.open(outdated) as reader:
        vector = library.encoder.encode_queries([FERRY])[0]
        library.renew(look)
        assert counted == [8, 8, 8, 8]
        check(reader)
        assert reader.verify().problems == ()


def test_the_library_renews_itself_in_the_background(outdated: Path) -> None:
    with Library.open(outdated) as library:
        library.renew_in_background()
        wait_until(lambda: library.renewal() is None)
        check(library)
    assert [one for one in threading.enumerate() if one.name == "wenju-renewal"] == []


def test_the_command_line(outdated: Path, tmp_path: Path) -> None:
    done = wenju("ask", FERRY, "--library", outdated, "--json")
    assert parsed(done)["citations"][0]["quote"] == FERRY_ANSWER
    assert "正在细读 0/8 段" in done.stderr
    assert "still reading: 0 of 8 passages; `wenju reindex --library" in done.stderr
    assert parsed(wenju("documents", "--library", outdated, "--json"))
    chat = subprocess.run(
        [wenju.__globals__["WENJU"], "chat", "--library", outdated, "--json"],
        input=f"{FERRY}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(chat.stdout)["answered"]
    more = tmp_path / "more.txt"
    more.write_text("游泳池夏天开放到晚上九点。", encoding="utf-8")
    assert wenju("index", more, "--library", outdated).returncode == 0
    done = wenju("ask", FERRY, "--library", outdated, "--json")
    assert parsed(done)["answered"]
    assert done.stderr == ""
    assert fingerprint(outdated) == load_models(None).fingerprint


def test_reindexing_renews(outdated: Path) -> None:
    done = wenju("reindex", "--library", outdated, "--json")
    assert parsed(done) == {"model": "static", "documents": 3, "passages": 8}
    with Library.open(outdated) as library:
        assert library.renewal() is None
        check(library)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A migration that fails at its end."""
    *others, last = schema.MIGRATIONS
    migrations = (*others, last, "INSERT INTO nowhere VALUES (1);")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", migrations)
        yield


@pytest.mark.usefixtures("failing")
def test_a_failed_migration_leaves_the_file_untouched(old: Path) -> None:
    before = (old / FILE_NAME).read_bytes()
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Store(old)
    assert (old / FILE_NAME).read_bytes() == before
    copy = old / f"{FILE_NAME}.before-{schema.VERSION}"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM passages").fetchone() == (8,)


def test_the_copy_goes_when_a_migration_has_succeeded(old: Path) -> None:
    copy = old / f"{FILE_NAME}.before-{schema.VERSION}"
    copy.write_text("of an earlier try", encoding="utf-8")
    Store(old).close()
    assert not copy.exists()
    assert not list(old.glob("*.tmp"))


def test_a_newer_library_is_refused_and_untouched(outdated: Path) -> None:
    with closing(sqlite3.connect(outdated / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (outdated / FILE_NAME).read_bytes()
    with pytest.raises(LibraryDamaged, match=r"schema version 99.*pip install -U wenju") as raised:
        Library.open(outdated)
    assert raised.value.code == "newer_library"
    assert "Restore it from a copy" not in str(raised.value)
    assert (outdated / FILE_NAME).read_bytes() == before


def test_a_model_that_cannot_be_had_is_named(outdated: Path) -> None:
    with closing(sqlite3.connect(outdated / FILE_NAME)) as connection:
        connection.execute("UPDATE models SET name = 'somebody/who-is-gone'")
        connection.commit()
    with Library.open(outdated) as library, pytest.raises(WenjuError, match="who-is-gone"):
        library.ask(FERRY)


@pytest.mark.parametrize(
    ("name", "fingerprint_of_it", "expected"),
    [
        ("bundled", "b", True),
        ("object:ours", "a", True),
        ("object:ours", "b", False),
        ("other", "b", False),
    ],
)
def test_versions_of_a_model(name: str, fingerprint_of_it: str, *, expected: bool) -> None:
    stored = Model("object:ours" if name.startswith("object") else "bundled", "a", 4)
    assert is_version_of(Model(name, fingerprint_of_it, 4), stored) is expected
