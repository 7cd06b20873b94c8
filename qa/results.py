"""The results of a library: hits, citations, answers, documents, and reports.

Each is a frozen dataclass with :meth:`Result.to_dict`, the JSON of
``docs/contracts.md`` that every surface sends, and :meth:`Result.from_dict`, which reads it
back. ``print`` shows an answer, a hit or a citation in a few lines.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self, get_type_hints

from corpus import Span, UnreadReason
from qa.errors import BadArgument, NoSuchDocument

if TYPE_CHECKING:
    from pydantic import BaseModel

Outcome = Literal["answered", "possible", "none", "chat"]
Verdict = Literal["yes", "no"]

_PASSAGE_ID = re.compile("[0-9a-f]{64}:[0-9]+")

_QUOTE_SHOWN = 600  # characters of a quote that ``print`` shows
_TEXT_SHOWN = 160  # of a hit's text
_PLACE_SHOWN = 120  # of a source, and of a title with its headings
_HITS_SHOWN = 3  # where the documents do not answer


class JsonField(NamedTuple):
    """A field of a JSON object.

    Attributes:
        type: of its value.
        default: its value where the object lacks it; ``...`` if it must be given.
    """

    type: Any
    default: Any = ...


class Result:
    """A result with a JSON form.

    The names and types of the JSON object are those of the dataclass's fields, unless
    ``JSON_KEYS`` says otherwise.
    """

    __slots__ = ()

    JSON_KEYS: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def json_keys(cls) -> tuple[str, ...]:
        """Return the keys of the JSON object, in order."""
        return cls.JSON_KEYS or tuple(cls.__dataclass_fields__)  # type: ignore[attr-defined]

    def to_dict(self) -> dict[str, Any]:
        """Return dicts, tuples, strings and numbers, ready for ``json.dumps``."""
        # ``dataclasses.asdict`` takes five times as long: it copies each string and span.
        return {name: _plain(getattr(self, name)) for name in self.json_keys()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Return the result whose :meth:`to_dict` gave ``value``; unknown keys are ignored.

        Args:
            value: the dict, or what ``json.loads`` makes of its JSON.

        Raises:
            BadArgument: a field is missing, or not of its type.
        """
        try:
            text = json.dumps(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise BadArgument(
                f"{cls.__name__}.from_dict takes the dict of to_dict(): {error}"
            ) from error
        return cls.from_json(text)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the result that a JSON object describes; see :meth:`from_dict`.

        Raises:
            BadArgument: it is not JSON, or a field is missing or not of its type.
        """
        from pydantic import ValidationError  # a question needs none of this

        kind: Any = cls  # mypy does not know that a class has a hash
        try:
            return cls._of(dict(_model(kind).model_validate_json(text)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = "".join(f"{part}." for part in first["loc"]).rstrip(".") or "the object"
            found = "" if first["type"] == "missing" else f", found {first['input']!r:.40}"
            raise BadArgument(f"No {cls.__name__}: {where}: {first['msg']}{found}.") from error

    @classmethod
    def json_fields(cls) -> dict[str, JsonField]:
        """Return the type and the default of each key."""
        return _json_fields(cls)

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Self:
        """Return the result with these JSON fields, of which some may be unknown."""
        return cls(**{name: values[name] for name in cls.json_keys()})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Let pydantic read and describe the JSON form, within other results and of routes."""
        from pydantic_core import core_schema

        kind: Any = cls
        return core_schema.no_info_after_validator_function(
            lambda model: cls._of(dict(model)), handler.generate_schema(_model(kind))
        )


def _json_fields(kind: Any) -> dict[str, JsonField]:  # noqa: ANN401 (any dataclass)
    """Return the type and the default of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {
        field.name: JsonField(hints[field.name], ... if field.default is MISSING else field.default)
        for field in fields(kind)
    }


@cache
def _model(result: Any) -> "type[BaseModel]":  # noqa: ANN401 (mypy: a class has no hash)
    """Return the pydantic model of the JSON of a class of results."""
    from pydantic import ConfigDict, create_model

    known = result.json_fields()
    keys: dict[str, Any] = {name: known[name] for name in result.json_keys()}
    model: type[BaseModel] = create_model(
        result.__name__,
        __doc__=result.__doc__,
        __module__=result.__module__,
        __config__=ConfigDict(strict=True, extra="allow"),
        **keys,
    )
    return model


def _plain(value: object) -> Any:  # noqa: ANN401 (whatever a field holds)
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return str(value) if isinstance(value, PassageId) else value


class PassageId(str):
    """The id of a passage: the id of its document, a colon, and its number there from 0."""

    __slots__ = ()

    @classmethod
    def of(cls, document_id: str, number: int) -> Self:
        """Return the id of a document's passage by its number."""
        return cls(f"{document_id}:{number}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the id that a text states.

        Raises:
            NoSuchDocument: it does not have the form of a passage's id.
        """
        if not is_passage_id(text):
            raise NoSuchDocument.no_passage(text)
        return cls(text)

    @property
    def document_id(self) -> str:
        """The id of its document."""
        return self.rpartition(":")[0]

    @property
    def number(self) -> int:
        """Its number within the document, from 0."""
        return int(self.rpartition(":")[2])

    @property
    def following(self) -> "PassageId":
        """The id that the next passage would have; it may not exist."""
        return PassageId.of(self.document_id, self.number + 1)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Let pydantic take a passage id for a string."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, handler.generate_schema(str))


def is_passage_id(text: str) -> bool:
    """Return whether a text has the form of a passage's id."""
    return _PASSAGE_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage or a quote is found.

    Attributes:
        passage_id: of the passage.
        title: of the article; empty if it has none.
        author: of the article, if it states one.
        date: of the article, as its format states it, if it does.
        headings: section headings above the passage, outermost first.
        source: the path or upload name that holds the document.
        page: from 1 where the format has pages.
        paragraph: number of the paragraph within its article, from 1.
        spans: ranges of the document's stored text that hold the passage, or the quote.
        ocr_score: where the passage was recognised in a picture (OCR), the lowest score of its
            lines, 0 to 1; None where it is text of the file.
    """

    passage_id: PassageId
    title: str
    author: str | None
    headings: tuple[str, ...]
    source: str
    page: int | None
    paragraph: int
    spans: tuple[Span, ...]
    date: str | None = None
    ocr_score: float | None = None

    @property
    def document_id(self) -> str:
        """SHA-256 of the document's bytes."""
        return self.passage_id.document_id

    def __str__(self) -> str:
        above = " > ".join(filter(None, (self.title, *self.headings)))
        parts = [
            _one_line(self.source, _PLACE_SHOWN),
            _one_line(above, _PLACE_SHOWN),
            "" if self.page is None else f"page {self.page}",
            f"paragraph {self.paragraph}",
            "" if self.ocr_score is None else f"read by OCR (lowest score {self.ocr_score:.2f})",
        ]
        return ", ".join(filter(None, parts))


class Placed:
    """A mixin for what has a :class:`Place`: the place's fields as attributes."""

    __slots__ = ()

    place: Place

    @property
    def passage_id(self) -> PassageId:
        """The id of the passage: ``document_id:number``."""
        return self.place.passage_id

    @property
    def document_id(self) -> str:
        """SHA-256 of the document's bytes."""
        return self.place.document_id

    @property
    def title(self) -> str:
        """The title of the article; empty if it has none."""
        return self.place.title

    @property
    def author(self) -> str | None:
        """The author of the article, if it states one."""
        return self.place.author

    @property
    def date(self) -> str | None:
        """The date of the article, as its format states it, if it does."""
        return self.place.date

    @property
    def headings(self) -> tuple[str, ...]:
        """Section headings above the passage, outermost first."""
        return self.place.headings

    @property
    def source(self) -> str:
        """The path or upload name that holds the document."""
        return self.place.source

    @property
    def page(self) -> int | None:
        """The page, from 1, where the format has pages."""
        return self.place.page

    @property
    def paragraph(self) -> int:
        """The number of the paragraph within its article, from 1."""
        return self.place.paragraph

    @property
    def spans(self) -> tuple[Span, ...]:
        """Ranges of the document's stored text that hold the passage, or the quote."""
        return self.place.spans

    @property
    def ocr_score(self) -> float | None:
        """The lowest score of its lines, where they were recognised in a picture."""
        return self.place.ocr_score


class _PlacedResult(Placed, Result):
    """A result whose JSON has the fields of its place beside its own."""

    __slots__ = ()

    @classmethod
    def json_fields(cls) -> dict[str, JsonField]:
        """Return the types and defaults of the result's own fields, and those of its place."""
        own = _json_fields(cls)
        del own["place"]
        return {**own, **_json_fields(Place), "document_id": JsonField(str)}

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Self:
        """Return the result with these JSON fields, some of which make its place."""
        place = Place(**{name: values[name] for name in _json_fields(Place)})
        if values["document_id"] != place.document_id:
            raise BadArgument(
                f"No {cls.__name__}: {place.passage_id!r} is not a passage of the document "
                f"{values['document_id']!r}."
            )
        own: dict[str, Any] = {"place": place}
        own |= {name: values[name] for name in _json_fields(cls) if name not in own}
        return cls(**own)


@dataclass(frozen=True, slots=True)
class Hit(_PlacedResult):
    """A passage found for a query.

    Attributes:
        rank: from 1.
        score: what the ranking sorts by; comparable within one query only.
        place: where the passage is found.
        text: the passage, verbatim.
        highlights: ranges of ``text`` that answer the query.
        duplicates: ids of passages that say the same and were folded into this hit.
        relevance: the probability that this passage answers, 0 to 1; comparable among all
            queries and libraries of one model.
    """

    JSON_KEYS: ClassVar[tuple[str, ...]] = (
        *("rank", "score", "passage_id", "document_id", "title", "author", "headings"),
        *("source", "page", "paragraph", "text", "spans", "highlights", "duplicates", "date"),
        *("relevance", "ocr_score"),
    )

    rank: int
    score: float
    place: Place
    text: str
    highlights: tuple[Span, ...]
    duplicates: tuple[PassageId, ...] = ()
    relevance: float = 0.0

    def __str__(self) -> str:
        return f"{self.rank}. {self.place}\n   {_one_line(self.text, _TEXT_SHOWN)}"


@dataclass(frozen=True, slots=True)
class Citation(_PlacedResult):
    """A verbatim quote, and where it is found.

    ``stored_text[spans] == quote``, joined by nothing, was checked when the
    citation was made; see :mod:`qa.answering.citations`.

    Attributes:
        number: the n of ``[n]`` in the answer's text.
        place: where the quote is found; its spans are those of the quote.
        quote: the words of the document.
        score: of the hit that the quote was taken from.
    """

    JSON_KEYS: ClassVar[tuple[str, ...]] = (
        *("number", "passage_id", "document_id", "title", "author", "headings"),
        *("source", "page", "paragraph", "quote", "spans", "score", "date", "ocr_score"),
    )

    number: int
    place: Place
    quote: str
    score: float

    def __str__(self) -> str:
        return f"[{self.number}] {self.place}\n    {_one_line(self.quote, _QUOTE_SHOWN)}"


@dataclass(frozen=True, slots=True)
class LocatedPassage(_PlacedResult):
    """A passage and its place; see :meth:`qa.Library.passage`.

    Attributes:
        place: where the passage is found.
        text: the passage, verbatim.
    """

    JSON_KEYS: ClassVar[tuple[str, ...]] = (
        *("passage_id", "document_id", "title", "author", "headings"),
        *("source", "page", "paragraph", "text", "spans", "date", "ocr_score"),
    )

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}\n{_cut(self.text, _QUOTE_SHOWN)}"


@dataclass(frozen=True, slots=True)
class ShortAnswer(Result):
    """The words of a citation that answer the question by themselves.

    Attributes:
        text: verbatim; ``stored_text[spans] == text``, joined by nothing.
        number: of the citation that has them.
        spans: ranges of the document's stored text, all within those of the citation.
        verdict: ``yes`` or ``no``, where the question asks for one and these words decide it.
    """

    text: str
    number: int
    spans: tuple[Span, ...]
    verdict: Verdict | None = None

    def __str__(self) -> str:
        said = f"{self.verdict}: " if self.verdict else ""
        return f"{said}{_one_line(self.text, _QUOTE_SHOWN)} [{self.number}]"


@dataclass(frozen=True, slots=True)
class UnreadPages(Result):
    """Pages of a document that were not read, in which an answer may be.

    Attributes:
        source: the path or upload name that holds the document.
        pages: number of all its pages.
        unread: numbers of those that were not read, from 1.
        document_id: of the document.
    """

    source: str
    pages: int
    unread: tuple[int, ...]
    document_id: str

    def __str__(self) -> str:
        were = "was" if len(self.unread) == 1 else "were"
        source = _one_line(self.source, _PLACE_SHOWN)
        return f"{len(self.unread):,} of {self.pages:,} pages of {source} {were} not read"


@dataclass(frozen=True, slots=True)
class Answer(Result):
    """The answer to a question, or an honest "not in these documents".

    Attributes:
        question: as asked.
        query: as searched; differs where the conversation completed it.
        answered: whether the documents answer.
        confidence: probability that the answer is right, 0 to 1.
        text: verbatim sentences, each followed by its ``[n]``; for the outcome ``chat`` the
            reply, which is plain text of several lines; None otherwise.
        citations: one per ``[n]``, in order; empty if not answered.
        hits: the nearest passages, best first, answered or not; empty for ``chat``.
        outcome: ``answered``; ``possible``, where the first hit may hold the answer, and is
            shown as no more than that; ``none``, where nothing found does; ``chat``, where
            small talk or a question about the library itself was replied to from titles,
            headings and counts.
        short: the words that answer, first; None where no reader found any.
        unread: where the documents do not answer, the pages that were not read, in which the
            answer may be.
    """

    question: str
    query: str
    answered: bool
    confidence: float
    text: str | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    outcome: Outcome = "none"
    short: ShortAnswer | None = None
    unread: tuple[UnreadPages, ...] = ()

    def __post_init__(self) -> None:
        # An answer that was stored before there were outcomes has none.
        if self.answered and self.outcome == "none":
            object.__setattr__(self, "outcome", "answered")

    def __str__(self) -> str:
        if self.outcome == "chat":
            return self.text or ""
        if not self.answered:
            return self._not_answered()
        short = () if self.short is None else (str(self.short), "")
        quotes = [f"{_cut(cited.quote, _QUOTE_SHOWN)} [{cited.number}]" for cited in self.citations]
        sources = [f"[{cited.number}] {cited.place}" for cited in self.citations]
        return "\n".join((*short, *quotes, "", *sources))

    def _not_answered(self) -> str:
        said = "The documents do not answer this question"
        if not self.hits:
            return f"{said}: there are no passages to search."
        nearest = [str(hit) for hit in self.hits[:_HITS_SHOWN]]
        unread = [f"{pages}." for pages in self.unread]
        if self.outcome == "possible":
            return "\n".join(("The documents may answer this question here:", *nearest, *unread))
        return "\n".join((f"{said}. The nearest passages:", *nearest, *unread))


@dataclass(frozen=True, slots=True)
class ArticleSummary(Result):
    """An article of a listed document."""

    title: str
    author: str | None
    passage_count: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class PageCoverage(Result):
    """The pages of a document that are not simply text of its file.

    Attributes:
        pages: number of all pages.
        recognised: numbers of those that were read by OCR, from 1.
        unread: numbers of those that were not read.
        reason: why they were not: ``no_ocr`` (it is not installed), ``too_many`` (more than
            the limit ``ocr_pages``), ``failed``.
        uncertain_lines: number of lines that OCR could hardly read.
    """

    pages: int
    recognised: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    reason: UnreadReason | None = None
    uncertain_lines: int = 0

    def __str__(self) -> str:
        parts = []
        if self.unread:
            were = "was" if len(self.unread) == 1 else "were"
            parts.append(
                f"{len(self.unread):,} of {self.pages:,} pages {were} not read "
                f"({page_ranges(self.unread)})"
            )
        if self.recognised:
            were = "was" if len(self.recognised) == 1 else "were"
            parts.append(f"{len(self.recognised):,} {were} read by OCR")
        if self.uncertain_lines:
            parts.append(f"lines that are hard to read: {self.uncertain_lines:,}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class DocumentSummary(Result):
    """A document as ``wenju documents`` lists it.

    Attributes:
        added_at: ISO 8601, UTC.
        coverage: of its pages; None where each is text of the file.
    """

    id: str
    sources: tuple[str, ...]
    articles: tuple[ArticleSummary, ...]
    passage_count: int
    added_at: str
    coverage: PageCoverage | None = None


@dataclass(frozen=True, slots=True)
class PassageDetail(Result):
    """A passage as ``wenju show`` lists it."""

    passage_id: PassageId
    article: int
    headings: tuple[str, ...]
    paragraph: int
    page: int | None
    text: str
    spans: tuple[Span, ...]
    ocr_score: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentDetail(Result):
    """A document with its stored text and passages."""

    id: str
    sources: tuple[str, ...]
    articles: tuple[ArticleSummary, ...]
    passage_count: int
    added_at: str
    text: str
    passages: tuple[PassageDetail, ...]
    coverage: PageCoverage | None = None


@dataclass(frozen=True, slots=True)
class Failure(Result):
    """A file that was not read, or only in part, and why.

    Attributes:
        source: the file.
        reason: what was found and what helps, in English.
        code: stable name of the reason, such as `empty_file`.
        reason_zh: the same in Chinese.
    """

    source: str
    reason: str
    code: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport(Result):
    """The outcome of an ``add``, by source.

    Attributes:
        added: sources that are new.
        replaced: sources whose content changed.
        unchanged: sources whose content was there already.
        removed: sources that were removed (``--prune``).
        failed: sources that could not be read; the rest was indexed.
        warnings: sources of which a part could not be read, a scanned page say.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    warnings: tuple[Failure, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values; ``warnings`` only where there are any."""
        found = Result.to_dict(self)
        return {name: value for name, value in found.items() if name != "warnings" or value}


@dataclass(frozen=True, slots=True)
class Problem(Result):
    """Something ``verify`` found wrong.

    Attributes:
        subject: the document, passage or file.
        found: what is wrong.
        remedy: the command that mends it.
    """

    subject: str
    found: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Renewal(Result):
    """The progress of reading a library's passages with its present model.

    Attributes:
        done: passages that have all their vectors.
        passages: of the library.
        writer: who is making vectors, or writing to the library, at the moment, if anyone.
    """

    done: int
    passages: int
    writer: str | None


@dataclass(frozen=True, slots=True)
class VerifyReport(Result):
    """The outcome of ``verify``; the library is sound if there are no problems."""

    documents: int
    passages: int
    vectors: int
    problems: tuple[Problem, ...]


def page_ranges(numbers: Sequence[int]) -> str:
    """Return rising numbers as text: ``2, 5-7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts)


def _one_line(text: str, most: int) -> str:
    """Return a text with single spaces for its white space, cut at ``most`` characters."""
    return _cut(" ".join(text.split()), most)


def _cut(text: str, most: int) -> str:
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
