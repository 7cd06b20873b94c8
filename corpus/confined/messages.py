"""The requests to a reading process and its answers, as bytes.

A process that has parsed a hostile file may send anything. An answer therefore holds
no objects, only strings and numbers whose sizes are checked before they are read, and
:func:`decode_document` checks everything that the rest of the program relies on.

A document is two sections: the bytes of all its strings, each string once, and signed
64-bit numbers, which begin with the lengths of the strings.

A file with pages that are pictures takes several requests: the first is answered with the
numbers of these pages, each of which is then recognised by a request of its own, and the last
request brings what was recognised.
"""

import json
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, BinaryIO, NamedTuple

from corpus.characters import BLANKS
from corpus.errors import CorpusError, ReadingStopped
from corpus.limits import Limits
from corpus.model import Article, Coverage, Document, Passage, Span, UnreadReason
from corpus.readers.ocr.lines import PagesWanted, RecognisedLine, RecognisedPage

_REQUEST = struct.Struct("<Q")  # size of the head, which is JSON
_REPLY = struct.Struct("<cQQ")  # kind, size of both sections
_DOCUMENT, _ERROR, _WANTED, _PAGE = b"D", b"E", b"W", b"P"
_NONE = -1  # the number in place of None

_ERROR_BYTES = 100_000
_WANTED_BYTES = 8  # for the number of a page, in digits
_PAGE_BYTES = 4_000_000
_MOST_SIDE = 1_000_000  # of a picture, in pixels
_SCORES = 1000  # a score is sent as a whole number of thousandths
_REASONS: tuple[UnreadReason | None, ...] = (None, "no_ocr", "too_many", "failed")
_SPARE_BYTES = 1_000_000  # for what does not grow with the text
_BYTES_A_CHARACTER = 8  # the text itself takes four at most; titles and headings repeat it
# Passages overlap where the head of a long table is repeated.
_QUOTED = 5


class BadReply(Exception):
    """An answer is not what a sound reading process sends."""


class Request(NamedTuple):
    """A file to read, or one of its pages to recognise.

    Attributes:
        data: the bytes of the file.
        name: its name.
        limits: bounds beyond which it is refused.
        recognised: the text of pages that are pictures, by their numbers; None in the first
            request, which asks for these numbers if there are any.
        page: number of the page to recognise, from 1; None to read the file.
    """

    data: bytes
    name: str
    limits: Limits
    recognised: Mapping[int, RecognisedPage] | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, with its sizes checked and nothing else.

    Attributes:
        kind: of the answer.
        strings: the bytes of the strings, or of the error.
        numbers: the bytes of the numbers.
    """

    kind: bytes
    strings: bytes
    numbers: bytes


def write_request(pipe: BinaryIO, request: Request) -> None:
    """Send a file to a reading process."""
    head = {
        "name": request.name,
        "size": len(request.data),
        "limits": asdict(request.limits),
        "recognised": _plain_pages(request.recognised),
        "page": request.page,
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
    stated = head["recognised"]
    recognised = stated and {int(number): _page_of(page) for number, page in stated.items()}
    data = pipe.read(head["size"])
    return Request(data, head["name"], Limits(**head["limits"]), recognised, head["page"])


def _plain_pages(pages: Mapping[int, RecognisedPage] | None) -> dict[int, Any] | None:
    return None if pages is None else {number: asdict(page) for number, page in pages.items()}


def page_json(page: RecognisedPage) -> str:
    """Return a recognised page as JSON."""
    return json.dumps(asdict(page), separators=(",", ":"))


def page_of_json(text: str | bytes) -> RecognisedPage:
    """Return the recognised page that a JSON text states, with every part checked.

    Raises:
        BadReply: it states none.
    """
    try:
        return _page_of(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadReply("a recognised page that cannot be read") from error


def _page_of(value: Mapping[str, Any]) -> RecognisedPage:
    width, height = (_within(value[name], 0, _MOST_SIDE) for name in ("width", "height"))
    if value["turn"] not in (0, 90, 180, 270):
        raise ValueError("a turn that is none")
    lines = tuple(map(_line_of, value["lines"]))
    return RecognisedPage(
        int(width), int(height), value["turn"], _within(value["skew"], -90, 90), lines
    )


def _line_of(value: Mapping[str, Any]) -> RecognisedLine:
    if not _word(value["text"]).strip(BLANKS):
        raise ValueError("a line without text")
    box = (
        _within(value[side], -_MOST_SIDE, _MOST_SIDE) for side in ("left", "top", "right", "bottom")
    )
    return RecognisedLine(value["text"], _within(value["score"], 0, 1), *box)


def _within(value: float, least: float, most: float) -> float:
    if not least <= value <= most:  # nor is a value that is not a number
        raise ValueError(f"{value} is not between {least} and {most}")
    return value


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


def write_wanted(pipe: BinaryIO, wanted: PagesWanted) -> None:
    """Send the numbers of pages that have to be recognised."""
    _write_json(pipe, _WANTED, json.dumps(wanted.numbers, separators=(",", ":")))


def write_page(pipe: BinaryIO, page: RecognisedPage) -> None:
    """Send a recognised page."""
    _write_json(pipe, _PAGE, page_json(page))


def _write_json(pipe: BinaryIO, kind: bytes, text: str) -> None:
    encoded = text.encode("ascii")
    pipe.write(_REPLY.pack(kind, len(encoded), 0))
    pipe.write(encoded)
    pipe.flush()


def write_error(pipe: BinaryIO, error: CorpusError) -> None:
    """Send the reason why a file was refused."""
    fields = {
        "kind": error.kind,
        "message": str(error),
        "code": error.code,
        "values": error.values,
    }
    _write_json(pipe, _ERROR, json.dumps(fields))


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
    most = {
        _DOCUMENT: _most_string_bytes(limits),
        _ERROR: _ERROR_BYTES,
        _WANTED: _WANTED_BYTES * limits.ocr_pages + 2,
        _PAGE: _PAGE_BYTES,
    }
    if kind not in most:
        raise BadReply("an unknown kind of answer")
    if string_bytes > most[kind] or number_bytes > _most_number_bytes(limits):
        raise BadReply(f"an answer of {string_bytes:,} and {number_bytes:,} bytes")
    strings, numbers = pipe.read(string_bytes), pipe.read(number_bytes)
    if len(strings) < string_bytes or len(numbers) < number_bytes:
        return None
    return Reply(kind, strings, numbers)


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
    body.extend(_coverage_numbers(document.coverage))
    body.append(len(document.passages))
    for passage in document.passages:
        page = _NONE if passage.page is None else passage.page
        score = _NONE if passage.ocr_score is None else round(_SCORES * passage.ocr_score)
        body.extend((passage.article, passage.paragraph, page, score, len(passage.headings)))
        body.extend(map(strings.place, passage.headings))
        body.append(len(passage.spans))
        for span in passage.spans:
            body.extend(span)
    pieces = [each.encode("utf-8", "surrogatepass") for each in strings]
    lengths = array("q", [len(pieces), *map(len, pieces)])
    return b"".join(pieces), (lengths + body).tobytes()


def _coverage_numbers(coverage: Coverage | None) -> list[int]:
    if coverage is None:
        return [_NONE]
    return [
        coverage.pages,
        coverage.uncertain_lines,
        _REASONS.index(coverage.reason),
        len(coverage.recognised),
        *coverage.recognised,
        len(coverage.unread),
        *coverage.unread,
    ]


class _Strings:
    """The strings of a document, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, string: str | None) -> int:
        """Return the place of a string among all of them."""
        return _NONE if string is None else self._places.setdefault(string, len(self._places))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


def is_error(reply: Reply) -> bool:
    """Return whether an answer is the reason why the file was refused."""
    return reply.kind == _ERROR


def decode_wanted(reply: Reply, limits: Limits) -> tuple[int, ...] | None:
    """Return the numbers of the pages that an answer asks for; None if it is another answer.

    Raises:
        BadReply: they are not rising numbers of as many pages as may be.
    """
    if reply.kind != _WANTED:
        return None
    try:
        numbers = tuple(json.loads(reply.strings))
        sound = all(type(number) is int for number in numbers) and _rise(numbers)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadReply("page numbers that cannot be read") from error
    _check(sound and 0 < len(numbers) <= limits.ocr_pages, "pages that cannot be asked for")
    _check(numbers[-1] <= limits.pages, "a page that cannot be")
    return numbers


def decode_page(reply: Reply) -> RecognisedPage:
    """Return the recognised page that an answer holds.

    Raises:
        BadReply: it holds none.
    """
    _check(reply.kind == _PAGE, "an answer that is no page")
    return page_of_json(reply.strings)


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
    if reply.kind != _DOCUMENT or len(reply.numbers) % 8:
        raise BadReply("a part of a number, or no document")
    numbers = _Numbers(memoryview(reply.numbers).cast("q"))
    try:
        strings = list(_strings(reply.strings, numbers))
        text = strings[numbers.below(len(strings))]
        _check(len(text) <= limits.characters, "a text that is too long")
        articles = tuple(_articles(numbers, strings))
        warnings = tuple(strings[numbers.below(len(strings))] for _ in range(numbers.count()))
        coverage = _coverage(numbers, limits)
        passages = tuple(_passages(numbers, strings, len(articles), len(text), limits))
    except (StopIteration, UnicodeDecodeError, RuntimeError) as error:
        raise BadReply("an answer that breaks off") from error
    _check(numbers.used_up, "more numbers than belong to a document")
    document = Document(document_id, text, articles, passages, warnings, coverage)
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


def _coverage(numbers: _Numbers, limits: Limits) -> Coverage | None:
    pages = numbers.optional(limits.pages + 1)
    if pages is None:
        return None
    uncertain, reason = numbers.below(limits.characters + 1), numbers.below(len(_REASONS))
    recognised, unread = (
        tuple(numbers.below(pages + 1) for _ in range(numbers.count())) for _ in range(2)
    )
    _check(_rise(recognised) and _rise(unread), "pages that do not rise")
    return Coverage(pages, recognised, unread, _REASONS[reason], uncertain)


def _rise(numbers: Sequence[int]) -> bool:
    """Return whether page numbers begin at 1 or later and rise."""
    return all(first < second for first, second in pairwise((0, *numbers)))


def _passages(
    numbers: _Numbers, strings: list[str], articles: int, end: int, limits: Limits
) -> Iterator[Passage]:
    count = numbers.count()
    _check(0 < count <= limits.passages, "too many passages, or none")
    quoted, lowest = 0, 0
    for number in range(count):
        article, paragraph, page = numbers.take(), numbers.take(), numbers.optional(2**31)
        thousandths = numbers.optional(_SCORES + 1)
        _check(lowest <= article < articles, "a passage of no article")
        _check(1 <= paragraph < 2**31 and page != 0, "a paragraph or page that is none")
        lowest = article
        headings = tuple(strings[numbers.below(len(strings))] for _ in range(numbers.count()))
        spans = tuple(_spans(numbers, end))
        quoted += _length(spans)
        _check(quoted <= _QUOTED * limits.characters + _SPARE_BYTES, "too long passages")
        score = None if thousandths is None else thousandths / _SCORES
        yield Passage(number, spans, article, headings, paragraph, page, score)


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
