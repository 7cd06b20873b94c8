"""Gradio's routes: sessions, queue and streams with a bound, and calls of the right shape."""

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
from gradio.routes import App
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from qa.server.gradio_routes import PageSessions, SessionLimits
from qa.server.limits import LimitsMiddleware, ServerLimits
from qa.ui.page import WAITING
from tests.qa.server.serving import served

ABANDONED = """
import json, sys
from starlette.testclient import TestClient
from qa.library import Library
from qa.server.app import create_unguarded_app
from qa.sharing.libraries import Shared
from qa.server.gradio_routes import page_of

found = {}
with Library.open(sys.argv[1]) as library:
    app = create_unguarded_app(Shared(library, editable=True))
    page, client = page_of(app), TestClient(app)  # whose queue is not started
    queue = page.get_blocks()._queue
    listed = client.get("/config").json()["components"]
    shelf = next(one["id"] for one in listed if one["props"].get("elem_id") == "library")
    for number in range(60):
        asked = {"data": {}, "component_id": shelf, "fn_name": "list_documents"}
        asked["session_hash"] = f"abandoned{number}"
        assert client.post("/gradio_api/component_server", json=asked).status_code == 200
    found["sessions"] = list(page.state_holder.session_data)

    def join(session):
        asked = {"data": [None], "event_data": {"question": "x"}, "fn_index": 0}
        asked["session_hash"] = session
        return client.post("/gradio_api/queue/join", json=asked)

    found["joined"] = sorted({join(f"flood{number}").status_code for number in range(70)})
    found["waiting"] = [len(queue), len(queue.pending_event_ids_session)]
    found["last"] = [join("flood69").status_code for _ in range(20)]
    found["refusal"] = join("flood69").json()
    found["full"] = len(queue)
print(json.dumps(found))
"""


def test_abandoned_sessions_end_and_the_queue_is_full_at_some_point(library_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABANDONED, str(library_folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["sessions"] == [f"abandoned{number}" for number in range(10, 60)]
    # A session that ends takes its call out of the queue, so that 70 callers fill no queue.
    assert found["joined"] == [200]
    assert found["waiting"] == [50, 50]
    assert found["last"] == [200] * (WAITING - 50) + [503] * (20 - WAITING + 50)
    assert found["full"] == WAITING


class Page:
    """The part of Gradio's application that keeps sessions."""

    def __init__(self) -> None:
        self.state_holder = SimpleNamespace(
            capacity=0, lock=threading.Lock(), session_data={}, time_last_used={}
        )
        self._queue = SimpleNamespace(
            clean_events=self.clean_events,
            pending_messages_per_session={},
            pending_event_ids_session={},
        )

    async def clean_events(self, *, session_hash: str) -> None:
        """Forget nothing: nothing waits."""

    def get_blocks(self) -> "Page":
        """Return what has the queue."""
        return self


def test_a_page_that_is_open_keeps_its_session() -> None:
    asyncio.run(use_sessions())


async def use_sessions() -> None:
    limits = SessionLimits(sessions=3, sessions_of_one=2, idle_seconds=1_000)
    sessions = PageSessions(cast(App, Page()), limits)
    await sessions.use("open", "anna")
    with sessions.open("open"):
        for name in ("a", "b", "c"):
            await sessions.use(name, "anna")
        assert list(sessions.names) == ["open", "c"]
        await sessions.use("d", "bert")
        await sessions.use("e", "carl")
        assert list(sessions.names) == ["open", "d", "e"]
    await sessions.use("f", "dora")
    assert list(sessions.names) == ["d", "e", "f"]
    sessions = PageSessions(cast(App, Page()), replace(limits, idle_seconds=0))
    await sessions.use("a", "anna")
    await sessions.use("b", "bert")
    assert list(sessions.names) == ["b"]


def test_streams_have_a_bound_of_their_own() -> None:
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def ticks() -> Any:  # noqa: ANN401
            yield b"data: ALIVE\n\n"
            while (await receive())["type"] != "http.disconnect":
                pass

        await StreamingResponse(ticks())(scope, receive, send)

    limits = replace(ServerLimits(), rate=0, concurrency=1, streams_of_one=3)
    with served(LimitsMiddleware(endless, limits)) as url, ExitStack() as opened:
        client = opened.enter_context(httpx.Client())
        for number in range(3):
            beat = client.stream("GET", f"{url}/gradio_api/heartbeat/{number}")
            assert opened.enter_context(beat).status_code == 200
        refused = httpx.get(f"{url}/gradio_api/heartbeat/4")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")


def test_gradios_routes_have_the_rate_of_ours() -> None:
    limits = replace(ServerLimits(), rate=0.001, burst=2)

    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(iter(()))(scope, receive, send)

    for path in ("component_server", "upload", "queue/join", "queue/data", "heartbeat/x", "info"):
        with served(LimitsMiddleware(nothing, limits)) as url:
            statuses = [httpx.post(f"{url}/gradio_api/{path}").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
