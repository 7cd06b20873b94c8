"""One server over a small library of our own, and a real browser that visits it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from qa.library import Library
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]

_START_SECONDS = 180.0

# The page is built in parts, each of which begins to listen when it is there. Playwright would
# call the last of these functions if the expression returned it.
LISTENING = """
    Boolean(
        window.wenju?.ask.length && wenju.onView.search && wenju.onView.library
        && wenju.actions.read
    )
"""

LIGHTHOUSE = """# 白沙灯塔参观须知

作者：林小满

## 开放时间

白沙灯塔每天上午九点开放，下午五点停止入场。遇到台风蓝色以上预警，灯塔临时关闭，已购门票三十天内可以改期。

## 登塔

登塔共有一百六十八级台阶，没有电梯。身高不足一米二的儿童须由成人陪同登塔。
"""

# Has steps too: only in a conversation about the lighthouse are its own meant.
MUSEUM = """# 望海博物馆

作者：陈砚

## 台阶

博物馆门前有三百级台阶，走完要十五分钟。

## 门票

各种门票的价格如下：

| 票种 | 平日价格 | 周末价格 | 学生价格 | 老人价格 | <b>备注</b> |
|---|---|---|---|---|---|
| 单人票 | 四十元 | 五十元 | 二十元 | 十五元 | 当日有效 |
| 家庭票 | 九十元 | 一百一十元 | 六十元 | 四十五元 | 含两名儿童 |
"""

FERRY = """# Ferry handbook

By Ada Finch

## Luggage

Each passenger may bring two bags on board free of charge. A bicycle counts as one bag and must \
be tied to the rail on the lower deck.

## Refunds

Tickets are refunded in full when a sailing is cancelled by more than two hours. A missed sailing \
is not refunded.
"""

# Everything a document could try on the page, around one sentence that can be found.
HOSTILE = (
    "<script>window.attacked=1</script> 黑岩客栈\n\n"
    "作者：<img src=x onerror=window.attacked=1>\n\n"
    "黑岩客栈的早餐从七点供应到十点<script>window.attacked=1</script>"
    "<img src='http://evil.example/a.png' onerror='window.attacked=1'>"
    "![图](http://evil.example/b.png)[点我](javascript:window.attacked=1)"
    "${window.attacked=1}{{constructor}}\x1b[31m红字\u202e倒着写\u202c</mark></article>。\n"
)
HOSTILE_NAME = '"><img src=x onerror=window.attacked=1>.txt'


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with four documents, one of them hostile."""
    folder = tmp_path_factory.mktemp("documents")
    for name, content in (
        ("灯塔.md", LIGHTHOUSE),
        ("博物馆.md", MUSEUM),
        ("ferry.md", FERRY),
        (HOSTILE_NAME, HOSTILE),
    ):
        (folder / name).write_text(content, encoding="utf-8")
    path = tmp_path_factory.mktemp("library") / "test.library"
    with Library.open(path) as library:
        report = library.add(folder)
    assert len(report.added) == 4
    return path


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < last:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 (our own server)
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def address(library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``app.py``, really served, in a process of its own."""
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    environment = {
        **os.environ,
        "WENJU_LIBRARY": str(library_folder),
        "GRADIO_SERVER_PORT": str(port),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            cwd=log.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as a visitor; afterwards nothing may have gone wrong or gone out."""
    faults: list[str] = []
    contexts = []

    def open_page(locale: str = "zh-CN", width: int = 1280, **settings: Any) -> Page:  # noqa: ANN401
        height = 844 if width < 600 else 860
        context = chromium.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **settings,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address, "data:", "blob:"))
                else faults.append(f"request to {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                faults.append(f"{response.status} {response.url}")
                if response.status >= 400
                else None
            ),
        )
        page.goto(address)
        page.wait_for_function(LISTENING)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
