"""While a hostile file is read: health, questions and other uploads go on."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qa.library import Library
from tests.faults import hostile_files as hostile
from tests.qa.server.serving import Served, space, wenju_serve

BOUND = 12  # seconds of computing
LIMIT = {"WENJU_MAX_CPU_SECONDS": str(BOUND)}
FORMS = ("forms.pdf", hostile.nested_forms())
LISTS = ("lists.html", hostile.nested_lists())
VISITORS = [f"visitor-{number:030}" for number in range(4)]


@pytest.fixture(scope="module", params=["serve", "space"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, library_folder: Path
) -> Iterator[Served]:
    if request.param == "space":
        with space(library_folder, **LIMIT) as served:
            yield served
    else:
        folder = tmp_path_factory.mktemp("uploads") / "own.library"
        Library.open(folder).close()
        with wenju_serve(folder, **LIMIT) as served:
            yield served


def upload(served: Served, visitor: str, file: tuple[str, bytes]) -> httpx.Response:
    headers = {"X-Wenju-Visitor": visitor}
    address = f"{served.url}/api/documents"
    return httpx.post(address, files={"file": file}, headers=headers, timeout=120)


@pytest.mark.slow
def test_nobody_waits_for_a_hostile_file(served: Served) -> None:
    refusals: list[httpx.Response] = []

    def attack(file: tuple[str, bytes], visitor: str) -> None:
        refusals.append(upload(served, visitor, file))

    attacks = [
        threading.Thread(target=attack, args=each)
        for each in ((FORMS, VISITORS[0]), (LISTS, VISITORS[1]), (LISTS, VISITORS[2]))
    ]
    for thread in attacks:
        thread.start()
    time.sleep(0.5)
    added = upload(served, VISITORS[3], ("好.md", "# 题\n\n职工每年享受五天年休假。\n".encode()))
    assert added.status_code == 201
    headers = {"X-Wenju-Visitor": VISITORS[3]}
    asked = {"question": "年休假有几天？"}
    answer = httpx.post(f"{served.url}/api/ask", json=asked, headers=headers, timeout=60)
    assert "五天" in answer.text
    assert httpx.get(f"{served.url}/healthz").status_code == 200
    assert any(thread.is_alive() for thread in attacks)
    for thread in attacks:
        thread.join()
    assert {each.status_code for each in refusals} == {422}
    codes = {each.json()["code"] for each in refusals}
    assert codes <= {"took_too_long", "took_too_much_memory"}


def test_a_file_is_given_up_when_the_client_hangs_up(served: Served) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{served.url}/api/documents",
            files={"file": LISTS},
            headers={"X-Wenju-Visitor": VISITORS[0]},
            timeout=httpx.Timeout(10, read=1),
        )
    last = time.monotonic() + BOUND - 2  # it would end by itself two seconds later at the earliest
    while computing(served):
        assert time.monotonic() < last
        time.sleep(0.2)


def computing(served: Served) -> bool:
    """Whether a reading process of the server computes."""
    pids = Path(f"/proc/{served.process.pid}/task").glob("*/children")
    children = [pid for place in pids for pid in place.read_text("ascii").split()]
    before = {pid: cpu(pid) for pid in children}
    time.sleep(0.5)
    return any(cpu(pid) > ticks + 10 for pid, ticks in before.items())


def cpu(pid: str) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:  # it has ended
        return 0
    return int(fields[11]) + int(fields[12])
