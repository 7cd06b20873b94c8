"""A public server under attack: hostile files without pause, and two honest visitors.

Each honest visitor adds a document, asks about it and about the base library, and checks
each answer; first while nobody else is there, then while strangers upload every hostile
file again and again. Health is asked for throughout.

Run: python -m benchmarks.attack [SECONDS]   (of each of the two, 60 by default)
"""

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from benchmarks.machine import write_result
from qa import Library
from tests.conftest import ROOT
from tests.faults.hostile_files import HOSTILE
from tests.qa.server.serving import Served, space

_SECONDS = 60
_ATTACKERS = 4
_OWN = "# 灯塔\n\n{name}号灯塔的看守人叫{keeper}，每天傍晚六点点灯。\n"
_KEEPERS = ("郑海潮", "孙望归")
# Of the base library: each question, and what the quotes of its answer must have.
_QUESTIONS = (("怎样加入工会？", "工会"), ("经济补偿怎么算？", "补偿"))
_PAUSE = 0.2  # seconds between the questions of a visitor


@dataclass
class Seen:
    """What happened while the server was watched."""

    questions: list[float] = field(default_factory=list)  # milliseconds
    health: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, object]:
        """The same as figures of a result."""
        return {
            "questions": _percentiles(self.questions),
            "health": _percentiles(self.health),
            "honest_uploads": _percentiles(self.uploads),
            "wrong_answers": self.wrong,
            "hostile_files": dict(self.refusals),
        }


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    if not milliseconds:
        return {"count": 0}
    p50, p99 = np.percentile(milliseconds, [50, 99])
    found = {"p50_ms": p50, "p99_ms": p99, "max_ms": max(milliseconds)}
    return {"count": len(milliseconds)} | {key: round(float(x), 1) for key, x in found.items()}


def _timed(into: list[float], ask: Callable[[], httpx.Response]) -> httpx.Response:
    began = time.perf_counter()
    response = ask()
    into.append(1000 * (time.perf_counter() - began))
    return response


def _client(url: str, number: int) -> httpx.Client:
    """A client with an address and a secret of its own, as the proxy of a Space names them."""
    headers = {
        "X-Forwarded-For": f"203.0.113.{number}",
        "X-Wenju-Visitor": f"visitor-{number:04}-of-the-attack",
    }
    return httpx.Client(base_url=url, headers=headers, timeout=200)


def _honest(url: str, number: int, seen: Seen, stop: threading.Event) -> None:
    keeper = _KEEPERS[number]
    own = _OWN.format(name=number, keeper=keeper).encode()
    asked = ((f"{number}号灯塔的看守人叫什么？", keeper), *_QUESTIONS)
    with _client(url, number) as client:
        while not stop.is_set():
            file = {
                "file": (
                    f"灯塔{number}-{time.monotonic_ns()}.md",
                    own + os.urandom(4).hex().encode(),
                )
            }
            added = _timed(seen.uploads, lambda: client.post("/api/documents", files=file))  # noqa: B023
            if added.status_code != 201:
                seen.wrong.append(f"upload: {added.status_code} {added.text[:200]}")
            for _ in range(10):
                for question, expected in asked:
                    body = {"question": question}
                    answer = _timed(
                        seen.questions,
                        lambda: client.post("/api/ask", json=body),  # noqa: B023
                    )
                    if answer.status_code != 200 or expected not in _quoted(answer):
                        seen.wrong.append(f"{question} {answer.status_code} {answer.text[:200]}")
                    stop.wait(_PAUSE)
            for one in added.json().get("added", []):
                client.delete(f"/api/documents/{one}")


def _healthy(url: str, seen: Seen, stop: threading.Event) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        while not stop.wait(_PAUSE):
            answer = _timed(seen.health, lambda: client.get("/healthz"))
            if answer.status_code != 200:
                seen.wrong.append(f"/healthz: {answer.status_code}")


def _hostile(
    url: str, number: int, files: list[tuple[str, bytes]], seen: Seen, stop: threading.Event
) -> None:
    with _client(url, 100 + number) as client:
        place = number
        while not stop.is_set():
            name, data = files[place % len(files)]
            place += 1
            with suppress(httpx.HTTPError):
                answer = client.post("/api/documents", files={"file": (name, data)})
                found = _code(answer)
                seen.refusals[f"{name}: {found}"] += 1


def _quoted(answer: httpx.Response) -> str:
    """Return what an answer quotes."""
    return "\n".join(citation["quote"] for citation in answer.json()["citations"])


def _code(answer: httpx.Response) -> str:
    """Return why an upload was refused; its status where the server does not say."""
    try:
        return str(answer.json().get("code", answer.status_code))
    except ValueError:
        return f"{answer.status_code} {answer.text[:80]}"


def watch(served: Served, seconds: float, files: list[tuple[str, bytes]]) -> Seen:
    """Watch a server for some seconds while hostile files come, if there are any."""
    seen, stop = Seen(), threading.Event()
    threads = [
        threading.Thread(target=_honest, args=(served.url, number, seen, stop))
        for number in range(len(_KEEPERS))
    ]
    threads.append(threading.Thread(target=_healthy, args=(served.url, seen, stop)))
    threads += [
        threading.Thread(target=_hostile, args=(served.url, number, files, seen, stop), daemon=True)
        for number in range(_ATTACKERS if files else 0)
    ]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join(200 if not thread.daemon else 1)
    if served.process.poll() is not None:
        seen.wrong.append(f"the server ended with {served.process.returncode}")
    return seen


def main() -> None:
    """Watch the server alone and under attack, print, and write the result."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    files = [(hostile.name, hostile.make()) for hostile in HOSTILE]
    with tempfile.TemporaryDirectory(prefix="wenju-attack-") as place:
        folder = Path(place) / "base.library"
        with Library.open(folder) as library:
            library.add(ROOT / "corpus" / "demo")
        with space(folder) as served:
            figures = {}
            for name, attack in (("quiet", []), ("under attack", files)):
                figures[name] = watch(served, seconds, attack).figures()
                print(name, figures[name], flush=True)
    write_result("attack", {"seconds": seconds, "attackers": _ATTACKERS, **figures})


if __name__ == "__main__":
    main()
