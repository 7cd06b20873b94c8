"""Asking a library: what its documents answer, and the passages nearest to a question.

Half of :class:`qa.library.Library`; the other half keeps the documents.
"""

from collections.abc import Iterable, Iterator, Sequence

from embeddings import Encoder, Reranker
from qa.answer import compose, hits_of
from qa.backend import Backend
from qa.chat import Conversation
from qa.citing import worth_quoting
from qa.confidence import judge
from qa.questions import check
from qa.ranking import Ranking
from qa.reranking import rerank
from qa.results import Answer, Hit
from qa.search import Candidates, Legs, Searcher
from qa.translation import raising_wenju_errors
from qa.writer import Writer, WrittenSentence, writer_of_environment
from qa.writer import compose as compose_written

_ANSWER_HITS = 10


class Asking:
    """What can be asked of a backend's documents.

    Args:
        backend: keeps the documents.
        reranker: puts the best of them into its own order, if there is one.
    """

    def __init__(self, backend: Backend, reranker: Reranker | None) -> None:
        self._backend = backend
        self._searcher = Searcher(backend, Ranking())
        self._reranker = reranker

    @property
    def encoder(self) -> Encoder:
        """The embedding model in use."""
        return self._backend.models.encoder

    @property
    def fingerprint(self) -> str:
        """Of the models that the library works with; scores compare only under one."""
        return self._backend.models.fingerprint

    @raising_wenju_errors
    def search(self, query: str, k: int = 10, documents: Sequence[str] | None = None) -> list[Hit]:
        """The passages that best fit a query.

        Args:
            query: a question, or some words.
            k: how many at most, 1 to 1,000.
            documents: ids, id prefixes or sources to search among; all by default.

        Raises:
            BadQuestion: the query is blank or too long, or ``k`` is out of range.
            NoSuchDocument: one of ``documents`` is not there.
        """
        candidates = self.candidates(query, k, documents)
        return list(self.hits(self.reranked(query, candidates), k))

    @raising_wenju_errors
    def search_many(
        self, queries: Iterable[str], k: int = 10, documents: Sequence[str] | None = None
    ) -> list[list[Hit]]:
        """The passages that best fit each of many queries, as :meth:`search` finds them.

        All queries see the same state of the library, and their vectors are made in one
        go. A transformer's vectors may differ in their last bits from those it makes of
        one query alone.

        Args:
            queries: questions, or some words each.
            k: how many passages at most for each, 1 to 1,000.
            documents: ids, id prefixes or sources to search among; all by default.

        Raises:
            BadQuestion: a query is blank or too long, or ``k`` is out of range.
            NoSuchDocument: one of ``documents`` is not there.
        """
        queries = list(queries)
        for query in queries:
            check(query, k)
        keys = _keys(documents)
        found = self._searcher.search_many(queries, keys, depth=2 * k) if queries else []
        return [
            list(self.hits(self.reranked(query, candidates), k))
            for query, candidates in zip(queries, found, strict=True)
        ]

    @raising_wenju_errors
    def ask(self, question: str, documents: Sequence[str] | None = None) -> Answer:
        """Answer a question with the sentences of the documents, or say that they do not.

        Args:
            question: in any language that the model knows.
            documents: ids, id prefixes or sources to ask; all by default.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """
        candidates = self.candidates(question, _ANSWER_HITS, documents)
        sure, enough = judge(candidates, self.fingerprint)
        hits = self.hits(self.reranked(question, candidates), _ANSWER_HITS)
        quoted = worth_quoting(hits, candidates, self.fingerprint)
        return compose(question, question, sure, enough, hits, quoted, self._backend)

    def conversation(self) -> Conversation:
        """A conversation, in which follow-up questions are completed from the turns before."""
        return Conversation(self)

    def write(self, answer: Answer, writer: Writer | None = None) -> Iterator[WrittenSentence]:
        """Have a language model compose an answer's passages; each sentence is checked.

        Nothing is written, and no model asked, where the documents do not answer.

        Args:
            answer: the verbatim one, of this library.
            writer: who composes; by default the endpoint that the environment names.

        Raises:
            NoWriter: the environment names none, or names it wrongly.
            WriterFailed: while it is iterated, the endpoint failed; what came before stands.
        """
        encoder = self._backend.models.token_encoder
        return compose_written(answer, writer or writer_of_environment(), encoder)

    @raising_wenju_errors
    def candidates(
        self,
        query: str,
        k: int = 10,
        documents: Sequence[str] | None = None,
        legs: Legs = "full",
    ) -> Candidates:
        """What a search weighs before hits are made of it; see :meth:`search`."""
        check(query, k)
        return self._searcher.search(query, _keys(documents), legs, depth=2 * k)

    @raising_wenju_errors
    def reranked(self, query: str, candidates: Candidates) -> Candidates:
        """Candidates in the reranker's order, if the library was opened with one."""
        if self._reranker is None:
            return candidates
        return rerank(query, candidates, self._reranker, self._backend)

    def hits(self, candidates: Candidates, k: int) -> tuple[Hit, ...]:
        """The best ``k`` different passages among candidates; see :meth:`search`."""
        return hits_of(candidates, k, self._backend)


def _keys(documents: Sequence[str] | None) -> Sequence[str] | None:
    """Documents by their keys; a key by itself is one, not its letters."""
    return [documents] if isinstance(documents, str) else documents
