"""Thumbs in a real Chromium: given, taken back, pointed at another passage, exported."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from qa.evaluation.feedback import StoredFeedback
from qa.evaluation.own_questions import load_questions
from qa.library import Library
from tests.qa.ui.visitor import DESKTOP, PHONE, ask

pytestmark = pytest.mark.browser

ASKED, RIGHT = (
    "白沙灯塔几点开放？",
    "登塔共有一百六十八级台阶，没有电梯。身高不足一米二的儿童须由成人陪同登塔。",
)


@pytest.fixture(autouse=True)
def _nothing_said_before(library_folder: Path) -> None:
    """Take back what other tests said on the library that they share with these."""
    with Library.open(library_folder) as library:
        feedback = StoredFeedback(library)
        for said in feedback.judgements():
            feedback.withdraw(said)


def told(page: Page) -> str:
    page.locator(".toast.shown").wait_for()
    return page.locator(".toast").inner_text()


def pressed(thumb: Locator) -> str | None:
    return thumb.get_attribute("aria-pressed")


@pytest.mark.parametrize(
    ("locale", "width", "good", "export"),
    [
        ("zh-CN", PHONE, "答得对", "导出评测题（JSONL）"),
        ("en-GB", DESKTOP, "Good answer", "Export questions (JSONL)"),
    ],
)
def test_what_a_reader_says_is_kept_and_exported(
    visit: Callable[..., Page],
    library_folder: Path,
    tmp_path: Path,
    locale: str,
    width: int,
    good: str,
    export: str,
) -> None:
    page = visit(locale, width)
    turn = ask(page, ASKED)
    up, down = (turn.locator(f".footing .thumb.{one}") for one in ("good", "bad"))
    assert up.get_attribute("title") == good
    up.focus()
    page.keyboard.press("Enter")
    assert told(page) in ("记下了，谢谢。", "Noted, thank you.")
    assert (pressed(up), pressed(down)) == ("true", "false")
    with Library.open(library_folder) as library:
        (said,) = StoredFeedback(library).judgements()
        assert (said.question, said.verdict) == (ASKED, "good")
        assert said.passage_id == f"{library.show('灯塔.md').id}:0"

    # Another answer renders the conversation again; what was said still shows.
    ask(page, "红烧肉怎么做？")
    assert pressed(up) == "true"
    up.click()
    page.wait_for_function("document.querySelector('.thumb.good').ariaPressed === 'false'")

    # The right passage, pointed at in the whole document.
    down.click()
    turn.locator(".which").wait_for()
    turn.locator("[data-read]").first.click()
    choices = page.locator("dialog .choice")
    choices.first.wait_for()
    assert choices.count() == 2
    choices.nth(1).click()
    page.wait_for_function("document.querySelectorAll('.choice')[1].ariaPressed === 'true'")
    page.keyboard.press("Escape")
    page.click("[data-goto=library]")
    with page.expect_download() as download:
        page.get_by_role("button", name=export).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    row = json.loads(file.read_text(encoding="utf-8"))
    assert (row["question"], row["passage"], row["source"]) == (ASKED, RIGHT, "灯塔.md")
    with Library.open(library_folder) as library:
        assert load_questions(file, library).left_out == ()


def test_a_hit_is_judged_for_the_words_that_were_searched(
    visit: Callable[..., Page], library_folder: Path
) -> None:
    page = visit("en-GB")
    page.click("[data-goto=search]")
    page.fill("#query", "tickets refunded")
    page.press("#query", "Enter")
    page.locator(".hit .thumb.good").first.click()
    told(page)
    with Library.open(library_folder) as library:
        feedback = StoredFeedback(library)
        (said,) = feedback.judgements()
        assert (said.query, said.verdict) == ("tickets refunded", "good")
        assert said.passage_id == f"{library.show('ferry.md').id}:1"
        feedback.withdraw(said)
