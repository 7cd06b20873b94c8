"""Answers and hits as the routes and tools send them.

These are functions of a module, so that a process of :mod:`qa.server.processes` finds
them by name. They return JSON where they can, which costs less than pickling results.
"""

from collections.abc import Sequence
from contextlib import suppress

import orjson

from qa.errors import WenjuError
from qa.library import Library
from qa.results import Answer

_PREVIOUS_QUESTIONS = 3  # that may complete the last one


def search_as_json(
    library: Library, query: str, k: int, documents: Sequence[str] | None = None
) -> bytes:
    """Return the JSON of ``wenju search``."""
    return orjson.dumps([hit.to_dict() for hit in library.search(query, k, documents)])


def ask_as_json(library: Library, question: str, documents: Sequence[str] | None = None) -> bytes:
    """Return the JSON of ``wenju ask``."""
    return orjson.dumps(library.ask(question, documents).to_dict())


def answer_conversation(library: Library, questions: Sequence[str]) -> Answer:
    """Return the answer to the last question, completed from those before it.

    Args:
        library: the library to ask.
        questions: the user's questions, oldest first; at least one.

    Raises:
        WenjuError: the last question cannot be answered.
    """
    conversation = library.conversation()
    for question in questions[-1 - _PREVIOUS_QUESTIONS : -1]:
        with suppress(WenjuError):  # a question that failed completes no other
            conversation.ask(question)
    return conversation.ask(questions[-1])
