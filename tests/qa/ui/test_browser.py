"""The page in a real Chromium: what a visitor sees, clicks and is protected from."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.qa.ui.visitor import DESKTOP, PHONE, ask, in_view

pytestmark = pytest.mark.browser

OPENING = "白沙灯塔每天上午九点开放，下午五点停止入场。"
LUGGAGE = "Each passenger may bring two bags on board free of charge."


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize(
    ("locale", "question", "quote", "label"),
    [
        ("zh-CN", "白沙灯塔几点开放？", OPENING, "把握"),
        ("en-GB", "How many bags may each passenger bring?", LUGGAGE, "Confidence"),
    ],
)
def test_a_number_in_the_answer_leads_to_the_marked_sentence(
    visit: Callable[..., Page], width: int, locale: str, question: str, quote: str, label: str
) -> None:
    page = visit(locale, width)
    turn = ask(page, question)
    assert quote in turn.locator(".answer").inner_text()
    assert label in turn.locator(".footing").inner_text()

    number = turn.locator(".cite").first
    number.click()
    card = page.locator(f"[id='{number.get_attribute('data-card')}']")
    page.wait_for_function("document.activeElement.matches('.card.flash')")
    assert card.evaluate("card => card === document.activeElement")
    assert quote.strip() in card.locator("mark").first.inner_text()
    assert in_view(page, card.locator("mark").first)
    places = card.bounding_box(), turn.locator(".answer").bounding_box()
    assert places[0] is not None
    assert places[1] is not None
    beside = places[0]["x"] > places[1]["x"] + 100
    assert beside is (width == DESKTOP)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_card_says_where_its_passage_stands(visit: Callable[..., Page]) -> None:
    card = ask(visit(), "白沙灯塔几点开放？").locator(".card").first
    assert card.locator("h3").inner_text() == "白沙灯塔参观须知"
    place = card.locator(".place").inner_text()
    for part in ("林小满", "开放时间", "第 1 段", "灯塔.md"):
        assert part in place


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_source_opens_in_the_whole_document(visit: Callable[..., Page], width: int) -> None:
    page = visit("zh-CN", width)
    opener = ask(page, "白沙灯塔几点开放？").locator("[data-read]").first
    opener.click()
    page.wait_for_selector("dialog[open]")
    for view in ("cut", "stored"):
        page.click(f"[data-view-of={view}]")
        shown = page.locator(f".as-{view}")
        assert OPENING in shown.locator("mark").inner_text()
        assert in_view(page, shown.locator("mark"))
        assert "登塔共有一百六十八级台阶" in shown.inner_text()
    assert page.locator(".as-stored").inner_text().startswith("# 白沙灯塔参观须知")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="hidden")
    assert opener.evaluate("opener => opener === document.activeElement")


def test_a_citation_is_copied_as_it_stands(visit: Callable[..., Page]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    card = ask(page, "白沙灯塔几点开放？").locator(".card").first
    for button, line in (
        ("复制引文", f"“{OPENING}”——林小满《白沙灯塔参观须知》，灯塔.md，开放时间，第 1 段"),
        ("GB/T 7714", "林小满. 白沙灯塔参观须知[Z]. 灯塔.md, 开放时间, 第 1 段."),
    ):
        card.get_by_role("button", name=button).click()
        card.locator("button.done").wait_for()
        assert card.locator("button.done").inner_text() == "已复制"
        assert page.evaluate("navigator.clipboard.readText()") == line
        card.locator("button.done").wait_for(state="detached")


@pytest.mark.parametrize(
    ("locale", "question", "said"),
    [
        ("zh-CN", "红烧肉怎么做？", "这些文档里没有答案"),
        ("en-GB", "Who won the chess championship?", "These documents do not answer this"),
    ],
)
def test_it_says_when_the_documents_do_not_answer(
    visit: Callable[..., Page], locale: str, question: str, said: str
) -> None:
    turn = ask(visit(locale), question)
    assert turn.locator(".note h3").inner_text() == said
    assert turn.locator(".answer").count() == 0


CELLS = [
    ["票种", "平日价格", "周末价格", "学生价格", "老人价格", "<b>备注</b>"],
    ["单人票", "四十元", "五十元", "二十元", "十五元", "当日有效"],
    ["家庭票", "九十元", "一百一十元", "六十元", "四十五元", "含两名儿童"],
]


@pytest.mark.parametrize(("width", "locale"), [(DESKTOP, "en-GB"), (PHONE, "zh-CN")])
def test_rows_are_a_table_wherever_they_are_shown(
    visit: Callable[..., Page], width: int, locale: str
) -> None:
    page = visit(locale, width)
    turn = ask(page, "博物馆各种门票的价格是多少？")
    card = turn.locator(".card").first
    card.locator("[data-read]").click()
    page.wait_for_selector("dialog[open]")
    reader = page.locator(".as-cut")
    for place in (turn.locator(".answer"), card, reader):
        rows = place.locator("table tr")
        assert [row.locator("td").all_text_contents() for row in rows.all()][1:-1] == CELLS[1:-1]
        assert rows.first.locator("td").all_text_contents() == CELLS[0]
        assert "|" not in place.inner_text()
        caption = place.locator("caption").inner_text()
        assert caption == ("Table" if locale == "en-GB" else "表格")
    for place in (card, reader):
        marks = place.locator("table mark").all_text_contents()
        assert marks == [cell for row in CELLS for cell in row]
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    # Where it is wider than the page it is moved by keys, and the page stays.
    table = reader.locator(".sideways")
    table.focus()
    page.keyboard.press("ArrowRight")
    if width == PHONE:
        page.wait_for_function("document.querySelector('.as-cut .sideways').scrollLeft > 0")
    else:
        assert table.evaluate("table => table.scrollLeft") == 0
    assert page.evaluate("document.querySelector('.reader-body').scrollLeft") == 0


def test_a_hostile_document_is_text(visit: Callable[..., Page]) -> None:
    page = visit()
    turn = ask(page, "黑岩客栈的早餐供应到几点？")
    shown = turn.inner_text()
    for piece in ("<script>", "onerror=", "javascript:", "${window.attacked=1}", "{{constructor}}"):
        assert piece in shown
    assert "U+001B" in shown
    assert "U+202E" in shown
    ask(page, "<img src=x onerror=window.attacked=1>${window.attacked=1}黑岩客栈")
    turn.locator("[data-read]").first.click()
    page.wait_for_selector("dialog[open] .as-cut")
    page.wait_for_timeout(200)
    assert page.evaluate("window.attacked") is None
    assert page.locator(":is(#talk, #reader) :is(img, script, a, iframe)").count() == 0


def test_questions_that_cannot_be_asked(visit: Callable[..., Page]) -> None:
    page = visit()
    page.press("#question", "Enter")
    assert page.locator(".complaint[data-about=blank]").is_visible()
    assert page.locator(".turn").count() == 0
    page.fill("#question", "灯")
    assert not page.locator(".complaint[data-about=blank]").is_visible()

    turn = ask(page, "灯塔" * 50_000)
    assert "问题有 100,000 个字，最多读 8,000 个字。" in turn.locator(".problem").inner_text()
    assert OPENING in ask(page, "白沙灯塔几点开放？").inner_text()


def test_language_and_theme_are_switched_and_remembered(visit: Callable[..., Page]) -> None:
    page = visit("zh-CN", color_scheme="light")
    turn = ask(page, "白沙灯塔几点开放？")
    light = page.evaluate("getComputedStyle(document.body).color")
    page.click("[data-switch=language]")
    page.click("[data-switch=theme]")
    assert "Confidence" in turn.locator(".footing").inner_text()
    assert page.get_attribute("#question", "placeholder") == "Ask your documents…"
    page.reload()
    page.get_by_role("heading", name="Ask your documents.").wait_for()  # behind the question box
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("getComputedStyle(document.body).color") != light


def test_the_keyboard_is_enough(visit: Callable[..., Page]) -> None:
    page = visit()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first stop skips to the question box
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type("白沙灯塔")
    page.keyboard.press("Shift+Enter")
    assert page.input_value("#question") == "白沙灯塔\n"
    # Enter within a Chinese input method picks a word and must not ask.
    page.dispatch_event("#question", "keydown", {"key": "Enter", "isComposing": True})
    assert page.locator(".turn").count() == 0
    page.keyboard.type("几点开放？")
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    page.focus(".cite")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.card.flash')")


def test_controls_have_names(visit: Callable[..., Page]) -> None:
    page = visit("en-GB")
    ask(page, "How many bags may each passenger bring?")
    named: list[tuple[Literal["textbox", "button", "heading"], str]] = [
        ("textbox", "Your question"),
        ("button", "Ask"),
        ("button", "切换到中文"),
        ("button", "Light or dark"),
        ("button", "See source 1"),
        ("heading", "Ferry handbook"),
    ]
    for role, name in named:
        assert page.get_by_role(role, name=name).first.is_visible(), (role, name)
