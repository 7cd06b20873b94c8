"""axe-core over every state of the page, in both languages, both themes, both widths."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from qa.results import Answer
from qa.ui.conversation import Turn, conversation
from tests.qa.ui.test_cards import ANSWER, HIT, POSSIBLE, SHORT
from tests.qa.ui.visitor import DESKTOP, PHONE, ask

pytestmark = pytest.mark.browser

#: Whose rules a reader cannot get past; axe calls the others minor and moderate.
GRAVE = ("critical", "serious")

SWITCH = """([language, dark]) => {
  const { actions } = window.wenju;
  if (document.documentElement.lang !== language) actions.switch("language");
  if (document.body.classList.contains("dark") !== dark) actions.switch("theme");
}"""


REPLACE = "html => { document.querySelector('.turns').outerHTML = html; }"

# The library of the page has no reader, which would make them.
SHAPES = (
    replace(ANSWER, short=SHORT),
    replace(ANSWER, short=replace(SHORT, verdict="yes")),
    replace(ANSWER, short=replace(SHORT, verdict="no")),
    replace(POSSIBLE, hits=(HIT, replace(HIT, rank=2))),
    Answer("你好", "你好", False, 0.0, "你好。", (), (), "chat"),
)


def states(page: Page, broken: Path) -> Iterator[str]:
    """Brings the page into each of its states, one after the other."""
    page.locator(".welcome").wait_for()
    yield "the empty page"
    ask(page, "白沙灯塔几点开放？")
    ask(page, "它有多少级台阶？")
    ask(page, "博物馆各种门票的价格是多少？").locator(".card .rows").wait_for()
    ask(page, "红烧肉怎么做？").locator(".thumb.bad").first.click()
    ask(page, "灯塔" * 5_000)
    page.locator("details.more summary").first.click()
    yield "answers, none, and a failure"
    page.locator("[data-read]").first.click()
    page.locator("dialog .choosing").click()
    page.locator("dialog .choice").first.wait_for()
    yield "the reader"
    page.click("[data-view-of=stored]")
    yield "the stored text"
    page.keyboard.press("Escape")
    page.evaluate(REPLACE, conversation([Turn("几级？", answer) for answer in SHAPES]))
    yield "short answers, and what may be one"
    page.click("[data-goto=search]")
    page.fill("#query", "台阶")
    page.press("#query", "Enter")
    page.locator(".hit").first.wait_for()
    yield "a search"
    page.click("[data-goto=library]")
    page.set_input_files(".drop input", [broken])
    page.locator(".arrivals [data-state=failed]").wait_for()
    page.locator(".list input").first.check()
    page.locator(".list [data-remove]").first.click()
    yield "the library"


# Each language in each theme, once on either width: the same rules of style hold on both.
@pytest.mark.parametrize(
    ("width", "looks"),
    [
        (DESKTOP, [("zh-CN", False), ("en", True)]),
        (PHONE, [("zh-CN", True), ("en", False)]),
    ],
)
def test_nothing_grave_stands_in_a_readers_way(
    visit: Callable[..., Page], width: int, looks: list[tuple[str, bool]], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    page, axe, faults = visit("zh-CN", width), Axe(), []
    seen = []
    for state in states(page, broken):
        seen.append(state)
        for language, dark in looks:
            page.evaluate(SWITCH, [language, dark])
            found = axe.run(page, options={"resultTypes": ["violations"]}).response
            faults += [
                (state, language, "dark" if dark else "light", one["id"], node["html"][:200])
                for one in found["violations"]
                if one["impact"] in GRAVE
                for node in one["nodes"]
            ]
    assert faults == []
    assert len(seen) == 7
