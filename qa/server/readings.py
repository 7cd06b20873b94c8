"""What is asked of a library: functions that any process can run by their names.

JSON is made where the answer is: nothing is left to do for whoever hands it on.
"""

from collections.abc import Sequence
from contextlib import suppress

import orjson

from qa.errors import WenjuError
from qa.library import Library
from qa.results import Answer

_TURNS_READ = 3  # questions before the last one that it may lean on


def search_as_json(
    library: Library, query: str, k: int, documents: Sequence[str] | None = None
) -> bytes:
    """The JSON of ``wenju search``."""
    return orjson.dumps([hit.to_dict() for hit in library.search(query, k, documents)])


def ask_as_json(library: Library, question: str, documents: Sequence[str] | None = None) -> bytes:
    """The JSON of ``wenju ask``."""
    return orjson.dumps(library.ask(question, documents).to_dict())


def continue_conversation(library: Library, questions: Sequence[str]) -> Answer:
    """The answer to the last of some questions, completed by those before."""
    conversation = library.conversation()
    for question in questions[-1 - _TURNS_READ : -1]:
        with suppress(WenjuError):  # one that could not be asked completes no other
            conversation.ask(question)
    return conversation.ask(questions[-1])
