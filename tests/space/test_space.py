"""The Space as its machine runs it: what git tracks, in a folder of its own, and a browser.

The packages are those of the environment that runs the tests, after pip has found that
they satisfy ``requirements.txt``: a second installation would take minutes and gigabytes,
and PyTorch's own index cannot be reached from everywhere.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
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
            for _ in range(600):
                if process.poll() is not None:
                    break
                try:
                    urllib.request.urlopen(address).close()
                except urllib.error.URLError:
                    time.sleep(0.1)
                else:
                    yield address
                    break
            else:
                pytest.fail("the Space did not answer within a minute")
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


@pytest.mark.browser
def test_a_visitor_asks_the_space(address: str, chromium_path: Path) -> None:
    elsewhere: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-sync"]
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=arguments)
        page = browser.new_context(locale="zh-CN").new_page()
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address, "data:", "blob:"))
                else elsewhere.append(request.url)
            ),
        )
        page.goto(address)
        page.fill("#question", "流产有没有假")
        page.press("#question", "Enter")
        answer = page.locator(".turn .answer")
        answer.wait_for(timeout=30_000)
        assert "满4个月流产的，有42天" in answer.inner_text()
        browser.close()
    assert elsewhere == []
