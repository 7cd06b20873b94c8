"""Follow-ups on the page: shown as they were understood, undone, forgotten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from qa.library import Library
from qa.ui.visit import Visit
from tests.ui.visitor import DESKTOP, PHONE, ask

FIRST, FOLLOWUP, COMPLETED = "白沙灯塔几点开放？", "它有多少级台阶？", "白沙灯塔有多少级台阶？"


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_follow_up_is_completed_and_asked_as_typed(
    visit: Callable[..., Page], width: int
) -> None:
    page = visit("zh-CN", width)
    assert ask(page, FIRST).locator(".query").count() == 0
    turn = ask(page, FOLLOWUP)
    assert turn.locator(".question").inner_text().endswith(FOLLOWUP)
    assert turn.locator(".query").inner_text() == f"联系上文，查找的是“{COMPLETED}” 按原话问"
    assert "登塔共有一百六十八级台阶" in turn.locator(".answer").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name="按原话问").focus()
    page.keyboard.press("Enter")
    turn.locator(".query").wait_for(state="detached")
    page.wait_for_function("document.activeElement.matches('.turn:last-child .question')")
    assert page.locator(".turn").count() == 2
    assert turn.locator(".question").inner_text().endswith(FOLLOWUP)
    assert turn.locator(".answer, .note").count() == 1
    assert ask(page, FIRST).locator(".query").count() == 0
    assert page.locator(".turn").count() == 3


@pytest.mark.browser
def test_in_english_the_completed_question_is_shown_too(visit: Callable[..., Page]) -> None:
    page = visit("en-GB")
    ask(page, "How many bags may each passenger bring?")
    turn = ask(page, "what about refunds?")
    said = turn.locator(".query").inner_text()
    assert said.startswith("With what came before, searched for “")
    assert said.endswith("” Ask as typed")
    assert "refunded" in turn.locator(".answer").inner_text()


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
    assert page.locator(".turn").count() == 1


@pytest.mark.browser
def test_each_visitor_has_a_conversation_of_their_own(visit: Callable[..., Page]) -> None:
    one, other = visit(), visit()
    ask(one, FIRST)
    assert ask(other, FOLLOWUP).locator(".query").count() == 0
    assert COMPLETED in ask(one, FOLLOWUP).locator(".query").inner_text()
    assert other.locator(".turn").count() == 1


def test_a_question_asked_as_typed_takes_the_place_of_its_turn(library_folder: Path) -> None:
    with Library.open(library_folder) as library:
        visit = Visit(library)
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
        visit = Visit(library)
        for question, documents in ((FIRST, None), (FIRST, ["no-such"]), (FOLLOWUP, None)):
            list(visit.ask(question, documents))
        assert [turn.problem is None for turn in visit.turns] == [True, False, True]
        answer = visit.turns[-1].answer
        assert answer is not None
        assert answer.query == COMPLETED
