"""What visitors do, shared by the browser tests."""

from playwright.sync_api import Locator, Page

DESKTOP, PHONE = 1280, 390


def ask(page: Page, question: str) -> Locator:
    """Asks and gives back the turn that answers."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    turn = page.locator(".turn").nth(turns)
    turn.locator(".answer, .note").wait_for()
    return turn


def in_view(page: Page, locator: Locator) -> bool:
    """Whether all of an element stands between the top and the bottom of the window."""
    box, window = locator.bounding_box(), page.viewport_size
    if box is None or window is None:
        return False
    return box["y"] >= 0 and box["y"] + box["height"] <= window["height"]
