"""An answer composed by a writer, each sentence checked before it is shown."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from embeddings import TokenEncoder
from qa.results import Answer
from qa.writer.endpoint import EndpointWriter
from qa.writer.prompt import Message, cited_passages, messages
from qa.writer.settings import endpoint_of_environment
from qa.writer.splitting import Splitter
from qa.writer.support import Checker
from qa.writer.written import WrittenSentence


class Writer(Protocol):
    """Composes a text from passages. Each sentence that it writes is checked."""

    @property
    def name(self) -> str:
        """The name of the model that writes."""

    def write(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text, piece by piece.

        Args:
            messages: pairs of role and text, see :class:`qa.writer.prompt.Message`.

        Raises:
            WriterFailed: the text could not be completed.
        """


def writer_of_environment() -> Writer:
    """Return the writer that the environment names; see :mod:`qa.writer.settings`.

    Raises:
        NoWriter: it names none, or names it wrongly, or the extra ``llm`` is missing.
    """
    return EndpointWriter(endpoint_of_environment())


def compose(answer: Answer, writer: Writer, encoder: TokenEncoder) -> Iterator[WrittenSentence]:
    """Yield a writer's sentences on the citations of an answer, each as soon as it is complete.

    If the documents do not answer, the writer is not called and nothing is yielded.

    Args:
        answer: the verbatim answer.
        writer: composes the text.
        encoder: for the check; see :class:`qa.writer.support.Checker`.

    Raises:
        WriterFailed: the text could not be completed. The sentences before are valid; the
            one that was being written is dropped.
    """
    if not answer.answered:
        return
    checker, splitter, passages = Checker(encoder), Splitter(), cited_passages(answer)
    for piece in writer.write(messages(answer)):
        for draft in splitter.feed(piece):
            yield checker.check(draft, passages)
    for draft in splitter.rest():
        yield checker.check(draft, passages)
