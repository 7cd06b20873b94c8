"""What a writer composes, on the page: streamed, checked, struck through, and never in the way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from qa.errors import WriterFailed
from qa.library import Library
from qa.sharing.libraries import Shared
from qa.ui.session import Session
from qa.ui.writer import Written, written_text
from qa.writer import Endpoint, EndpointWriter, Reason, WrittenSentence
from tests.ports import free_port
from tests.qa.ui.conftest import LISTENING, ROOT, wait_until_ready
from tests.qa.ui.visitor import ask
from tests.qa.writer.endpoint_server import PlayedEndpoint, Reply, played_endpoint, stream

ASKED, OPENING = "白沙灯塔几点开放？", "白沙灯塔每天上午九点开放，下午五点停止入场。"
SUPPORTED, INVENTED = "白沙灯塔上午九点开放。", "门票八十八元。"


@pytest.fixture(scope="module")
def played() -> Iterator[PlayedEndpoint]:
    with played_endpoint() as endpoint:
        endpoint.reply = lambda _: Reply(
            stream(f"{SUPPORTED[:-1]}[1]。{INVENTED[:-1]}[1]。<img src=x onerror=1>[7]。")
        )
        yield endpoint


def test_a_visit_shows_the_answer_first_and_then_each_sentence(
    library_folder: Path, played: PlayedEndpoint
) -> None:
    writer = EndpointWriter(Endpoint(played.url, "played-<b>", patience=10.0))
    with Library.open(library_folder) as library:
        visit = Session(Shared(library), None, writer)
        pending, verbatim, *written = visit.ask(ASKED, None)
        assert 'class="waiting"' in pending
        assert OPENING[:-1] in verbatim
        assert 'class="written writing"' in verbatim
        assert "played-&lt;b&gt;" in verbatim
        assert SUPPORTED not in verbatim
        assert SUPPORTED in written[0]
        assert all(OPENING[:-1] in page for page in written)  # the quotes stay in view
        assert [page.count("<s>") for page in written] == [0, 1, 2, 2]
        assert f"<s>{INVENTED}" in written[-1]
        assert "出处里没有这个数" in written[-1]
        assert "<img" not in written[-1]
        assert 'class="written done"' in written[-1]
        # With no answer in the documents nobody is asked.
        asked = len(played.requests)
        assert (
            'class="written' not in list(visit.ask("红烧肉怎么做？", None))[-1].split("turn-2")[1]
        )
        assert len(played.requests) == asked


def test_a_writer_that_fails_leaves_what_it_wrote_and_the_answer() -> None:
    def sentences() -> Iterator[WrittenSentence]:
        yield WrittenSentence("九点开放。", (1,), True, None, (), 0.9)
        raise WriterFailed("The writer broke off.", "writer_broke_off")

    *_, last = Written("a model").steps(sentences())
    shown = written_text(last, "turn-1")
    assert "九点开放。" in shown
    assert "没有写完。" in shown
    assert "The writer broke off." in shown
    assert 'data-card="turn-1-source-1"' in shown


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(reason: Reason) -> None:
    struck = WrittenSentence("九点。", (), False, reason, ("<九>", "十"), 0.1)
    shown = written_text(Written("m", (struck,), "done"), "turn-1")
    assert "<s>九点。</s>" in shown
    comma = '<span class="t" lang="zh-CN">、</span><span class="t" lang="en">, </span>'
    assert f"<bdi>&lt;九&gt;{comma}十</bdi>" in shown


def test_a_writer_that_wrote_nothing_says_so() -> None:
    *_, last = Written("m").steps(iter(()))
    assert "它什么也没写。" in written_text(last, "turn-1")


@pytest.fixture(scope="module")
def written_address(
    played: PlayedEndpoint, library_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server whose environment names the played endpoint."""
    port, log = free_port(), tmp_path_factory.mktemp("server") / "log.txt"
    environment = {
        **os.environ,
        "WENJU_LIBRARY": str(library_folder),
        "GRADIO_SERVER_PORT": str(port),
        "WENJU_LLM_URL": played.url,
        "WENJU_LLM_MODEL": "played-model",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
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


@pytest.mark.browser
def test_the_page_strikes_through_what_has_no_support(
    chromium: Browser, written_address: str
) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(written_address)
    page.wait_for_function(LISTENING)
    turn = ask(page, ASKED)
    assert OPENING in turn.locator(".answer").inner_text()
    written = turn.locator(".written.done")
    written.wait_for()
    assert "played-model" in written.inner_text()
    assert written.locator("s").all_inner_texts()[0].startswith(INVENTED)
    assert "出处里没有这个数" in written.locator(".reason").first.inner_text()
    assert page.locator(".written img").count() == 0
    written.locator(".cite").first.click()
    page.wait_for_function("document.activeElement.matches('.card.flash')")
    context.close()
