"""``wenju serve --processes``: the same answers, of the present state, whatever is killed."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from qa import WenjuError
from qa.library import Library
from qa.server.running import serve
from qa.sharing.libraries import Shared
from tests.qa.commands import wenju
from tests.qa.server.conftest import make_library
from tests.qa.server.serving import Served, wenju_serve

OPENING = "白沙灯塔几点开放？"
KAYAK = "# 皮划艇租借\n\n皮划艇每小时收费三十五元，押金二百元。\n"

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Over a library that tests change; each leaves it as it was."""
    folder = make_library(tmp_path_factory.mktemp("several") / "own.library")
    with wenju_serve(folder, "--processes", "2") as served:
        yield served


def answering(server: Served) -> set[int]:
    """The processes that answer beside the server's own."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            status = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
            if int(status[1]) == server.process.pid and b"spawn_main" in command:
                found.add(int(folder.name))
    return found


def first_source(server: Served, query: str) -> str:
    found = httpx.get(server.url + "/api/search", params={"query": query, "k": 1}, timeout=60)
    return str(found.json()[0]["source"])


def gone(processes: set[int]) -> bool:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        if not any(Path(f"/proc/{one}").exists() for one in processes):
            return True
        time.sleep(0.1)
    return False


def test_the_very_next_question_finds_what_was_added_and_misses_what_was_removed(
    several: Served,
) -> None:
    assert len(answering(several)) == 2
    for _ in range(3):
        assert first_source(several, "皮划艇押金") != "kayak.md"
        added = httpx.post(
            several.url + "/api/documents", files={"file": ("kayak.md", KAYAK.encode())}
        )
        assert added.json()["added"] == ["kayak.md"]
        assert [first_source(several, "皮划艇押金") for _ in range(4)] == ["kayak.md"] * 4
        assert httpx.delete(several.url + "/api/documents/kayak.md").status_code == 200


def test_errors_keep_their_status_code_and_words(several: Served) -> None:
    empty = httpx.get(several.url + "/api/ask", params={"question": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_question")
    assert empty.json()["error_zh"] == "问题是空的。请写下要问的事，例如：年假有几天"
    wanted = {"query": OPENING, "documents": ["none.md"]}
    none = httpx.post(several.url + "/api/search", json=wanted)
    assert (none.status_code, none.json()["code"]) == (404, "no_such_document")
    assert none.json()["error_zh"] == "没有这份文档：none.md。它可能已经移除。"


@pytest.mark.parametrize("which", [min, max])  # one of them holds what the other waits for
def test_when_one_is_killed_others_take_its_place_and_no_question_is_lost(
    own_library: Path, which: Callable[[set[int]], int]
) -> None:
    with wenju_serve(own_library, "--processes", "2") as server:
        before = answering(server)
        os.kill(which(before), signal.SIGKILL)
        assert [first_source(server, OPENING) for _ in range(6)] == ["灯塔.md"] * 6
        assert len(answering(server)) == 2
        assert not before & answering(server)
        said = "An answering process was killed. Starting 2 again."
        assert said in server.log.read_text("utf-8")
        os.kill(which(answering(server)), signal.SIGKILL)  # and nobody asks any more
        server.process.terminate()
        assert server.process.wait(timeout=60) == 0


def test_none_is_left_when_the_server_ends_or_is_killed(own_library: Path) -> None:
    with wenju_serve(own_library, "--processes", "2") as server:
        begun = answering(server)
        for one in begun:  # as Ctrl-C in a terminal, or a supervisor, tells all of them
            os.kill(one, signal.SIGINT)
            os.kill(one, signal.SIGTERM)
        assert first_source(server, OPENING) == "灯塔.md"
        server.process.terminate()
        assert server.process.wait(timeout=60) == 0
        assert gone(begun)
        assert "Traceback" not in server.log.read_text("utf-8")
    with wenju_serve(own_library, "--processes", "2") as server:
        begun = answering(server)
        server.process.kill()
        server.process.wait()
        assert gone(begun)


def test_a_conversation_over_the_demo_is_answered_too() -> None:
    questions = ("工伤认定要在多少天内申请？", "要证明什么？")
    with Library.demo() as library:
        conversation = library.conversation()
        answers = [conversation.ask(question) for question in questions]
    assert answers[1].query != questions[1]
    with wenju_serve(None, "--processes", "1") as server:
        asked = [{"role": "user", "content": question} for question in questions]
        chat = {"model": "wenju", "messages": asked}
        answered = httpx.post(server.url + "/v1/chat/completions", json=chat, timeout=60)
    assert answered.json()["answer"] == json.loads(json.dumps(answers[1].to_dict()))


def test_how_many_there_may_be() -> None:
    refused = wenju("serve", "--processes", "65")
    assert (refused.returncode, "Input should be less than or equal to 64" in refused.stderr) == (
        2,
        True,
    )


def test_a_library_in_no_folder_has_none(own_library: Path) -> None:
    class Elsewhere(Library):
        """Stands in for a library in Milvus, of which this alone is read here."""

        @property
        def in_folder(self) -> bool:
            return False

    with (
        Elsewhere.open(own_library) as library,
        pytest.raises(WenjuError, match="Leave --processes out, and run `wenju serve` once more"),
    ):
        serve(Shared(library), processes=2)
