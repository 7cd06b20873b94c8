"""An answer composed by a writer, each sentence checked before anyone sees it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from embeddings import TokenEncoder
from qa.results import Answer
from qa.writer.endpoint import EndpointWriter
from qa.writer.prompt import cited_passages, messages
from qa.writer.settings import endpoint_of_environment
from qa.writer.splitting import Splitter
from qa.writer.support import Checker
from qa.writer.written import WrittenSentence


class Writer(Protocol):
    """Composes a text from passages. What it writes is never trusted."""

    @property
    def name(self) -> str:
        """Which model writes."""

    def write(self, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
        """The text, piece by piece, in answer to pairs of role and text.

        Raises:
            WriterFailed: it did not come to its end.
        """


def writer_of_environment() -> Writer:
    """The writer that the environment names; see :mod:`qa.writer.settings`.

    Raises:
        NoWriter: it names none, or names it wrongly, or the extra ``llm`` is missing.
    """
    return EndpointWriter(endpoint_of_environment())


def compose(answer: Answer, writer: Writer, encoder: TokenEncoder) -> Iterator[WrittenSentence]:
    """The writer's sentences on an answer's citations, each as soon as it is whole.

    Where the documents do not answer, the writer is not called and nothing is given.

    Args:
        answer: the verbatim one.
        writer: who composes.
        encoder: for the check; see :class:`qa.writer.support.Checker`.

    Raises:
        WriterFailed: it did not come to its end. The sentences before stand, the one that
            was being written is dropped.
    """
    if not answer.answered:
        return
    checker, splitter, passages = Checker(encoder), Splitter(), cited_passages(answer)
    for piece in writer.write(messages(answer)):
        for draft in splitter.feed(piece):
            yield checker.check(draft, passages)
    for draft in splitter.rest():
        yield checker.check(draft, passages)
