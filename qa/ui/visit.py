"""One visitor's conversation: what it says to the library, and what the page shows of it."""

import logging
from collections.abc import Iterator

from qa.errors import BadQuestion, WenjuError
from qa.library import Library
from qa.ui.conversation import Turn, conversation
from qa.ui.markup import phrase, text

logger = logging.getLogger(__name__)

#: A question that was too long to ask is shown up to here.
SHOWN = 200


class Visit:
    """The turns of one visitor, from opening the page or starting over.

    Args:
        library: what is asked.
    """

    def __init__(self, library: Library) -> None:
        self._conversation = library.conversation()
        self._turns: list[Turn] = []

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked, oldest first."""
        return tuple(self._turns)

    def ask(self, question: str, documents: list[str] | None) -> Iterator[str]:
        """Asks; the page as it is while the answer is sought, then with it.

        Args:
            question: as typed; completed from the turns before if it leans on them.
            documents: ids of the documents to ask; all if None.
        """
        yield conversation([*self._turns, Turn(question)])
        self._turns.append(self._reply(question, documents, as_is=False))
        yield conversation(self._turns)

    def ask_as_typed(self, documents: list[str] | None) -> Iterator[str]:
        """Asks the last question again, in its own words; takes the place of its turn.

        Args:
            documents: as for :meth:`ask`.
        """
        if self._turns and self._turns[-1].completed:
            question = self._turns[-1].question
            yield conversation([*self._turns[:-1], Turn(question)])
            self._turns[-1] = self._reply(question, documents, as_is=True)
        yield conversation(self._turns)

    def _reply(self, question: str, documents: list[str] | None, *, as_is: bool) -> Turn:
        """Whatever goes wrong becomes a turn that says so."""
        try:
            return Turn(question, self._conversation.ask(question, documents, as_is=as_is))
        except BadQuestion as error:
            if len(question) <= SHOWN:
                return Turn(question, problem=text(str(error)))
            count = f"{len(question):,}"
            problem = phrase("question_too_long", count=count)
            return Turn(question[:SHOWN] + "…", problem=problem)
        except WenjuError as error:
            return Turn(question, problem=text(str(error)))
        except Exception:  # the page must not be left waiting
            logger.exception("a question failed")
            return Turn(question, problem=phrase("failed_unexpected"))
