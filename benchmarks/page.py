"""How fast the page is: until the server is ready, and from Enter to the first passage.

Run: python -m benchmarks.page   (half a minute; needs Debian's chromium)
The server is ``app.py`` as a Space runs it, over the demo library, indexed before. A
question's time is the browser's own, from the key to the first card on the page: network,
queue, search, and rendering. Layout shift is what Chromium reports beside the reader's own
keys and clicks, for the page's opening and all questions (0.1 is what it calls good).
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import write_result
from qa.library import Library
from qa.ui.strings import DEMO_QUESTIONS

_ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 5

_WATCH = """() => {
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""

_CLOCK = """(turn) => {
  const field = document.querySelector("#question");
  field.addEventListener("keydown", () => {
    const begun = performance.now();
    window.answered = new Promise((done) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(`#turn-${turn} .card`)) return;
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - begun));
      }).observe(document.querySelector("#talk"), { childList: true, subtree: true });
    });
  }, { once: true });
}"""


def main() -> None:
    """Measure, print, write."""
    with Library.demo():
        pass  # indexed, as it is when a Space wakes for the second time
    with _served() as (address, ready), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"]
        )
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 860})
        page.add_init_script(f"({_WATCH})()")
        page.goto(address)
        page.wait_for_selector(".examples")
        milliseconds = list(_asked(page))
        shift = float(page.evaluate("window.shift"))
        browser.close()
    figures = {
        "ready_seconds": round(ready, 2),
        "questions": len(milliseconds),
        "first_passage_p50_ms": round(float(np.percentile(milliseconds, 50))),
        "first_passage_p95_ms": round(float(np.percentile(milliseconds, 95))),
        "layout_shift": round(shift, 3),
    }
    for name, value in figures.items():
        print(f"{name:24} {value}")
    write_result("page", figures)


def _asked(page: Page) -> Iterator[float]:
    """Milliseconds from Enter to the first passage, for each question."""
    turn = 0
    for _ in range(_ROUNDS):
        for question in DEMO_QUESTIONS:
            turn += 1
            page.fill("#question", question.zh)
            page.evaluate(_CLOCK, turn)
            page.keyboard.press("Enter")
            yield float(page.evaluate("window.answered"))
            page.wait_for_timeout(100)  # the page takes the next question when it is at rest


@contextmanager
def _served() -> Iterator[tuple[str, float]]:
    """The address of ``app.py``, and the seconds until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SPACE_ID": "me/wenju", "GRADIO_SERVER_PORT": str(port)}
        command = [sys.executable, str(_ROOT / "app.py")]
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            while process.poll() is None:
                try:
                    urllib.request.urlopen(address).close()
                except urllib.error.URLError:
                    time.sleep(0.05)
                else:
                    break
            yield address, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
