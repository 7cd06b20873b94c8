"""The requests to a reading process and its answers, as bytes.

A process that has parsed a hostile file may send anything. An answer therefore holds
no objects, only strings and numbers whose sizes are checked before they are read, and
:func:`decode_document` checks everything that the rest of the program relies on.

A document is two sections: the bytes of all its strings, each string once, and signed
64-bit numbers, which begin with the lengths of the strings.
"""

import json
import struct
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO, NamedTuple

from corpus.characters import BLANKS
from corpus.errors import CorpusError, ReadingStopped
from corpus.limits import Limits
from corpus.model import Article, Document, Passage, Span

_REQUEST = struct.Struct("<Q")  # size of the head, which is JSON
_REPLY = struct.Struct("<cQQ")  # kind, size of both sections
_DOCUMENT, _ERROR = b"D", b"E"
_NONE = -1  # the number in place of None

_ERROR_BYTES = 100_000
_SPARE_BYTES = 1_000_000  # for what does not grow with the text
_BYTES_A_CHARACTER = 8  # the text itself takes four at most; titles and headings repeat it
# Passages overlap where the head of a long table is repeated.
_QUOTED = 5


class BadReply(Exception):
    """An answer is not what a sound reading process sends."""


class Request(NamedTuple):
    """A file to read."""

    data: bytes
    name: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, with its sizes checked and nothing else.

    Attributes:
        error: whether it is the reason why the file was refused.
        strings: the bytes of the strings, or of the error.
        numbers: the bytes of the numbers.
    """

    error: bool
    strings: bytes
    numbers: bytes


def write_request(pipe: BinaryIO, request: Request) -> None:
    """Send a file to a reading process."""
    head = {
        "name": request.name,
        "size": len(request.data),
        "limits": asdict(request.limits),
    }
    encoded = json.dumps(head).encode("ascii")
    pipe.write(_REQUEST.pack(len(encoded)) + encoded)
    pipe.write(request.data)
    pipe.flush()


def read_request(pipe: BinaryIO) -> Request | None:
    """Return the next file to read; None when no more will come."""
    size = pipe.read(_REQUEST.size)
    if len(size) < _REQUEST.size:
        return None
    head = json.loads(pipe.read(*_REQUEST.unpack(size)))
    return Request(pipe.read(head["size"]), head["name"], Limits(**head["limits"]))


def write_document(pipe: BinaryIO, document: Document, limits: Limits) -> None:
    """Send a document.

    Raises:
        ReadingStopped: it is larger than an answer may be; nothing was sent.
    """
    strings, numbers = _encoded(document)
    if len(strings) > _most_string_bytes(limits) or len(numbers) > _most_number_bytes(limits):
        raise ReadingStopped.too_much_text(limits)
    pipe.write(_REPLY.pack(_DOCUMENT, len(strings), len(numbers)))
    pipe.write(strings)
    pipe.write(numbers)
    pipe.flush()


def write_error(pipe: BinaryIO, error: CorpusError) -> None:
    """Send the reason why a file was refused."""
    fields = {
        "kind": error.kind,
        "message": str(error),
        "code": error.code,
        "values": error.values,
    }
    encoded = json.dumps(fields).encode("ascii")
    pipe.write(_REPLY.pack(_ERROR, len(encoded), 0))
    pipe.write(encoded)
    pipe.flush()


def read_reply(pipe: BinaryIO, limits: Limits) -> Reply | None:
    """Return the answer to a request; None if the process ended in the midst of it.

    Args:
        pipe: what the process writes to.
        limits: those that were sent with the file.

    Raises:
        BadReply: the answer is larger than it may be, or is none.
    """
    head = pipe.read(_REPLY.size)
    if len(head) < _REPLY.size:
        return None
    kind, string_bytes, number_bytes = _REPLY.unpack(head)
    if kind not in (_DOCUMENT, _ERROR):
        raise BadReply("an unknown kind of answer")
    most = _ERROR_BYTES if kind == _ERROR else _most_string_bytes(limits)
    if string_bytes > most or number_bytes > _most_number_bytes(limits):
        raise BadReply(f"an answer of {string_bytes:,} and {number_bytes:,} bytes")
    strings, numbers = pipe.read(string_bytes), pipe.read(number_bytes)
    if len(strings) < string_bytes or len(numbers) < number_bytes:
        return None
    return Reply(kind == _ERROR, strings, numbers)


def _most_string_bytes(limits: Limits) -> int:
    return _BYTES_A_CHARACTER * limits.characters + _SPARE_BYTES


def _most_number_bytes(limits: Limits) -> int:
    return 2 * limits.characters + _SPARE_BYTES


def _encoded(document: Document) -> tuple[bytes, bytes]:
    strings = _Strings()
    body = array("q", [strings.place(document.text), len(document.articles)])
    for article in document.articles:
        body.extend(map(strings.place, (article.title, article.author, article.date)))
    body.append(len(document.warnings))
    body.extend(map(strings.place, document.warnings))
    body.append(len(document.passages))
    for passage in document.passages:
        page = _NONE if passage.page is None else passage.page
        body.extend((passage.article, passage.paragraph, page, len(passage.headings)))
        body.extend(map(strings.place, passage.headings))
        body.append(len(passage.spans))
        for span in passage.spans:
            body.extend(span)
    pieces = [each.encode("utf-8", "surrogatepass") for each in strings]
    lengths = array("q", [len(pieces), *map(len, pieces)])
    return b"".join(pieces), (lengths + body).tobytes()


class _Strings:
    """The strings of a document, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, string: str | None) -> int:
        """Return the place of a string among all of them."""
        return _NONE if string is None else self._places.setdefault(string, len(self._places))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


def decode_error(reply: Reply) -> CorpusError:
    """Return the error that an answer holds.

    Raises:
        BadReply: it holds none.
    """
    try:
        fields = json.loads(reply.strings)
        kind, message, code = (_word(fields[name]) for name in ("kind", "message", "code"))
        values = dict(fields["values"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadReply("an error that cannot be read") from error
    if not all(isinstance(value, str | int) for value in values.values()):
        raise BadReply("an error with values that are neither words nor numbers")
    known = {each.kind: each for each in _subclasses(CorpusError)}
    return known.get(kind, CorpusError)(message, code, **values)


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} in place of a string")
    return value


def _subclasses(kind: type[CorpusError]) -> Iterator[type[CorpusError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def decode_document(reply: Reply, document_id: str, limits: Limits) -> Document:
    """Return the document that an answer holds, with every part checked.

    Args:
        reply: the answer.
        document_id: the SHA-256 of the file's bytes, not taken from the answer.
        limits: those that were sent with the file.

    Raises:
        BadReply: it is not a document that a reader could have made.
    """
    if len(reply.numbers) % 8:
        raise BadReply("a part of a number")
    numbers = _Numbers(memoryview(reply.numbers).cast("q"))
    try:
        strings = list(_strings(reply.strings, numbers))
        text = strings[numbers.below(len(strings))]
        _check(len(text) <= limits.characters, "a text that is too long")
        articles = tuple(_articles(numbers, strings))
        warnings = tuple(strings[numbers.below(len(strings))] for _ in range(numbers.count()))
        passages = tuple(_passages(numbers, strings, len(articles), len(text), limits))
    except (StopIteration, UnicodeDecodeError, RuntimeError) as error:
        raise BadReply("an answer that breaks off") from error
    _check(numbers.used_up, "more numbers than belong to a document")
    document = Document(document_id, text, articles, passages, warnings)
    blank = any(not document.quote(each.spans).strip(BLANKS) for each in passages)
    _check(not blank, "a passage without text")
    return document


class _Numbers:
    """The numbers of an answer, taken one by one and checked as they are taken."""

    def __init__(self, numbers: memoryview) -> None:
        self._numbers = numbers
        self._taken = 0

    @property
    def used_up(self) -> bool:
        """Whether all have been taken."""
        return self._taken == len(self._numbers)

    def take(self) -> int:
        """Return the next number."""
        if self.used_up:
            raise BadReply("an answer that breaks off")
        number: int = self._numbers[self._taken]
        self._taken += 1
        return number

    def below(self, end: int) -> int:
        """Return the next number, which is at least 0 and less than ``end``."""
        number = self.take()
        _check(0 <= number < end, "a number out of its range")
        return number

    def optional(self, end: int) -> int | None:
        """Return the next number as :meth:`below` does; None where nothing is given."""
        if not self.used_up and self._numbers[self._taken] == _NONE:
            self._taken += 1
            return None
        return self.below(end)

    def count(self) -> int:
        """Return the next number, of things that follow with a number each at least."""
        return self.below(len(self._numbers) - self._taken)


def _check(sound: bool, otherwise: str) -> None:
    if not sound:
        raise BadReply(otherwise)


def _strings(encoded: bytes, numbers: _Numbers) -> Iterator[str]:
    lengths = [numbers.below(len(encoded) + 1) for _ in range(numbers.count())]
    _check(sum(lengths) == len(encoded), "strings of another length than is said")
    start = 0
    for length in lengths:
        yield encoded[start : start + length].decode("utf-8", "surrogatepass")
        start += length


def _articles(numbers: _Numbers, strings: list[str]) -> Iterator[Article]:
    count = numbers.count()
    _check(count > 0, "a document without an article")
    for _ in range(count):
        title = strings[numbers.below(len(strings))]
        author, date = (numbers.optional(len(strings)) for _ in range(2))
        yield Article(
            title,
            None if author is None else strings[author],
            None if date is None else strings[date],
        )


def _passages(
    numbers: _Numbers, strings: list[str], articles: int, end: int, limits: Limits
) -> Iterator[Passage]:
    count = numbers.count()
    _check(0 < count <= limits.passages, "too many passages, or none")
    quoted, lowest = 0, 0
    for number in range(count):
        article, paragraph, page = numbers.take(), numbers.take(), numbers.optional(2**31)
        _check(lowest <= article < articles, "a passage of no article")
        _check(1 <= paragraph < 2**31 and page != 0, "a paragraph or page that is none")
        lowest = article
        headings = tuple(strings[numbers.below(len(strings))] for _ in range(numbers.count()))
        spans = tuple(_spans(numbers, end))
        quoted += _length(spans)
        _check(quoted <= _QUOTED * limits.characters + _SPARE_BYTES, "too long passages")
        yield Passage(number, spans, article, headings, paragraph, page)


def _spans(numbers: _Numbers, end: int) -> Iterator[Span]:
    count = numbers.count()
    _check(count > 0, "a passage without a place")
    last = 0
    for _ in range(count):
        span = Span(numbers.take(), numbers.take())
        _check(last <= span.start < span.end <= end, "a span out of its range")
        last = span.end
        yield span


def _length(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)
