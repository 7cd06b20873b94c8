"""The writer that comes with this package: an OpenAI-compatible endpoint."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from qa.errors import NoWriter
from qa.writer.prompt import Message
from qa.writer.settings import Endpoint

if TYPE_CHECKING:
    from openai import OpenAI

_MOST_CHARACTERS = 20_000


class EndpointWriter:
    """Asks an endpoint and yields its text as it arrives. Threads may share it.

    Args:
        endpoint: its address and the model to ask there.

    Raises:
        NoWriter: the extra ``llm`` is not installed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        if find_spec("openai") is None or find_spec("httpx2") is None:
            raise NoWriter("The writer needs one package more: pip install 'wenju[llm]'")
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The name of the model that writes."""
        return self._endpoint.model

    def write(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer of the model, piece by piece.

        Args:
            messages: pairs of role and text.

        Raises:
            WriterFailed: the endpoint refused, stalled, broke off, or is none.
        """
        # Imported on first use: it takes a second, which only users of a writer should wait.
        import httpx2
        from openai import OpenAIError

        from qa.writer.failures import failure_of

        with self._client() as client:
            try:
                yield from self._pieces(client, messages)
            except (OpenAIError, httpx2.HTTPError, ValueError) as error:
                raise failure_of(error, self._endpoint) from None

    def _client(self) -> "OpenAI":
        from openai import DefaultHttpxClient, OpenAI

        from qa.writer.transport import BoundedTransport

        endpoint = self._endpoint
        return OpenAI(
            base_url=endpoint.url,
            api_key="unused",  # the transport sends the key, or none
            max_retries=0,
            timeout=endpoint.patience,
            http_client=DefaultHttpxClient(
                transport=BoundedTransport(endpoint.key, endpoint.deadline),
                follow_redirects=False,
                trust_env=False,
                timeout=endpoint.patience,
            ),
        )

    def _pieces(self, client: "OpenAI", messages: Sequence[Message]) -> Iterator[str]:
        from qa.writer.failures import broken_off, too_long

        stream = client.chat.completions.create(
            model=self._endpoint.model,
            messages=[{"role": role, "content": text} for role, text in messages],  # type: ignore[misc]  # the client wants a TypedDict for each role
            stream=True,  # no further option: some servers refuse those they do not know
        )
        left = _MOST_CHARACTERS
        ending: str | None = None
        for chunk in stream:
            piece, ending = _read(chunk)
            left -= len(piece)
            if left < 0:
                raise too_long(f"The writer went on past {_MOST_CHARACTERS:,} characters.")
            yield piece
            if ending:
                break
        if ending is None:
            raise broken_off(self._endpoint)
        if ending == "length":
            raise too_long(f"The writer at {self._endpoint.host} reached its own limit of length.")


class _Event(NamedTuple):
    """One event of the stream.

    Attributes:
        text: a piece of the answer.
        ending: why the answer ends with it; None if it does not.
    """

    text: str
    ending: str | None


def _read(chunk: object) -> _Event:
    """Read one event; the client checks none of the types that it declares."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return _Event("", None)
    content = getattr(getattr(choices[0], "delta", None), "content", None)
    ending = getattr(choices[0], "finish_reason", None)
    return _Event(
        text=content if isinstance(content, str) else "",
        ending=ending if isinstance(ending, str) and ending else None,
    )
