"""The library and the search in a real Chromium: adding, choosing, reading, removing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.ui.visitor import ask

pytestmark = pytest.mark.browser

CANTEEN = "# 食堂新规定\n\n作者：后勤处\n\n## 时间\n\n食堂午餐从十一点半供应到一点一刻。\n"
LUNCH = "食堂午餐从十一点半供应到一点一刻。"


def test_files_are_added_asked_and_removed(visit: Callable[..., Page], tmp_path: Path) -> None:
    (tmp_path / "食堂.md").write_text(CANTEEN, encoding="utf-8")
    (tmp_path / "<b>坏.exe").write_bytes(b"MZ")
    (tmp_path / "空.txt").write_bytes(b"")
    page = visit()
    assert page.locator(".library").inner_text().find("4 份文档") > 0
    page.click("[data-goto=library]")
    page.set_input_files(".drop input", sorted(tmp_path.iterdir()))
    page.locator(".arrivals [data-state=added]").wait_for()
    page.locator(".arrivals [data-state=failed]").nth(1).wait_for()
    report = page.locator(".arrivals").inner_text()
    for piece in ("食堂.md", "已加入", "<b>坏.exe", ".exe", "空.txt", "没能加入"):
        assert piece in report
    page.get_by_text("5 份文档").wait_for()

    page.click("[data-goto=ask]")
    assert LUNCH in ask(page, "食堂午餐供应到几点？").inner_text()

    page.click("[data-goto=library]")
    line = page.locator(".list li", has_text="食堂新规定")
    line.get_by_role("button", name="移除").click()
    assert line.count() == 1  # asked once more before anything goes
    line.get_by_role("button", name="确定移除").click()
    line.wait_for(state="detached")
    page.get_by_text("4 份文档").wait_for()
    page.click("[data-goto=ask]")
    assert LUNCH not in ask(page, "食堂午餐供应到几点？").inner_text()


def test_chosen_documents_alone_are_asked_and_searched(visit: Callable[..., Page]) -> None:
    page = visit()
    page.click("[data-goto=library]")
    page.locator(".list li", has_text="Ferry handbook").locator("input").check()
    page.click("[data-goto=search]")
    page.fill("#query", "白沙灯塔几点开放")
    page.press("#query", "Enter")
    page.locator(".found .card").first.wait_for()
    assert set(page.locator(".found h3").all_inner_texts()) == {"Ferry handbook"}
    page.click("[data-goto=ask]")
    assert page.locator("#box .scope").inner_text().startswith("只问选中的 1 份文档")
    assert "这些文档里没有答案" in ask(page, "白沙灯塔几点开放？").inner_text()
    page.get_by_role("button", name="改为问全部").click()
    assert not page.locator("#box .scope").is_visible()
    assert "九点开放" in ask(page, "白沙灯塔几点开放？").locator(".answer").inner_text()


def test_searching_lists_passages_with_scores(visit: Callable[..., Page]) -> None:
    page = visit("en-GB")
    page.click("[data-goto=search]")
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.type("tickets refunded")
    page.keyboard.press("Enter")
    page.locator(".hit").first.wait_for()
    first = page.locator(".hit").first.inner_text()
    assert "Tickets are refunded in full" in first
    assert "score 0." in first or "score 1." in first
    for leg in ("words", "meaning", "matching"):
        assert leg in first
    assert page.locator(".hit mark").count() >= 1
    page.locator(".hit [data-read]").first.click()
    assert "Each passenger may bring" in page.locator("dialog .as-cut").inner_text()


def test_a_document_is_read_from_the_library(visit: Callable[..., Page]) -> None:
    page = visit()
    page.click("[data-goto=library]")
    page.locator(".list li", has_text="白沙灯塔").get_by_role("button", name="阅读").click()
    page.locator("dialog[open] .as-cut").wait_for()
    assert page.locator("dialog h2").last.inner_text() == "白沙灯塔参观须知"
    assert page.locator("dialog mark").count() == 0
