"""Sessions: the conversation of one visitor with a library, as the page shows it."""

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

#: Characters shown of a question that was too long to answer.
SHOWN = 200


class Session:
    """The turns of one visitor since they opened the page or started over.

    Args:
        libraries: the libraries of all visitors.
        visitor: the visitor's secret, if there is one.
        writer: composes a text from the cited passages, if there is one.
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
        """The turns, oldest first."""
        return tuple(self._turns)

    def ask(self, question: str, documents: list[str] | None) -> Iterator[str]:
        """Ask a question; yield the page while it waits, with the answer, and as it is written.

        Args:
            question: as typed; completed from the turns before if it is a follow-up.
            documents: ids of the documents to ask; all if None.
        """
        yield conversation([*self._turns, Turn(question)])
        self._turns.append(self._turn(question, documents, as_is=False))
        yield from self._write()

    def ask_as_typed(self, documents: list[str] | None) -> Iterator[str]:
        """Ask the last question again as it was typed; the new turn replaces the old.

        Args:
            documents: as for :meth:`ask`.
        """
        if self._turns and self._turns[-1].completed:
            question = self._turns[-1].question
            yield conversation([*self._turns[:-1], Turn(question)])
            self._turns[-1] = self._turn(question, documents, as_is=True)
            yield from self._write()
        else:
            yield conversation(self._turns)

    def _continued(self) -> Conversation:
        """Return the conversation, carried over if the visitor's library has changed."""
        library = self._libraries.of(self._visitor)
        if self._conversation is None:
            self._conversation = Conversation(library)
        elif library is not self._library:
            self._conversation = Conversation(library, self._conversation.turns)
        self._library = library
        return self._conversation

    def _turn(self, question: str, documents: list[str] | None, *, as_is: bool) -> Turn:
        """Return the turn of a question; an error becomes a turn that explains it."""
        try:
            return Turn(question, self._continued().ask(question, documents, as_is=as_is))
        except BadQuestion as error:
            shown = question if len(question) <= SHOWN else f"{question[:SHOWN]}…"
            return Turn(shown, problem=explained(error))
        except WenjuError as error:
            return Turn(question, problem=explained(error))
        except Exception:  # the page must not be left waiting
            logger.exception("a question failed")
            return Turn(question, problem=phrase("failed_unexpected"))

    def _write(self) -> Iterator[str]:
        """Yield the page with the last answer, then with each sentence of the writer."""
        turn = self._turns[-1]
        answer, library = turn.answer, self._library
        if self._writer is None or library is None or answer is None or not answer.answered:
            yield conversation(self._turns)
            return
        written = Written(self._writer.name)
        for shown in written.steps(library.write(answer, self._writer)):
            if not self._turns or self._turns[-1] is not turn:
                return  # another question was asked meanwhile
            turn = self._turns[-1] = replace(turn, written=shown)
            yield conversation(self._turns)
