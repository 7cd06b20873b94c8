"""A conversation: questions one after the other, in which follow-ups are completed.

The completed question is a question like any other: it finds what :meth:`qa.Library.ask`
finds for it, it is shown beside the answer, and the asker can take it back.
:mod:`qa.conversation.completer` makes it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.arguments import FLAG, KEYS, TEXT, checked
from qa.conversation.completer import Completer
from qa.conversation.protocols import Searchable
from qa.errors import raising_wenju_errors
from qa.results import Answer
from qa.retrieval.questions import check

TURNS_KEPT = 50
_TURNS_READ = 3  # a question may refer to the topics and documents of so many turns


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation.

    Attributes:
        question: as asked.
        query: as searched.
        answer: to the query.
    """

    question: str
    query: str
    answer: Answer


class Conversation:
    """Questions to a library, one after the other; see :meth:`qa.Library.conversation`.

    Args:
        library: to be asked.
        turns: of the conversation that this one continues, oldest first.
    """

    def __init__(self, library: Searchable, turns: Iterable[Turn] = ()) -> None:
        self._library = library
        self._completer = Completer(library)
        self._turns: deque[Turn] = deque(turns, maxlen=TURNS_KEPT)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The latest turns, oldest first."""
        return tuple(self._turns)

    @property
    def before(self) -> list[Answer]:
        """The answers that the next question may refer to, the latest first."""
        return [turn.answer for turn in reversed(self._turns) if turn.answer.hits][:_TURNS_READ]

    @raising_wenju_errors
    @checked(question=TEXT, documents=KEYS, as_is=FLAG)
    def ask(
        self, question: str, documents: Sequence[str] | None = None, *, as_is: bool = False
    ) -> Answer:
        """Answer a question, completed from the turns before if it leaves something out.

        A greeting, or a question about the library itself, has its own reply, and no later
        question is completed from it; see :meth:`qa.Library.chat_reply`.

        Args:
            question: in any language that the model knows.
            documents: ids, id prefixes or sources to ask; all by default.
            as_is: search the question as it was typed, a greeting too. If it is the one asked
                last, this turn replaces that one.

        Returns:
            The answer to its ``query``; its ``question`` is the one asked.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """
        check(question)
        answer = None if as_is else self._library.chat_reply(question, documents)
        if answer is None:
            before = [] if as_is else self.before
            found = self._completer.complete(question, before, documents)
            answer = replace(self._library.answer(found), question=question)
        if as_is and self._turns and self._turns[-1].question == question:
            self._turns.pop()
        self._turns.append(Turn(question, answer.query, answer))
        return answer
