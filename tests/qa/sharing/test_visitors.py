"""Private libraries of visitors: seen by nobody else, within limits, gone when idle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.errors import LimitReached, NoSuchDocument, ReadOnly, WenjuError
from qa.library import Library
from qa.sharing.libraries import Libraries, Shared
from qa.sharing.visitors import VisitorLimits, Visitors

ANNA, BERT = "anna-" + "a" * 20, "bert-" + "b" * 20

POOL = "# 泳池规定\n\n泳池每周三下午闭馆换水。\n"
CANTEEN = "# 食堂\n\n食堂晚餐供应到七点半。\n"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "base.library") as library:
        library.add_bytes("canteen.md", CANTEEN.encode())
        yield library


@pytest.fixture
def visitors(base: Library, tmp_path: Path) -> Iterator[Visitors]:
    opened = Visitors(base, VisitorLimits(files=2), tmp_path / "visitors")
    yield opened
    opened.close()


def folders(root: Path) -> list[Path]:
    """Of visitors' libraries, of whichever process."""
    return [path.parent for path in root.glob("*/*/library.sqlite3")]


def sources(library: Library) -> list[str]:
    return [source for one in library.documents() for source in one.sources]


def test_a_visitor_asks_the_base_until_they_add_something(
    visitors: Visitors, base: Library, tmp_path: Path
) -> None:
    assert visitors.of(ANNA) is visitors.of(None) is base
    assert visitors.add(ANNA, "pool.md", POOL.encode()).added == ("pool.md",)
    own = visitors.of(ANNA)
    assert sources(own) == ["canteen.md", "pool.md"]
    assert own.ask("泳池什么时候闭馆？").text == "泳池每周三下午闭馆换水。 [1]"
    assert own.ask("食堂晚餐供应到几点？").text == "食堂晚餐供应到七点半。 [1]"
    (pool,) = visitors.removable(ANNA)
    assert own.show(pool).sources == ("pool.md",)

    # Nobody else has it: not the base, not another visitor.
    for other in (base, visitors.of(BERT), visitors.of("")):
        assert sources(other) == ["canteen.md"]
        with pytest.raises(NoSuchDocument):
            other.show(pool)
    visitors.add(BERT, "pool.md", b"# Pool\n\nThe pool is closed on Sundays.\n")
    assert visitors.of(BERT).show("pool.md").id != pool
    assert visitors.removable(BERT) == {visitors.of(BERT).show("pool.md").id}
    assert len(folders(tmp_path / "visitors")) == 2


def test_both_kinds_are_libraries(visitors: Visitors, base: Library) -> None:
    kinds: list[Libraries] = [visitors, Shared(base), Shared(base, editable=True)]
    assert [one.editable for one in kinds] == [True, False, True]
    assert [len(one.removable(ANNA)) for one in kinds] == [0, 0, 1]
    with pytest.raises(ReadOnly):
        kinds[1].add(None, "pool.md", POOL.encode())
    with pytest.raises(ReadOnly):
        kinds[1].remove(None, "canteen.md")
    assert kinds[2].add(None, "pool.md", POOL.encode()).added == ("pool.md",)
    assert kinds[2].remove(None, "pool.md").sources == ("pool.md",)
    with Library.demo() as demo:
        assert not Shared(demo, editable=True).editable


def test_what_a_visitor_adds_can_be_removed_and_nothing_else(
    visitors: Visitors, base: Library, tmp_path: Path
) -> None:
    visitors.add(ANNA, "pool.md", POOL.encode())
    for key in ("canteen.md", base.show("canteen.md").id):
        with pytest.raises(ReadOnly):
            visitors.remove(ANNA, key)
        with pytest.raises(ReadOnly):
            visitors.remove(BERT, key)
    with pytest.raises(NoSuchDocument):
        visitors.remove(BERT, "pool.md")
    visitors.remove(ANNA, "pool.md")
    assert visitors.of(ANNA) is base  # who keeps nothing takes no room
    assert folders(tmp_path / "visitors") == []


def test_the_same_file_again_and_one_that_everybody_has(visitors: Visitors, base: Library) -> None:
    assert visitors.add(ANNA, "other.md", CANTEEN.encode()).unchanged == ("other.md",)
    assert visitors.of(ANNA) is base
    visitors.add(ANNA, "pool.md", POOL.encode())
    assert visitors.add(ANNA, "pool.md", POOL.encode()).unchanged == ("pool.md",)
    assert visitors.add(ANNA, "pool.md", POOL.encode() * 2).replaced == ("pool.md",)
    assert len(visitors.removable(ANNA)) == 1


def test_limits_are_stated_and_hold(base: Library, tmp_path: Path) -> None:
    limits = VisitorLimits(files=2, file_bytes=200, total_bytes=300, passages=3, visitors=1)
    visitors = Visitors(base, limits, tmp_path / "visitors")
    try:
        (failed,) = visitors.add(ANNA, "long.txt", b"word " * 50).failed
        assert (failed.source, failed.code) == ("long.txt", "file_too_large")
        assert failed.reason_zh == "文件太大了：250 字节，最多 200 字节。请拆成几份。"
        visitors.add(ANNA, "a.txt", "一。\n\n二。\n".encode())
        with pytest.raises(LimitReached, match="3 passages, and it has more than the 1") as error:
            visitors.add(ANNA, "b.txt", "三。\n\n四。\n".encode())
        assert error.value.code == "no_room"
        visitors.add(ANNA, "b.txt", "三。\n".encode())
        with pytest.raises(LimitReached, match="At most 2 files"):
            visitors.add(ANNA, "c.txt", "四。\n".encode())
        assert visitors.add(ANNA, "b.txt", ("长" * 60).encode()).replaced == ("b.txt",)
        visitors.remove(ANNA, "a.txt")
        with pytest.raises(LimitReached, match="MB together"):
            visitors.add(ANNA, "c.txt", ("文" * 60).encode())
        with pytest.raises(LimitReached, match="1 visitors keep documents") as full:
            visitors.add(BERT, "a.txt", b"one")
        assert full.value.code == "too_many_visitors"
        assert sources(visitors.of(ANNA)) == ["b.txt", "canteen.md"]
    finally:
        visitors.close()


@pytest.mark.parametrize(
    "visitor", [None, "", "short", "../../etc/passwd", "x" * 129, "a" * 16 + "\n"]
)
def test_who_has_no_secret_keeps_nothing(
    visitors: Visitors, base: Library, visitor: str | None
) -> None:
    with pytest.raises(WenjuError, match="secret of 16"):
        visitors.add(visitor, "pool.md", POOL.encode())
    assert visitors.of(visitor) is base


def test_a_file_that_cannot_be_read_leaves_nothing_behind(
    visitors: Visitors, base: Library, tmp_path: Path
) -> None:
    (failed,) = visitors.add(ANNA, "broken.pdf", b"%PDF-1.7 broken").failed
    assert failed.code == "damaged"
    (named,) = visitors.add(ANNA, "bad\x1bname.txt", b"text").failed
    assert named.code == "bad_name"
    assert visitors.of(ANNA) is base
    assert folders(tmp_path / "visitors") == []
    assert visitors.add(ANNA, "../../up.txt", POOL.encode()).added == ("up.txt",)


def test_an_idle_visitors_documents_are_deleted(base: Library, tmp_path: Path) -> None:
    visitors = Visitors(base, VisitorLimits(idle_seconds=1000), tmp_path / "visitors")
    try:
        visitors.add(ANNA, "pool.md", POOL.encode())
        visitors.add(BERT, "pool.md", POOL.encode())
        (one, other) = (visitors.of(visitor).path for visitor in (ANNA, BERT))
        for private in visitors._private.values():
            private.seen -= 1001
        assert visitors.of(BERT).path == other  # who asks is not idle
        visitors.sweep()
        assert not one.exists()
        assert other.exists()
        assert visitors.of(ANNA) is base
        assert visitors.removable(ANNA) == frozenset()
    finally:
        visitors.close()
    assert not other.exists()


def test_idle_visitors_are_looked_for_now_and_then(base: Library, tmp_path: Path) -> None:
    with closing(
        Visitors(base, VisitorLimits(idle_seconds=2.0), tmp_path / "visitors")
    ) as visitors:
        visitors.add(ANNA, "pool.md", POOL.encode())
        while folders(tmp_path / "visitors"):  # the test's own limit of time ends this
            time.sleep(0.1)
        assert visitors.of(ANNA) is base


def test_what_a_killed_server_left_is_deleted_when_the_next_one_starts(
    base: Library, tmp_path: Path
) -> None:
    root = tmp_path / "visitors"
    program = (
        "import sys; from pathlib import Path; from qa.library import Library;"
        "from qa.sharing.visitors import Visitors;"
        f"v = Visitors(Library.open({str(base.path)!r}), root=Path({str(root)!r}));"
        f"v.add({ANNA!r}, 'pool.md', {POOL.encode()!r}); print('added', flush=True);"
        "sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"added\n"
    try:
        Visitors(base, root=root).close()
        assert len(folders(root)) == 1  # its server lives
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert len(folders(root)) == 1
    Visitors(base, root=root).close()
    assert [path for path in root.iterdir() if path.is_dir()] == []


def test_one_network_has_a_few_places_and_an_idle_visitor_makes_room(
    base: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1_000, 1_000_000))  # a second passes with each look at it
    seconds = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr("qa.sharing.visitors.time", seconds)
    limits = VisitorLimits(visitors=3, visitors_of_one_network=2, pressed_seconds=500)
    with closing(Visitors(base, limits, tmp_path / "visitors")) as visitors:

        def add(number: int, network: str) -> None:
            visitors.add(visitor(number), "pool.md", POOL.encode(), network=network)

        def keeping() -> list[int]:
            return [number for number in range(9) if visitors.removable(visitor(number))]

        def visitor(number: int) -> str:
            return f"visitor-number-{number}"

        add(0, "203.0.113.1")
        add(1, "203.0.113.1")
        with pytest.raises(LimitReached) as refused:
            add(2, "203.0.113.1")
        assert refused.value.code == "too_many_visitors"
        add(3, "203.0.113.2")
        with pytest.raises(LimitReached):
            add(4, "203.0.113.3")
        assert keeping() == [0, 1, 3]
        for _ in range(500):
            next(clock)
        visitors.of(visitor(0))  # asks, and so is not idle
        add(2, "203.0.113.1")  # its own network makes room
        assert keeping() == [0, 2, 3]
        add(4, "203.0.113.3")  # the longest idle of all makes room
        assert keeping() == [0, 2, 4]
        with pytest.raises(LimitReached):
            add(5, "203.0.113.4")
        assert len(folders(tmp_path / "visitors")) == 3
