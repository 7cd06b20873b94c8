"""The library as a conversation sees it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from qa.results import Answer, Hit
from qa.retrieval.search import Candidates, Session


class Searchable(Protocol):
    """Searches documents and makes answers of what is found; :class:`qa.Library` is one.

    Search and answer are two steps, because a follow-up is completed by looking at what its
    readings find, and what the chosen reading has found is then answered from.
    """

    def candidates(
        self, query: str, k: int = 10, documents: Sequence[str] | None = None
    ) -> Candidates:
        """Search all documents, or some.

        Args:
            query: as searched.
            k: how many hits the candidates must be enough for.
            documents: ids, id prefixes or sources to search among; None for all.

        Raises:
            BadQuestion: the query is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """

    def session(self, documents: Sequence[str] | None = None) -> AbstractContextManager[Session]:
        """Open a session for several searches; see :meth:`qa.retrieval.search.Searcher.session`.

        Raises:
            NoSuchDocument: on entering, one of ``documents`` is not there.
        """

    def hits(self, candidates: Candidates, k: int) -> tuple[Hit, ...]:
        """Return the best ``k`` different passages among candidates."""

    def answer(self, candidates: Candidates) -> Answer:
        """Make the answer to the query of some candidates."""

    def chat_reply(self, question: str, documents: Sequence[str] | None = None) -> Answer | None:
        """Reply to small talk, and to a question about the library itself; None for others.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """
