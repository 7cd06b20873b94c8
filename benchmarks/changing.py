"""Documents that come and go while others ask, and whether each answer fits one state.

Each passage of one document names a round; the next round's upload takes its place. An
answer fits if all the hits of that document name one round, and one that was, or might
have been, the library's at some time between question and answer.
"""

import re
import threading
import time
from typing import Self

import httpx

_ROUND = re.compile(r"第(\d+)轮")
# Different enough not to be folded together as saying the same.
_PARTS = ("渡口的船班改在清晨", "山上的茶园请人采茶", "新桥通车以后免收过桥费")


class Changes:
    """A writer and a reader of one document, while the block runs.

    Args:
        url: of the server.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self._begun = self._committed = self._removed = 0
        self._answers = self._torn = self._stale = self._ghosts = 0
        self._threads = [threading.Thread(target=one) for one in (self._write, self._read)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def report(self) -> dict[str, int]:
        """What was changed, asked, and found wrong."""
        return {
            "documents_replaced": self._committed,
            "documents_removed": self._removed,
            "answers_checked": self._answers,
            "answers_of_no_state": self._torn + self._stale + self._ghosts,
        }

    def _write(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            while not self._stop.is_set():
                self._begun += 1
                text = "\n\n".join(
                    f"变化中的公告第{self._begun}轮：{part}，特此告知。" for part in _PARTS
                )
                file = {"file": ("变化.txt", text.encode())}
                client.post("/api/documents", files=file).raise_for_status()
                self._committed = self._begun
                if self._begun % 10 == 0:
                    client.delete("/api/documents/变化.txt").raise_for_status()
                    self._removed += 1
                    found = self._ask(client)  # nobody else puts it in again
                    self._ghosts += bool(found)
                time.sleep(0.2)

    def _read(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            while not self._stop.is_set():
                earliest = self._committed
                rounds = self._ask(client)
                latest = self._begun
                self._answers += 1
                self._torn += len(set(rounds)) > 1
                self._stale += any(not earliest <= one <= latest for one in rounds)
                time.sleep(0.05)

    def _ask(self, client: httpx.Client) -> list[int]:
        """The round that each hit of the changing document names."""
        wanted = {"query": "变化中的公告 渡口 茶园 新桥", "k": 10}
        answer = client.post("/api/search", json=wanted)
        while answer.status_code == 503:  # what vanished clients of the load before asked
            time.sleep(float(answer.headers["Retry-After"]))
            answer = client.post("/api/search", json=wanted)
        answer.raise_for_status()
        hits = [hit for hit in answer.json() if hit["source"] == "变化.txt"]
        return [int(found[1]) for hit in hits if (found := _ROUND.search(hit["text"]))]
