"""One visitor's conversation: what it says to the library, and what the page shows of it."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from qa.conversation.conversation import Conversation
from qa.errors import BadQuestion, WenjuError
from qa.library import Library
from qa.sharing.libraries import Libraries
from qa.ui.conversation import Turn, conversation
from qa.ui.markup import explained, phrase
from qa.ui.writer import Written
from qa.writer import Writer

logger = logging.getLogger(__name__)

#: A question that was too long to ask is shown up to here.
SHOWN = 200


class Visit:
    """The turns of one visitor, from opening the page or starting over.

    Args:
        libraries: what may be asked.
        visitor: whose library is asked.
        writer: composes a text from what was cited, if there is one.
    """

    def __init__(
        self, libraries: Libraries, visitor: str | None, writer: Writer | None = None
    ) -> None:
        self._libraries = libraries
        self._visitor = visitor
        self._writer = writer
        self._library: Library | None = None
        self._conversation: Conversation | None = None
        self._turns: list[Turn] = []

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked, oldest first."""
        return tuple(self._turns)

    def ask(self, question: str, documents: list[str] | None) -> Iterator[str]:
        """Asks; the page as it is while the answer is sought, with it, and as it is written.

        Args:
            question: as typed; completed from the turns before if it leans on them.
            documents: ids of the documents to ask; all if None.
        """
        yield conversation([*self._turns, Turn(question)])
        self._turns.append(self._reply(question, documents, as_is=False))
        yield from self._with_written()

    def ask_as_typed(self, documents: list[str] | None) -> Iterator[str]:
        """Asks the last question again, in its own words; takes the place of its turn.

        Args:
            documents: as for :meth:`ask`.
        """
        if self._turns and self._turns[-1].completed:
            question = self._turns[-1].question
            yield conversation([*self._turns[:-1], Turn(question)])
            self._turns[-1] = self._reply(question, documents, as_is=True)
            yield from self._with_written()
        else:
            yield conversation(self._turns)

    def _talk(self) -> Conversation:
        """The conversation, carried over where the visitor has another library by now."""
        library = self._libraries.of(self._visitor)
        if self._conversation is None:
            self._conversation = Conversation(library)
        elif library is not self._library:
            self._conversation = Conversation(library, self._conversation.turns)
        self._library = library
        return self._conversation

    def _reply(self, question: str, documents: list[str] | None, *, as_is: bool) -> Turn:
        """Whatever goes wrong becomes a turn that says so."""
        try:
            return Turn(question, self._talk().ask(question, documents, as_is=as_is))
        except BadQuestion as error:
            shown = question if len(question) <= SHOWN else f"{question[:SHOWN]}…"
            return Turn(shown, problem=explained(error))
        except WenjuError as error:
            return Turn(question, problem=explained(error))
        except Exception:  # the page must not be left waiting
            logger.exception("a question failed")
            return Turn(question, problem=phrase("failed_unexpected"))

    def _with_written(self) -> Iterator[str]:
        """The page with the last answer, and then with each sentence that is composed of it."""
        turn = self._turns[-1]
        answer, library = turn.answer, self._library
        if self._writer is None or library is None or answer is None or not answer.answered:
            yield conversation(self._turns)
            return
        written = Written(self._writer.name)
        for shown in written.steps(library.write(answer, self._writer)):
            if not self._turns or self._turns[-1] is not turn:
                return  # the next question was asked meanwhile
            turn = self._turns[-1] = replace(turn, written=shown)
            yield conversation(self._turns)
