"""How `wenju serve` bears load: 64,577 statutes, up to 128 clients, documents coming and going.

Run: python -m benchmarks.load [SECONDS]   (of each load, 60 by default: nine minutes in all)
Needs wrk (Debian: apt-get install wrk), which shares the two cores with the server; what
it costs is in the result. Only the loopback interface is used.
"""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from benchmarks.changing import Changes
from benchmarks.machine import DATA, HERE, write_result
from qa.evaluation.datasets import documents_of, load_dataset
from qa.library import Library
from qa.server.access_tokens import AccessTokens

_CLIENTS = (1, 8, 32, 128)
_SECONDS = 60
_SLOW_CLIENTS = 200
_PROCESSES = 2  # that answer beside the server's own: one for each core
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, print, write."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    if shutil.which("wrk") is None:
        raise SystemExit("no wrk here: apt-get install wrk")
    dataset = load_dataset(DATA / "eval" / "stard")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "stard.library"
        with Library.open(folder) as library:
            library.add_documents(documents_of(dataset, titles=False))
        paths = Path(place) / "paths.txt"
        paths.write_text(
            "\n".join("/api/search?" + urlencode({"query": q.text}) for q in dataset.queries),
            encoding="utf-8",
        )
        figures: dict[str, Any] = {}
        with served(folder) as server:
            figures["8 clients, no processes beside"] = server.load(paths, 8, seconds)
        with served(folder, "--processes", str(_PROCESSES)) as server:
            for clients in _CLIENTS:
                figures[f"{clients} clients"] = server.load(paths, clients, seconds)
            with Changes(server.url) as changes:
                figures["8 clients, documents changing"] = server.load(paths, 8, seconds)
            figures["8 clients, documents changing"] |= changes.report()
            with slow_clients(server.port):
                figures[f"8 clients, {_SLOW_CLIENTS} slow ones"] = server.load(paths, 8, seconds)
            figures["told to stop under load"] = server.stop_under_load(paths)
        token = AccessTokens(folder).create("load")
        with served(folder, "--host", "0.0.0.0") as server:  # noqa: S104 (so that limits count)
            figures["above the rate of a client"] = server.load(paths, 8, seconds, token)
    write_result("load", figures)


class Server:
    """A running ``wenju serve``."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def load(
        self, paths: Path, clients: int, seconds: int, token: str | None = None
    ) -> dict[str, Any]:
        """Ask for so many seconds by so many clients; what wrk says, and what it all cost."""
        before, wrk_before, began = self._cpu(), _children(), time.perf_counter()
        done = subprocess.run(
            _wrk(self.url, paths, clients, seconds, token),
            capture_output=True,
            text=True,
            check=True,
        )
        wall = time.perf_counter() - began
        found: dict[str, Any] = json.loads(done.stdout.rpartition("RESULT ")[2])
        answers = sum(found["statuses"].values())
        found["answers_per_second"] = round(found["statuses"].get("200", 0) / found["seconds"], 1)
        found["server_cpu_ms_per_answer"] = round(1000 * (self._cpu() - before) / answers, 2)
        found["wrk_cpu_share"] = round((_children() - wrk_before) / wall, 3)
        found["server_memory_mb"] = self._memory()
        print(f"{clients:4} clients  {json.dumps(found)}", flush=True)
        return found

    def stop_under_load(self, paths: Path) -> dict[str, Any]:
        """SIGTERM in the middle of a load: how it ends, and how soon."""
        with subprocess.Popen(_wrk(self.url, paths, 8, 30), stdout=subprocess.DEVNULL) as wrk:
            time.sleep(3)
            began = time.perf_counter()
            self._process.send_signal(signal.SIGTERM)
            code = self._process.wait(timeout=30)
            ended = {"exit_code": code, "seconds": round(time.perf_counter() - began, 2)}
            wrk.kill()
        print(f"SIGTERM  {ended}")
        return ended

    def _cpu(self) -> float:
        """Seconds of processor time so far, of the server and the processes beside it."""
        return sum(map(_cpu_of, self._processes()))

    def _memory(self) -> int:
        """Megabytes: what each has for itself, and what they share once."""
        rollups = [
            Path(f"/proc/{one}/smaps_rollup").read_text("ascii") for one in self._processes()
        ]
        return sum(int(one.partition("\nPss:")[2].split()[0]) for one in rollups) // 1024

    def _processes(self) -> list[int]:
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text("ascii")
        return [own, *map(int, children.split())]


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / _TICKS


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[Server]:
    """``wenju serve`` in a process of its own, once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    wenju = str(Path(sys.executable).with_name("wenju"))
    command = [wenju, "serve", "--library", str(folder), "--port", str(port), *arguments]
    process = subprocess.Popen(command)
    try:
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    break
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def slow_clients(port: int) -> Iterator[None]:
    """Clients that send a byte a second of a request that never ends, or vanish."""
    stop = threading.Event()

    def drip() -> None:
        open_: list[socket.socket] = []
        while not stop.wait(1):
            while len(open_) < _SLOW_CLIENTS:
                one = socket.create_connection(("127.0.0.1", port))
                one.sendall(b"GET /api/search?query=x HTTP/1.1\r\nHost: localhost\r\nX: ")
                open_.append(one)
            for one in list(open_):
                try:
                    one.sendall(b"x")
                except OSError:  # given up by the server
                    one.close()
                    open_.remove(one)
        for one in open_:
            one.close()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _wrk(url: str, paths: Path, clients: int, seconds: int, token: str | None = None) -> list[str]:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s"]
    script = ["-s", str(HERE / "load.lua"), url, "--", str(paths)]
    return [*command, *script, *([] if token is None else [token])]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
