"""Contextual vectors: they follow the static ones, and no passage is encoded twice."""

import logging
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa import Library
from qa.storage.local import reindexing, vector_file
from qa.storage.local.backend import LocalBackend
from qa.storage.local.lock import WriteLock
from qa.storage.local.store import FILE_NAME, Store
from qa.storage.models import load_models
from tests.qa.builders import document
from tests.qa.storage.local.reading import backend, models
from tests.qa.storage.old_libraries.make import unpacked

LEAVE = "工作满一年的员工每年有五天带薪年假。年假须提前两周申请，由主管批准。"
OVERTIME = "加班须事先经部门主管同意。"
POOL = "游泳池夏天开放到晚上九点，冬天停水检修。"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The file in which the encoder writes what it encodes."""
    file = tmp_path / "record.txt"
    file.touch()
    return file


@pytest.fixture
def kept(tmp_path: Path, record: Path) -> Iterator[LocalBackend]:
    opened = backend(tmp_path / "library", record)
    yield opened
    opened.close()


@pytest.fixture
def library(kept: LocalBackend) -> Library:
    return Library(kept)


def encoded(record: Path) -> Counter[str]:
    """How often each passage was encoded."""
    return Counter(record.read_text("utf-8").splitlines())


def fill(library: Library, passages: int) -> None:
    """Add passages that are not read yet."""
    texts = [f"第{number}条 员工每年有{number}天年假。" for number in range(passages)]
    library.add_documents([("rules.txt", document(*texts))], wait=False)


def progress_into(
    told: list[tuple[str, int, int]],
) -> Callable[..., None]:
    return lambda stage, done, total, item="": told.append((stage, done, total))  # noqa: ARG005


def count(path: Path, table: str = "contextual") -> int:
    with closing(sqlite3.connect(path / FILE_NAME)) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(found[0])


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_vectors_are_the_encoders(kept: LocalBackend, library: Library) -> None:
    library.add_documents(
        [("leave.txt", document(LEAVE, title="休假")), ("overtime.txt", document(OVERTIME))],
    )
    encoder = kept.models.encoder
    (asked,) = kept.models.encode_query_meanings(["年假须提前多久申请"])
    rows = np.array([1, 2, 3], dtype=np.int64)
    whole = encoder.encode_passages([f"休假\n{LEAVE}", f"甲\n{OVERTIME}"])
    first, second, _ = LEAVE.replace("。", "。|").split("|")
    parts = encoder.encode_passages([f"休假 {first}", f"休假 {second}"])
    with kept.state(None) as state:
        found = state.contextual_similarities(asked, rows)
        np.testing.assert_allclose(found, [*(whole @ asked), np.nan], atol=1e-3)
        sentences = state.sentence_similarities(asked, rows)
        best = (parts @ asked).max()
        np.testing.assert_allclose(sentences, [best, whole[1] @ asked, np.nan], atol=5e-3)
        order = np.argsort(-(whole @ asked)) + 1
        assert state.contextual(asked, 2).tolist() == order.tolist()
        assert len(state.similarities(kept.models.encode_queries(["年假"])[0], rows)) == 3
    with kept.state(["overtime.txt"]) as state:
        assert state.contextual(asked, 2).tolist() == [2]
    assert library.renewal() is None
    assert library.verify().problems == ()


def test_words_answer_before_the_passages_are_read(
    kept: LocalBackend, library: Library, record: Path
) -> None:
    library.add_bytes("leave.txt", LEAVE.encode(), wait=False)
    library.add_bytes("pool.txt", POOL.encode(), wait=False)
    assert library.search("年假")[0].source == "leave.txt"
    renewal = library.renewal()
    assert renewal is not None
    assert (renewal.done, renewal.passages) == (0, 2)
    with kept.state(None) as state:
        (asked,) = kept.models.encode_query_meanings(["年假"])
        assert state.contextual(asked, 5).tolist() == []
        assert np.isnan(state.sentence_similarities(asked, np.array([1, 2]))).all()
    assert library.verify().problems == ()
    told: list[tuple[str, int, int]] = []
    library.renew(progress_into(told))
    assert told[0] == ("understand", 0, 2)
    assert told[-1] == ("understand", 2, 2)
    assert library.renewal() is None
    library.renew()
    assert set(encoded(record).values()) == {1}


def test_a_static_model_has_none(tmp_path: Path, small_model: Path) -> None:
    opened = LocalBackend(tmp_path / "static")
    opened.connect(load_models(small_model))
    Library(opened).add_bytes("leave.txt", LEAVE.encode())
    asked = np.ones(24, dtype=np.float32)
    with opened.state(None) as state:
        assert state.contextual(asked, 5).tolist() == []
        assert np.isnan(state.contextual_similarities(asked, np.array([1]))).all()
        assert np.isnan(state.sentence_similarities(asked, np.array([1]))).all()
    assert not (opened.path / "indexes" / "contextual.faiss").exists()
    with pytest.raises(ValueError, match="static model"):
        opened.models.encode_query_meanings(["年假"])
    opened.close()


def test_a_library_follows_what_another_process_reads(
    kept: LocalBackend, library: Library, record: Path
) -> None:
    fill(library, 100)
    (asked,) = kept.models.encode_query_meanings(["年假"])
    with kept.state(None) as state:
        assert len(state.contextual(asked, 200)) == 0
    assert end_of(read(kept.path, record)) == 0
    with kept.state(None) as state:
        assert len(state.contextual(asked, 200)) == 100
    again = backend(kept.path, record)
    with again.state(None) as state:
        assert len(state.contextual(asked, 200)) == 100
    again.close()
    assert set(encoded(record).values()) == {1}
    assert library.verify().problems == ()


def read(path: Path, record: Path, seconds: float = 0.0) -> subprocess.Popen[str]:
    """Return a process that reads a library, once it has opened it."""
    command = [sys.executable, "-m", "tests.qa.storage.local.reading", path, record, seconds]
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end_of(process: subprocess.Popen[str]) -> int:
    """Wait for a process, and return its exit code."""
    process.communicate()
    return process.returncode


def test_a_killed_reading_goes_on(kept: LocalBackend, library: Library, record: Path) -> None:
    fill(library, 200)
    process = read(kept.path, record, 0.005)
    until(lambda: count(kept.path) >= 64)
    process.kill()
    end_of(process)
    held = count(kept.path)
    assert 64 <= held < 200
    assert library.search("年假")
    assert library.verify().problems == ()
    library.renew()
    assert library.renewal() is None
    times = encoded(record)
    assert len(times) == 200
    # Only the batch that was never committed is encoded again.
    assert sum(times.values()) - 200 <= reindexing.CONTEXTUAL_BATCH
    assert library.verify().problems == ()


def test_two_processes_read_each_passage_once(
    kept: LocalBackend, library: Library, record: Path
) -> None:
    fill(library, 150)
    processes = [read(kept.path, record, 0.03) for _ in range(2)]
    told: list[tuple[str, int, int]] = []
    library.renew(progress_into(told))  # a third, which waits for them or goes on
    assert [end_of(process) for process in processes] == [0, 0]
    assert told[-1][1:] == (150, 150)
    assert encoded(record) == Counter(dict.fromkeys(encoded(record), 1))
    assert len(encoded(record)) == 150
    assert library.verify().problems == ()


def test_the_library_is_free_while_a_batch_is_encoded(
    kept: LocalBackend, library: Library, record: Path
) -> None:
    fill(library, 150)
    process = read(kept.path, record, 0.01)
    until(lambda: count(kept.path) > 0)
    renewal = library.renewal()
    assert renewal is not None
    assert renewal.writer is not None
    assert str(process.pid) in renewal.writer
    started = time.monotonic()
    library.add_bytes("pool.txt", POOL.encode(), wait=False)
    library.remove("rules.txt")
    assert time.monotonic() - started < 2
    assert end_of(process) == 0
    assert count(kept.path) == 1
    assert library.renewal() is None
    assert library.verify().problems == ()


def test_what_is_removed_leaves_rows_and_file(kept: LocalBackend, library: Library) -> None:
    library.add_documents([("leave.txt", document(LEAVE)), ("pool.txt", document(POOL))])
    removed = kept.models.encoder.encode_passages([f"甲\n{POOL}"])[0].astype("<f2").tobytes()
    files = [kept.path / "indexes" / "contextual.faiss", kept.path / FILE_NAME]
    assert [removed in file.read_bytes() for file in files] == [True, True]
    library.remove("pool.txt")
    assert [removed in file.read_bytes() for file in files] == [False, False]
    (asked,) = kept.models.encode_query_meanings(["游泳池"])
    with kept.state(None) as state:
        assert state.contextual(asked, 5).tolist() == [1]
    assert count(kept.path) == 1
    assert library.verify().problems == ()


@pytest.mark.parametrize("way", ["damaged", "missing", "of another library"])
def test_a_file_that_is_of_no_use_is_made_anew(
    kept: LocalBackend,
    library: Library,
    record: Path,
    way: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fill(library, 40)
    library.renew()
    library.close()
    file = kept.path / "indexes" / "contextual.faiss"
    if way == "damaged":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    elif way == "missing":
        file.unlink()
    else:
        other = backend(kept.path.with_name("other"), record)
        Library(other).add_bytes("pool.txt", POOL.encode())
        other.close()
        shutil.copyfile(other.path / "indexes" / "contextual.faiss", file)
    with caplog.at_level(logging.WARNING), Library(backend(kept.path, record)) as again:
        assert "Rebuilding the contextual vector index" in caplog.text
        assert again.renewal() is None
        assert again.verify().problems == ()
    caplog.clear()
    with caplog.at_level(logging.WARNING), Library(backend(kept.path, record)):
        assert caplog.text == ""
    assert set(encoded(record).values()) == {1}


def test_many_vectors_are_behind_a_sieve(
    kept: LocalBackend, library: Library, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embeddings.index import arrangement

    for module in (arrangement, vector_file):
        monkeypatch.setattr(module, "EXACT_UP_TO", 200)
    monkeypatch.setattr(reindexing, "_ANNOUNCED_AT_LEAST", 64)
    fill(library, 400)
    library.renew()
    (asked,) = kept.models.encode_query_meanings(["年假"])
    other = backend(kept.path, record)
    with kept.state(None) as state, other.state(None) as same:
        found = state.contextual(asked, 10)
        assert len(found) == 10
        assert found.tolist() == same.contextual(asked, 10).tolist()
    other.close()
    assert library.verify().problems == ()


@pytest.mark.parametrize("name", ["schema-6", "schema-5-fb5388e"])
def test_static_vectors_of_an_old_library_stay(tmp_path: Path, record: Path, name: str) -> None:
    path = unpacked(name, tmp_path)
    with Library(backend(path, record, name="bundled")) as library:
        assert library.ask("渡船几点开航").answered
        assert library.renewal() is not None
        told: list[tuple[str, int, int]] = []
        library.renew(progress_into(told))
        assert {stage for stage, *_ in told} == {"understand"}
        assert library.renewal() is None
        assert library.verify().problems == ()
    assert sum(encoded(record).values()) == 8
    with Library(backend(path, record, name="bundled")) as library:
        assert library.renewal() is None
        assert library.ask("渡船几点开航").answered
        library.remove("渡船.md")
        assert library.verify().problems == ()
    assert sum(encoded(record).values()) == 8


def test_an_older_model_is_renewed_in_both_stages(tmp_path: Path, record: Path) -> None:
    path = unpacked("schema-5", tmp_path)
    with Library(backend(path, record, name="bundled")) as library:
        library.add_bytes("pool.txt", POOL.encode(), wait=False)
        told: list[tuple[str, int, int]] = []
        library.renew(progress_into(told))
        assert list(dict.fromkeys(stage for stage, *_ in told)) == ["encode", "understand"]
        assert library.renewal() is None
        assert library.ask("渡船几点开航").answered
        assert library.verify().problems == ()
    assert sum(encoded(record).values()) == 9


def test_a_library_of_an_object_before_version_7_opens(tmp_path: Path, record: Path) -> None:
    """Its vectors were the object's, and its fingerprint named the static model last."""
    path = unpacked("schema-6", tmp_path)
    ours = models(record, name="object:contextual")
    former = f"{ours.encoder.fingerprint}+{ours.token_encoder.fingerprint}"
    with closing(sqlite3.connect(path / FILE_NAME)) as connection:
        for table, column in (("models", "fingerprint"), ("settings", "value")):
            connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
                (former, ours.token_encoder.fingerprint),
            )
        vector = np.zeros(24, "<f2").tobytes()
        connection.execute("UPDATE vectors SET vector = ?", (vector,))
        connection.execute("UPDATE models SET name = 'object:contextual', dimension = 24")
        connection.commit()
    shutil.rmtree(path / "indexes")
    with Library(backend(path, record, name="object:contextual")) as library:
        assert library.ask("渡船几点开航").answered
        library.renew()
        assert library.ask("渡船几点开航").answered
        assert library.verify().problems == ()


def test_reindexing_goes_on_and_the_old_model_answers(
    tmp_path: Path, record: Path, small_model: Path
) -> None:
    path = tmp_path / "library"

    class Cut(Exception):
        pass

    def cut(stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG001
        with Library.open(path) as reader:
            assert reader.model_name == str(small_model)
            assert reader.search("年假")
        if stage == "understand" and done >= 64:
            raise Cut

    with Library.open(path, model=small_model) as library:
        fill(library, 150)
    with pytest.raises(Cut):
        LocalBackend(path).reindex(models(record), cut)
    with Library.open(path) as library:
        library.add_bytes("pool.txt", POOL.encode())
        assert library.model_name == str(small_model)
    again = LocalBackend(path)
    again.reindex(models(record), lambda *_, **__: None)
    with Library(again) as library:
        assert library.model_name == "contextual"
        assert library.renewal() is None
        assert library.verify().problems == ()
    times = encoded(record)
    assert (len(times), set(times.values())) == (151, {1})
    Library.reindex(path, small_model).close()
    assert not (path / "indexes" / "contextual.faiss").exists()
    assert count(path) == 0


def test_the_background_reads_what_is_added(library: Library, record: Path) -> None:
    with library:
        library.renew_in_background()
        fill(library, 40)
        until(lambda: library.renewal() is None)
        library.add_bytes("pool.txt", POOL.encode(), wait=False)
        until(lambda: library.renewal() is None)
        with WriteLock(library.path).held(patience=5):
            pass
    assert len(encoded(record)) == 41


def test_closing_ends_the_reading_within_a_batch(tmp_path: Path, record: Path) -> None:
    with Library(backend(tmp_path / "library", record, 0.01)) as library:
        fill(library, 500)
        library.renew_in_background()
        until(lambda: count(library.path) > 0)
        started = time.monotonic()
    assert time.monotonic() - started < 2
    assert count(library.path) < 500


def test_sentences_are_stored_to_a_byte(kept: LocalBackend, library: Library) -> None:
    many = "".join(f"第{number}句说的是第{number}件事。" for number in range(40))
    library.add_documents([("a.txt", document(many, OVERTIME))])
    store = Store(kept.path)
    found = store.database.execute("SELECT row, length(sentences) FROM contextual ORDER BY row")
    assert found.fetchall() == [(1, 32 * (24 + 2)), (2, None)]
    store.close()
