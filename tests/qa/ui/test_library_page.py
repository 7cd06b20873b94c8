"""The library and the search in a real Chromium: adding, choosing, reading, removing."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page

from qa.library import Library
from tests.qa.ui.visitor import DESKTOP, PHONE, ask

pytestmark = pytest.mark.browser

LUNCH = "食堂午餐从十一点半供应到一点一刻。"


def word_file(path: Path) -> None:
    """The canteen's rules, as somebody would write them in Word."""
    document = docx.Document()
    document.add_heading("食堂新规定", 0)
    document.add_heading("时间", 1)
    document.add_paragraph(LUNCH)
    document.save(str(path))


@pytest.mark.parametrize(
    ("locale", "width", "added", "reasons", "remove"),
    [
        (
            "zh-CN",
            PHONE,
            "已加入",
            ("这份 PDF 文件损坏了", "读不了这种文件", "一个字节也没有", "看不见的控制字符"),
            ("移除", "确定移除"),
        ),
        (
            "en-GB",
            DESKTOP,
            "added",
            ("PDF file is damaged", "it has the suffix", "0 bytes", "control characters"),
            ("Remove", "Really remove"),
        ),
    ],
)
def test_files_are_added_asked_and_removed(
    visit: Callable[..., Page],
    tmp_path: Path,
    locale: str,
    width: int,
    added: str,
    reasons: tuple[str, ...],
    remove: tuple[str, str],
) -> None:
    word_file(tmp_path / "食堂.docx")
    (tmp_path / "破.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "<b>坏.exe").write_bytes(b"MZ")
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "\x1b[31m红\u202etxt.txt").write_text("红字。", encoding="utf-8")
    page = visit(locale, width)
    page.click("[data-goto=library]")
    page.locator(".list li").nth(3).wait_for()
    assert "100 MB" in page.locator(".limits").inner_text()
    page.set_input_files(".drop input", sorted(tmp_path.iterdir()))
    page.locator(".arrivals [data-state=added]").wait_for()
    page.locator(".arrivals [data-state=failed]").nth(3).wait_for()
    report = page.locator(".arrivals").inner_text()
    for piece in ("食堂.docx", added, "<b>坏.exe", "空.txt", "破.pdf", *reasons):
        assert piece in report
    page.locator(".list li").nth(4).wait_for()

    page.click("[data-goto=ask]")
    assert LUNCH in ask(page, "食堂午餐供应到几点？").inner_text()

    page.click("[data-goto=library]")
    line = page.locator(".list li", has_text="食堂新规定")
    line.get_by_role("button", name=remove[0], exact=True).click()
    assert line.count() == 1  # asked once more before anything goes
    line.get_by_role("button", name=remove[1]).click()
    line.wait_for(state="detached")
    assert page.locator(".list li").count() == 4
    page.click("[data-goto=ask]")
    assert LUNCH not in ask(page, "食堂午餐供应到几点？").inner_text()
    assert page.locator(":is(#library, #talk) :is(img, script, a)").count() == 0


def test_a_finger_is_told_to_tap(visit: Callable[..., Page]) -> None:
    for touch, said in ((False, "把文件拖到这里，或点击选择"), (True, "点这里选择文件")):
        page = visit("zh-CN", PHONE, has_touch=touch, is_mobile=touch)
        page.click("[data-goto=library]")
        assert page.locator(".drop b:visible").inner_text() == said


def test_the_library_is_indexed_again_and_checked(visit: Callable[..., Page]) -> None:
    page = visit()
    page.click("[data-goto=library]")
    page.wait_for_function("document.querySelector('#model').value === 'static'")
    page.get_by_role("button", name="重建并检查").click()
    page.get_by_text("段都已建好索引，检查无误。").wait_for()
    page.reload()  # who comes later began nothing, and is told of nothing
    page.click("[data-goto=library]")
    page.wait_for_function("document.querySelector('#model').value === 'static'")
    assert page.locator("#rebuild .said").inner_text() == ""
    page.fill("#model", "/nowhere")
    page.press("#model", "Enter")
    page.locator("#rebuild .said").get_by_text("找不到这个向量模型。").wait_for()
    page.click("[data-goto=ask]")
    assert ask(page, "白沙灯塔几点开放？").locator(".answer").count() == 1


def test_the_page_finds_what_the_library_finds(
    visit: Callable[..., Page], library_folder: Path
) -> None:
    query = "灯塔有多少级台阶"
    page = visit()
    page.click("[data-goto=search]")
    page.fill("#query", query)
    page.press("#query", "Enter")
    page.locator(".found .card").first.wait_for()
    with Library.open(library_folder) as library:
        hits = library.search(query, 20)
    read = page.locator(".found [data-read]")
    shown = [button.get_attribute("data-read") for button in read.all()]
    assert shown == [hit.passage_id for hit in hits]
    scores = page.locator(".found .score > span .t[lang^=zh], .found .score > span.t[lang^=zh]")
    assert scores.all_inner_texts() == [
        text for hit in hits for text in (f"相关度 {hit.relevance:.0%}", f"得分 {hit.score:.3f}")
    ]


def test_chosen_documents_alone_are_asked_and_searched(visit: Callable[..., Page]) -> None:
    page = visit()
    page.click("[data-goto=library]")
    page.locator(".list li", has_text="Ferry handbook").locator("input").check()
    page.click("[data-goto=search]")
    page.fill("#query", "白沙灯塔几点开放")
    page.press("#query", "Enter")
    page.locator(".found .card").first.wait_for()
    assert set(page.locator(".found h3").all_inner_texts()) == {"Ferry handbook"}
    page.fill("#query", " ")
    page.press("#query", "Enter")
    assert page.locator(".found").inner_text() == ""  # no hits of a question that is gone
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
    assert "score 2.285" in first
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
