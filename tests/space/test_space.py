"""The Space as its machine runs it: what git tracks, in a folder of its own, and a browser.

The packages are those of the environment that runs the tests, after pip has found that
they satisfy ``requirements.txt``: a second installation would take minutes and gigabytes,
and PyTorch's own index cannot be reached from everywhere.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git tracks, and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 (whichever git is installed)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a checkout of git")
    folder = tmp_path_factory.mktemp("space")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def address(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``python app.py`` there, with the variable that tells it that it is a Space."""
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "space.txt"
    environment = {**os.environ, "SPACE_ID": "someone/wenju", "GRADIO_SERVER_PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=checkout,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            last = time.monotonic() + 180
            while process.poll() is None and time.monotonic() < last:
                try:
                    urllib.request.urlopen(address).close()
                except urllib.error.URLError:
                    time.sleep(0.1)
                else:
                    yield address
                    break
            else:
                pytest.fail(f"the Space did not answer:\n{log.read_text('utf-8')}")
            if process.poll() is not None:
                pytest.fail(log.read_text("utf-8"))
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_environment_satisfies_the_requirements(checkout: Path, tmp_path: Path) -> None:
    lines = (checkout / "requirements.txt").read_text("utf-8").splitlines()
    assert lines.count("--extra-index-url https://download.pytorch.org/whl/cpu") == 1
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("\n".join(line for line in lines if not line.startswith("--")), "utf-8")
    report = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps"),
            *("--quiet", "--report", "-", "--requirement", str(wanted)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.returncode == 0, report.stderr
    assert json.loads(report.stdout)["install"] == []  # nothing is missing, nothing unfit


def test_a_visitors_documents_are_the_visitors_alone(address: str) -> None:
    def ask(**headers: str) -> str:
        question = {"question": "望潮亭几点关门？"}
        answer = httpx.post(address + "/api/ask", json=question, headers=headers, timeout=60)
        return str(answer.json()["text"])

    own = {"X-Wenju-Visitor": "a-secret-of-one-visitor"}
    file = {"file": ("亭.md", "# 望潮亭\n\n望潮亭每天晚上八点关门。\n".encode())}
    with httpx.Client(base_url=address, timeout=30) as client:
        assert client.post("/api/documents", files=file).status_code == 400
        assert client.post("/api/documents", files=file, headers=own).status_code == 201
        assert ask(**own) == "望潮亭每天晚上八点关门。 [1]"
        assert "望潮亭" not in ask()
        assert "望潮亭" not in ask(**{"X-Wenju-Visitor": "another-visitors-secret"})
        (first, *_) = client.get("/api/documents").json()
        assert client.delete(f"/api/documents/{first['id']}", headers=own).status_code == 403


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[[str], Page]]:
    """Opens the Space as another visitor; none may be sent anywhere else."""
    elsewhere: list[str] = []
    contexts = []

    def heard(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            elsewhere.append(request.url)

    def opened(locale: str) -> Page:
        contexts.append(chromium.new_context(locale=locale))
        page = contexts[-1].new_page()
        page.on("request", heard)
        page.goto(address)
        page.wait_for_selector(".welcome")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


def answer(page: Page, question: str) -> str:
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    said = page.locator(".turn").nth(turns).locator(".answer, .note").first
    said.wait_for()
    return said.inner_text()


@pytest.mark.browser
def test_a_visitor_asks_the_space(visit: Callable[[str], Page]) -> None:
    assert "满4个月流产的，有42天" in answer(visit("zh-CN"), "流产有没有假")


@pytest.mark.browser
def test_what_a_visitor_adds_is_theirs_alone(visit: Callable[[str], Page], tmp_path: Path) -> None:
    name, broken = "泳池<img src=x onerror=window.attacked=1>.md", tmp_path / "坏.pdf"
    (tmp_path / name).write_text("# 泳池守则\n\n泳池每周三下午闭馆换水。\n", "utf-8")
    broken.write_bytes(b"%PDF-1.7 broken")
    one, other = visit("zh-CN"), visit("en-GB")
    for page, limits in ((one, "30 分钟不用，就全部删除"), (other, "after 30 minutes without use")):
        page.click("[data-goto=library]")
        page.locator(".list li").first.wait_for()
        assert limits in page.locator(".limits").inner_text()
        assert page.locator("[data-remove]").count() == 0  # the demo library stays as it is
        assert page.locator("#rebuild").count() == 0
    one.set_input_files(".drop input", [tmp_path / name, broken])
    one.locator(".arrivals [data-state=added]").wait_for()
    one.locator(".arrivals [data-state=failed]").wait_for()
    assert "这份 PDF 文件损坏了，读不出来。" in one.locator(".arrivals").inner_text()
    one.get_by_text("你的 1 份").wait_for()
    one.click("[data-goto=ask]")
    closed = "泳池每周三下午闭馆换水。"
    assert closed in answer(one, "泳池什么时候闭馆？")
    assert "满4个月流产的，有42天" in answer(one, "流产有没有假")  # the demo answers beside it

    # Neither the other visitor nor the endpoints for scripts know of it.
    assert closed not in answer_of_other(other)
    other.click("[data-goto=library]")
    other.locator(".list li").first.wait_for()
    assert "泳池守则" not in other.locator(".list").inner_text()

    # It is there after a reload, and gone when it is removed.
    one.reload()
    one.get_by_text("你的 1 份").wait_for()
    one.click("[data-goto=library]")
    line = one.locator(".list li", has_text="泳池守则")
    assert "<img src=x" in line.inner_text()
    line.get_by_role("button", name="移除").click()
    line.get_by_role("button", name="确定移除").click()
    line.wait_for(state="detached")
    one.click("[data-goto=ask]")
    assert closed not in answer(one, "泳池什么时候闭馆？")
    assert one.evaluate("window.attacked") is None


def answer_of_other(page: Page) -> str:
    page.click("[data-goto=ask]")
    return answer(page, "泳池什么时候闭馆？") + page.locator(".turn .sources").last.inner_text()
