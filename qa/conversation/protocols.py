"""What a conversation needs of a library."""

from collections.abc import Sequence
from typing import Protocol

from qa.results import Answer, Hit
from qa.retrieval.search import Candidates


class Answering(Protocol):
    """A library as a conversation sees it; :class:`qa.Library` is one."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the library's models."""

    def ask(self, question: str, documents: Sequence[str] | None = None) -> Answer:
        """Answer a question from the documents."""

    def candidates(
        self, query: str, k: int = 10, documents: Sequence[str] | None = None
    ) -> Candidates:
        """Return the ranked candidates for a query."""

    def hits(self, candidates: Candidates, k: int) -> tuple[Hit, ...]:
        """Return the best ``k`` different passages among candidates."""
