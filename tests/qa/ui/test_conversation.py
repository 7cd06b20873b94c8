"""Follow-ups on the page: shown as they were understood, undone, forgotten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from qa.library import Library
from qa.sharing.libraries import Shared
from qa.ui.session import Session
from tests.qa.ui.visitor import DESKTOP, PHONE, ask

FIRST, FOLLOWUP = "白沙灯塔几点开放？", "它有多少级台阶？"
MEANT, AS_TYPED = "登塔共有一百六十八级台阶", "博物馆门前有三百级台阶"


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize(
    ("locale", "said", "undo"),
    [
        ("zh-CN", "联系上文，查找的是“", "按原话问"),
        ("en-GB", "With what came before, searched for “", "Ask as typed"),
    ],
)
def test_a_follow_up_is_completed_and_asked_as_typed(
    visit: Callable[..., Page], width: int, locale: str, said: str, undo: str
) -> None:
    page = visit(locale, width)
    assert ask(page, FIRST).locator(".query").count() == 0
    turn = ask(page, FOLLOWUP)
    assert turn.locator(".question").inner_text().endswith(FOLLOWUP)
    query = turn.locator(".query").inner_text()
    assert query.startswith(said)
    assert "白沙灯塔" in query
    assert query.endswith(f"” {undo}")
    assert MEANT in turn.locator(".answer").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name=undo).focus()
    page.keyboard.press("Enter")
    turn.locator(".query").wait_for(state="detached")
    page.wait_for_function("document.activeElement.matches('.turn:last-child .question')")
    assert page.locator(".turn").count() == 2
    assert turn.locator(".question").inner_text().endswith(FOLLOWUP)
    assert AS_TYPED in turn.locator(".answer").inner_text()
    assert ask(page, FIRST).locator(".query").count() == 0
    assert page.locator(".turn").count() == 3


@pytest.mark.browser
def test_a_new_conversation_forgets_the_one_before(visit: Callable[..., Page]) -> None:
    page = visit()
    new = page.get_by_role("button", name="新对话")
    assert not new.is_visible()
    ask(page, FIRST)
    new.click()
    page.get_by_role("heading", name="问你的文档").wait_for()
    assert page.locator(".turn").count() == 0
    assert not new.is_visible()
    assert page.evaluate("document.activeElement.id") == "question"
    turn = ask(page, FOLLOWUP)
    assert turn.locator(".query").count() == 0
    assert MEANT not in turn.locator(".answer").inner_text()
    assert page.locator(".turn").count() == 1


@pytest.mark.browser
def test_each_visitor_has_a_conversation_of_their_own(visit: Callable[..., Page]) -> None:
    one, other = visit(), visit()
    ask(one, FIRST)
    assert ask(other, FOLLOWUP).locator(".query").count() == 0
    assert "白沙灯塔" in ask(one, FOLLOWUP).locator(".query").inner_text()
    assert other.locator(".turn").count() == 1


def test_a_question_asked_as_typed_takes_the_place_of_its_turn(library_folder: Path) -> None:
    with Library.open(library_folder) as library:
        visit = Session(Shared(library), None)
        assert len(list(visit.ask_as_typed(None))) == 1  # nothing to ask again
        for question in (FIRST, FOLLOWUP):
            pending, answered = visit.ask(question, None)
            assert 'class="waiting"' in pending
            assert 'class="waiting"' not in answered
        assert [turn.completed for turn in visit.turns] == [False, True]
        assert len(list(visit.ask_as_typed(None))) == 2
        assert [turn.question for turn in visit.turns] == [FIRST, FOLLOWUP]
        assert not any(turn.completed for turn in visit.turns)
        assert len(list(visit.ask_as_typed(None))) == 1  # it was asked as typed already


def test_what_goes_wrong_is_a_turn_that_leaves_the_next_one_alone(library_folder: Path) -> None:
    with Library.open(library_folder) as library:
        visit = Session(Shared(library), None)
        for question, documents in ((FIRST, None), (FIRST, ["no-such"]), (FOLLOWUP, None)):
            list(visit.ask(question, documents))
        assert [turn.problem is None for turn in visit.turns] == [True, False, True]
        assert visit.turns[-1].completed
