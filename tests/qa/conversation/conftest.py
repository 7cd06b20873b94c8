"""The demo library, opened once."""

from collections.abc import Iterator

import pytest

from qa import Conversation, Library


@pytest.fixture(scope="session")
def demo(_session_home: None) -> Iterator[Library]:
    with Library.demo() as library:
        yield library


@pytest.fixture
def conversation(demo: Library) -> Conversation:
    return demo.conversation()
