"""One library in several processes and threads: each sees what the others did."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from qa import Library, LibraryBusy, WenjuError
from qa.storage.local.lock import WriteLock
from tests.qa.builders import document
from tests.qa.commands import WENJU

LEAVE = "职工工作满一年可以享受五天年休假。"
PAY = "加班费按小时计算，每月十五日发放。"

# Opens a library, then does what each line on stdin says and answers with one line.
ATTENDANT = """
import sys
from pathlib import Path
from qa import Library
library = Library.open(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    command, _, operand = line.rstrip("\\n").partition(" ")
    if command == "search":
        found = [hit.source for hit in library.search(operand)]
    elif command == "add":
        found = list(library.add(Path(operand)).added)
    else:
        found = list(library.remove(operand).sources)
    print(*found, flush=True)
"""


class Attendant:
    """A second process that has the library open."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ATTENDANT, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._answer() == ["ready"]

    def __call__(self, command: str, operand: str | Path) -> list[str]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command} {operand}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()


@contextmanager
def attendant(path: Path) -> Iterator[Attendant]:
    found = Attendant(path)
    try:
        yield found
    finally:
        found.process.communicate()


def test_the_very_next_question_of_another_process_knows(library: Library, tmp_path: Path) -> None:
    library.add_bytes("pay.txt", PAY.encode())
    with attendant(library.path) as other:
        assert other("search", "年休假") == ["pay.txt"]
        library.add_bytes("leave.txt", LEAVE.encode())
        assert other("search", "年休假") == ["leave.txt", "pay.txt"]
        library.remove("leave.txt")
        assert other("search", "年休假") == ["pay.txt"]
        library.add_bytes("pay.txt", LEAVE.encode())  # replaced
        assert other("search", "年休假") == ["pay.txt"]
        assert [hit.text for hit in library.search("年休假")] == [LEAVE]
        file = tmp_path / "new.txt"
        file.write_text(PAY, encoding="utf-8")
        assert other("add", file) == ["new.txt"]  # and the other way round
        assert [hit.source for hit in library.search("加班费")] == ["new.txt", "pay.txt"]
        assert other("remove", "new.txt") == ["new.txt"]
        assert [hit.source for hit in library.search("加班费")] == ["pay.txt"]
        assert library.verify().problems == ()


def test_another_process_follows_a_reindex(
    library: Library, other_model: Path, tmp_path: Path
) -> None:
    library.add_bytes("pay.txt", PAY.encode())
    with attendant(library.path) as other:
        library.add_bytes("leave.txt", LEAVE.encode())
        Library.reindex(library.path, other_model).close()
        assert other("search", "年休假") == ["leave.txt", "pay.txt"]
        file = tmp_path / "new.txt"
        file.write_text("游泳池换水。", encoding="utf-8")
        assert other("add", file) == ["new.txt"]
    assert library.verify().problems == ()
    assert library.model_name == str(other_model)


def test_a_reader_is_not_blocked_by_a_writer(library: Library, small_model: Path) -> None:
    library.add_bytes("leave.txt", LEAVE.encode())
    with WriteLock(library.path).held():  # as a writer holds it while it encodes
        assert [hit.source for hit in library.search("年休假")] == ["leave.txt"]
        with Library.open(library.path, model=small_model) as newcomer:
            assert [hit.source for hit in newcomer.search("年休假")] == ["leave.txt"]


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from qa.storage.local.lock import WriteLock\n"
        "with WriteLock(Path(sys.argv[1])).held():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    lock = WriteLock(tmp_path)
    holder_named = rf"process {process.pid} \(-c\) since 20"
    with pytest.raises(LibraryBusy, match=holder_named), lock.held(patience=0.1):
        raise AssertionError
    process.kill()  # the lock goes with its process, however that ends
    process.communicate()
    with lock.held(patience=5), lock.held(patience=0):  # and may be held again by who holds it
        pass


def test_who_waits_is_told_for_whom(tmp_path: Path, small_model: Path) -> None:
    Library.open(tmp_path / "library", model=small_model).close()
    (tmp_path / "new.txt").write_text(PAY, encoding="utf-8")
    with WriteLock(tmp_path / "library").held():
        command = [WENJU, "index", tmp_path / "new.txt", "--library", tmp_path / "library"]
        waiting = subprocess.Popen(
            [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        said = waiting.stderr.readline()
    out, err = waiting.communicate()
    assert said.startswith(f"Waiting for another writer: process {os.getpid()} (")
    assert (waiting.returncode, out, err) == (
        0,
        "files: 1 added, 0 replaced, 0 unchanged, 0 removed\n",
        "",
    )


def test_threads_share_a_library(library: Library) -> None:
    """Eight threads ask while one adds and removes; none fails, none sees what is gone."""
    library.add_bytes("leave.txt", LEAVE.encode())
    stop = threading.Event()
    failures: list[BaseException] = []
    asked: list[int] = []

    def ask() -> None:
        count = 0
        try:
            while not stop.is_set():
                hits = library.search("年休假有几天")
                assert hits[0].source == "leave.txt"
                assert all(hit.text == LEAVE or "批" in hit.text for hit in hits)
                count += 1
        except BaseException as error:  # noqa: BLE001  # told to the main thread
            failures.append(error)
        asked.append(count)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for round_ in range(12):
            library.add_bytes("come.txt", f"第{round_}批文件来了又去。".encode())
            library.add_documents([(f"d{round_}", document(f"第{round_}批资料来了不走。"))])
            if round_ % 2:
                library.remove("come.txt")
                assert "come.txt" not in [hit.source for hit in library.search("文件来了又去")]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(asked) == 8
    assert min(asked) > 0
    verified = library.verify()
    assert (verified.documents, verified.problems) == (13, ())


def test_threads_that_add_at_once(library: Library) -> None:
    def add(number: int) -> None:
        for n in range(4):
            library.add_bytes(f"{number}-{n}.txt", f"第{number}人的第{n}份文件。".encode())

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verified = library.verify()
    assert (verified.documents, verified.passages, verified.problems) == (16, 16, ())


def test_verify_beside_a_writer(library: Library) -> None:
    """What is just being written is no problem."""
    library.add_bytes("leave.txt", LEAVE.encode())
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.1):  # between two files others have their turn
            library.add_bytes(f"{number % 3}.txt", f"第{number}份文件。".encode())
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with Library.open(library.path) as other:
            found = [other.verify() for _ in range(10)]
    finally:
        stop.set()
        writer.join()
    assert [problem for report in found for problem in report.problems] == []


def test_several_processes_make_one_library(tmp_path: Path, small_model: Path) -> None:
    make = (
        "import sys; from qa import Library\n"
        "with Library.open(sys.argv[1], model=sys.argv[2]) as library:\n"
        "    library.add_bytes(sys.argv[3], sys.argv[3].encode())"
    )
    path = tmp_path / "new" / "library"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", make, str(path), str(small_model), f"第{number}.txt"],
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    said = "".join(process.communicate()[1] for process in processes).splitlines()
    # Whoever waits for long says for whom.
    assert [line for line in said if not line.startswith("Waiting for another writer: ")] == []
    assert [process.returncode for process in processes] == [0] * 4
    with Library.open(path) as library:
        assert [d.sources for d in library.documents()] == [(f"第{n}.txt",) for n in range(4)]
        assert library.verify().problems == ()


def test_a_closed_library_says_so_or_opens_again(library: Library) -> None:
    library.add_bytes("leave.txt", LEAVE.encode())
    library.close()
    library.close()
    with suppress(WenjuError):
        assert [hit.source for hit in library.search("年休假")] == ["leave.txt"]
