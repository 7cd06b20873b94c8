"""Reading processes: bounded, replaced after a violation, given up when nobody waits."""

import io
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from corpus import CorpusError, Limits, ReadingStopped, UnreadableFile, read_document
from corpus.confined.messages import Request
from qa import Library
from qa.ingestion import reading_pool as pools
from qa.ingestion.reading_pool import ReadingPool
from qa.messages_zh import in_chinese
from tests.conftest import ROOT
from tests.corpus.pdf_writer import Text, pdf
from tests.faults import hostile_files as hostile

# The models that hold text layers against their pictures need most of the memory.
LIMITS = Limits(cpu_seconds=4, memory_bytes=700_000_000)
GOOD = Request("# 题\n\n职工每年享受五天年休假。\n".encode(), "good.md", LIMITS)
# Reading these lists takes a minute or more, in little memory.
LISTS = Request(hostile.nested_lists(), "lists.html", LIMITS)
LONG = LISTS._replace(limits=replace(LIMITS, cpu_seconds=60))


@pytest.fixture
def pool() -> Iterator[ReadingPool]:
    pool = ReadingPool()
    yield pool
    pool.close()


def pids(pool: ReadingPool) -> set[int]:
    return {process.pid for _, process in pool._idle}


def wait_until(happened: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < last
        time.sleep(0.01)


def test_a_document_is_that_of_read_document(pool: ReadingPool) -> None:
    files = [*(ROOT / "corpus" / "demo").glob("*.md")]
    pages = pdf([[Text(72, 700, f"Page {number} is here.")] for number in "ABC"])
    for name, data in [*((file.name, file.read_bytes()) for file in files), ("a.pdf", pages)]:
        assert pool.read(Request(data, name, LIMITS)) == read_document(data, name)
    assert len(pids(pool)) == 1  # one process has read them all


def test_files_in_an_archive_are_read_by_the_process_that_reads_the_archive() -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("备件", 0).append(["滤网放在二号柜，每月换一次"])
    sheet, archive = io.BytesIO(), io.BytesIO()
    workbook.save(sheet)
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("备件.xlsx", sheet.getvalue())
        file.writestr("页.html", "<p>水泵每周查看一次。</p>")
        file.writestr("册.pdf", pdf([[Text(72, 700, "The pump is checked weekly.")]]))
    pool = ReadingPool()
    try:
        found = pool.read(Request(archive.getvalue(), "a.zip", replace(LIMITS, cpu_seconds=20)))
    finally:
        pool.close()
    assert found == read_document(archive.getvalue(), "a.zip")
    assert [article.title for article in found.articles] == ["备件", "页", "册"]


def test_a_refusal_is_that_of_read_document(pool: ReadingPool) -> None:
    for name, data in [("a.docx", b"PK"), ("a.txt", b""), ("a.exe", b"x"), ("a.pdf", b"%PDF-1")]:
        with pytest.raises(CorpusError) as expected:
            read_document(data, name)
        with pytest.raises(CorpusError) as caught:
            pool.read(Request(data, name, LIMITS))
        assert str(caught.value) == str(expected.value)
        assert type(caught.value) is type(expected.value)
        assert (caught.value.code, caught.value.values) == (
            expected.value.code,
            expected.value.values,
        )
    assert len(pids(pool)) == 1


@pytest.mark.parametrize(
    ("name", "data", "limits", "code"),
    [
        ("a.html", hostile.nested_lists(40_000), replace(LIMITS, cpu_seconds=1), "took_too_long"),
        (
            "b.html",
            hostile.nested_lists(40_000),
            replace(LIMITS, wall_seconds=1, cpu_seconds=30),
            "took_too_long",
        ),
        ("a.pdf", hostile.deflated_three_times(400), LIMITS, "took_too_much_memory"),
        (
            "b.pdf",
            pdf([[Text(72, 700, "The pump is checked weekly.")]]),
            replace(LIMITS, memory_bytes=400_000_000),
            "took_too_much_memory",
        ),
        (
            "a.txt",
            hostile.one_line(50),
            replace(LIMITS, memory_bytes=150_000_000, cpu_seconds=30),
            "took_too_much_memory",
        ),
    ],
)
def test_a_hostile_file_is_refused_by_name_and_reason(
    pool: ReadingPool, name: str, data: bytes, limits: Limits, code: str
) -> None:
    with pytest.raises(ReadingStopped) as caught:
        pool.read(Request(data, name, limits))
    assert caught.value.code == code
    assert str(caught.value).startswith(f"{name}: reading the file ")
    assert "WENJU_MAX_" in str(caught.value)
    assert in_chinese(caught.value).startswith("读这份文件")
    assert pids(pool) == set()  # it was replaced
    assert pool.read(GOOD).passages


def test_a_process_that_crashes_is_a_refusal(pool: ReadingPool) -> None:
    own_memory = b"x" * LIMITS.memory_bytes  # this process has more than the reader may take
    killed = threading.Event()

    def kill_once() -> bool:
        """Kill the reader as soon as the pool looks after it."""
        if not killed.is_set():
            killed.set()
            kill_readers(pool, signal.SIGSEGV)
        return False

    with pytest.raises(ReadingStopped) as error:
        pool.read(LISTS, abandoned=kill_once)
    assert error.value.code == "reader_crashed"
    assert "SIGSEGV" in str(error.value)
    assert "崩溃" in in_chinese(error.value)
    assert len(own_memory) == LIMITS.memory_bytes


def kill_readers(pool: ReadingPool, number: signal.Signals) -> None:
    for pid in list(pool._busy):
        os.kill(pid, number)


def test_what_an_earlier_file_broke_is_read_again(pool: ReadingPool) -> None:
    assert pool.read(GOOD).passages
    (pid,) = pids(pool)
    os.kill(pid, signal.SIGABRT)
    assert pool.read(GOOD).passages
    assert pids(pool).isdisjoint({pid})


def test_a_file_nobody_waits_for_is_given_up(pool: ReadingPool) -> None:
    with pytest.raises(ReadingStopped) as caught:
        pool.read(LONG, abandoned=lambda: True)
    assert caught.value.code == "reading_abandoned"


def test_an_isolated_file_gets_a_process_of_its_own(pool: ReadingPool) -> None:
    pool.read(GOOD)
    used = pids(pool)
    pool.read(GOOD, isolated=True)
    fresh = pids(pool) - used  # waits for the next
    assert len(fresh) == 1
    pool.read(GOOD, isolated=True)
    assert pids(pool) >= used
    assert pids(pool).isdisjoint(fresh)


def test_a_good_file_does_not_wait_for_hostile_ones(pool: ReadingPool) -> None:
    left = threading.Event()

    def read() -> None:
        with suppress(ReadingStopped):
            pool.read(LONG, abandoned=left.is_set)

    hostile_ones = [threading.Thread(target=read) for _ in range(3)]
    for thread in hostile_ones:
        thread.start()
    wait_until(lambda: len(pool._busy) == 3)
    assert pool.read(GOOD).passages
    assert all(thread.is_alive() for thread in hostile_ones)
    left.set()
    for thread in hostile_ones:
        thread.join()


def test_a_process_that_has_read_much_is_replaced(
    pool: ReadingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.ingestion.reading_process._FILES", 3)
    seen = set()
    for _ in range(6):
        pool.read(GOOD)
        seen |= pids(pool)
    assert len(seen) == 2


def test_a_process_with_nothing_to_do_ends(
    pool: ReadingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.read(GOOD)
    assert pids(pool)
    monkeypatch.setattr(pools, "_IDLE_SECONDS", 0.2)
    pool.read(GOOD)  # wakes the thread that waits as long as was set before
    wait_until(lambda: not pids(pool))


def test_a_reply_that_no_reader_makes_is_a_refusal(
    pool: ReadingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "qa.ingestion.reading_process._START",
        "import sys; sys.stdin.buffer.read(8); sys.stdout.buffer.write(b'D' + b'\\xff' * 16)",
    )
    with pytest.raises(ReadingStopped) as caught:
        pool.read(GOOD)
    assert caught.value.code == "reader_crashed"


def test_a_process_has_no_keys(pool: ReadingPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_SECRET", "s3cr3t")
    pool.read(GOOD)
    (pid,) = pids(pool)
    environment = Path(f"/proc/{pid}/environ")
    if not environment.exists():
        pytest.skip("no /proc here")
    assert b"s3cr3t" not in environment.read_bytes()


def test_the_rest_of_a_folder_goes_on_in_order(tmp_path: Path, small_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.txt").write_text(f"第 {number} 份文件。", encoding="utf-8")
    (folder / "05-bad.html").write_bytes(hostile.nested_lists(40_000))
    (folder / "07-bad.docx").write_bytes(b"PK\3\4")
    limits = Limits(cpu_seconds=1)
    with Library.open(tmp_path / "library", model=small_model, limits=limits) as library:
        told: list[str] = []
        report = library.add(folder, progress=lambda _, __, ___, item="": told.append(item))
        again = library.add(folder)
    assert list(report.added) == [f"{number:02}.txt" for number in range(20)]
    assert {failure.source: failure.code for failure in report.failed} == {
        "05-bad.html": "took_too_long",
        "07-bad.docx": "damaged",
    }
    assert [item for item in told if item.endswith("bad.html")]
    assert list(again.unchanged) == list(report.added)


def test_an_upload_of_a_library_is_bound_too(tmp_path: Path, small_model: Path) -> None:
    limits = Limits(cpu_seconds=1)
    with Library.open(tmp_path / "library", model=small_model, limits=limits) as library:
        report = library.add_bytes("bad.html", hostile.nested_lists(40_000))
        assert [failure.code for failure in report.failed] == ["took_too_long"]
        good = library.add_bytes("good.md", GOOD.data, isolated=True)
        assert good.added == ("good.md",)


def test_a_damaged_file_keeps_its_process(pool: ReadingPool) -> None:
    with pytest.raises(UnreadableFile):
        pool.read(Request(b"PK\3\4", "a.docx", LIMITS))
    assert len(pids(pool)) == 1
