"""How often a question is searched, and how often a similarity is computed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

from embeddings.encoders.static import StaticEncoder
from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa import Library
from qa.sharing.libraries import Shared
from qa.storage.protocols import Backend, State
from qa.ui.services import search_services

FIRST = "工伤认定要在多少天内申请？"
SECOND = "要证明什么？"
THIRD = "那时间不够呢？"


class CountedState:
    """A state that counts how often its indexes are searched."""

    def __init__(self, state: State, counts: "CountedBackend") -> None:
        self._state = state
        self._counts = counts

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._state, name)

    def dense(self, vector: FloatArray, k: int) -> IdArray:
        """Count a search of the vectors."""
        self._counts.dense += 1
        return self._state.dense(vector, k)

    def lexical(self, query: str, k: int, context_weight: float) -> tuple[FloatArray, IdArray]:
        """Count a search of the words."""
        self._counts.lexical += 1
        return self._state.lexical(query, k, context_weight)


class CountedBackend:
    """A backend that counts the states that are opened and the searches in them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.states = self.dense = self.lexical = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._backend, name)

    @contextmanager
    def state(self, documents: Sequence[str] | None) -> Iterator[State]:
        """Count a state."""
        self.states += 1
        with self._backend.state(documents) as state:
            yield cast("State", CountedState(state, self))

    def counted(self) -> tuple[int, int, int]:
        """The counts since the last call: states, searches of vectors, searches of words."""
        counts = self.states, self.dense, self.lexical
        self.states = self.dense = self.lexical = 0
        return counts


@pytest.fixture
def backend(demo: Library) -> CountedBackend:
    return CountedBackend(demo._backend)


@pytest.fixture
def library(backend: CountedBackend) -> Library:
    return Library(cast("Backend", backend))


def test_a_question_is_searched_once(library: Library, backend: CountedBackend) -> None:
    assert library.ask("年假有几天？").answered
    assert backend.counted() == (1, 1, 1)
    assert library.search("年假有几天？")
    assert backend.counted() == (1, 1, 1)


def test_the_first_question_of_a_conversation_is_searched_once(
    library: Library, backend: CountedBackend
) -> None:
    library.conversation().ask(FIRST)
    assert backend.counted() == (1, 1, 1)


def test_a_followup_is_searched_three_times_at_most(
    library: Library, backend: CountedBackend
) -> None:
    conversation = library.conversation()
    conversation.ask(FIRST)
    backend.counted()
    for followup in (SECOND, THIRD):
        assert conversation.ask(followup).query != followup
        assert backend.counted() == (3, 3, 3)


def test_a_new_topic_is_searched_twice(library: Library, backend: CountedBackend) -> None:
    conversation = library.conversation()
    conversation.ask(FIRST)
    backend.counted()
    question = "那退休年龄现在推迟到多少岁？"
    assert conversation.ask(question).query == question
    assert backend.counted() == (2, 2, 2)


def test_the_search_box_searches_once(library: Library, backend: CountedBackend) -> None:
    (find,) = search_services(Shared(library))
    request = cast("gr.Request", SimpleNamespace(headers={}))
    page = find({"query": "年假有几天"}, request)
    assert 'class="bar"' in page
    assert backend.counted() == (1, 1, 1)


@pytest.mark.parametrize(
    "question", ["年假有几天？", "拖欠工资有什么后果", "哺乳期能加班吗，能被辞退吗"]
)
def test_each_similarity_is_computed_once(
    demo: Library, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """One product for all candidates, in which no token comes twice, serves the whole answer."""
    compared: list[IntArray] = []
    cosines = StaticEncoder.token_cosines

    def counting(encoder: StaticEncoder, units: FloatArray, ids: IntArray) -> FloatArray:
        compared.append(ids)
        return cosines(encoder, units, ids)

    monkeypatch.setattr(StaticEncoder, "token_cosines", counting)
    assert demo.ask(question).citations
    (ids,) = compared
    assert len(np.unique(ids)) == len(ids)
