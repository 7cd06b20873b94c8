"""What questions give back: hits, citations, answers, and reports.

Frozen dataclasses whose :meth:`to_dict` is the JSON of ``docs/contracts.md``,
the same on every surface.
"""

import re
from dataclasses import dataclass
from typing import Any

from corpus import Span


class Result:
    """A result that knows its JSON form."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, tuples, strings and numbers, ready for ``json.dumps``."""
        # ``asdict`` copies each string and span by itself: five times as long, for each answer.
        names = self.__dataclass_fields__  # type: ignore[attr-defined]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: object) -> Any:  # noqa: ANN401 (whatever a field holds)
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value


_PASSAGE_ID = re.compile("[0-9a-f]{64}:[0-9]+")


@dataclass(frozen=True, slots=True)
class Hit(Result):
    """A passage found for a query.

    Attributes:
        rank: from 1.
        score: what the ranking sorts by; comparable within one query only.
        passage_id: ``document_id:number``.
        document_id: SHA-256 of the document's bytes.
        title: of the article.
        author: of the article, if it states one.
        headings: section headings above the passage, outermost first.
        source: the path or upload name that holds the document.
        page: from 1 where the format has pages.
        paragraph: number of the paragraph within its article, from 1.
        text: the passage, verbatim.
        spans: of ``text`` within the document's stored text.
        highlights: ranges of ``text`` that answer the query.
        duplicates: ids of passages that say the same and were folded into this hit.
        date: of the article, as its format states it, if it does.
    """

    rank: int
    score: float
    passage_id: str
    document_id: str
    title: str
    author: str | None
    headings: tuple[str, ...]
    source: str
    page: int | None
    paragraph: int
    text: str
    spans: tuple[Span, ...]
    highlights: tuple[Span, ...]
    duplicates: tuple[str, ...] = ()
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Citation(Result):
    """A verbatim quote, and where it stands.

    ``stored_text[spans] == quote``, joined by nothing, was checked when the
    citation was made; see :mod:`qa.answering.answer`.

    Attributes:
        number: the n of ``[n]`` in the answer's text.
        spans: ranges of the document's stored text.
        score: of the hit that the quote was taken from.
        date: of the article, as its format states it, if it does.
    """

    number: int
    passage_id: str
    document_id: str
    title: str
    author: str | None
    headings: tuple[str, ...]
    source: str
    page: int | None
    paragraph: int
    quote: str
    spans: tuple[Span, ...]
    score: float
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Answer(Result):
    """The answer to a question, or an honest "not in these documents".

    Attributes:
        question: as asked.
        query: as searched; differs where the conversation completed it.
        answered: whether the documents answer.
        confidence: probability that they do, 0 to 1.
        text: verbatim sentences, each followed by its ``[n]``; None if not answered.
        citations: one per ``[n]``, in order; empty if not answered.
        hits: the nearest passages, best first, in either case.
    """

    question: str
    query: str
    answered: bool
    confidence: float
    text: str | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class ArticleSummary(Result):
    """An article of a listed document."""

    title: str
    author: str | None
    passage_count: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentSummary(Result):
    """A document as ``wenju documents`` lists it.

    Attributes:
        added_at: ISO 8601, UTC.
    """

    id: str
    sources: tuple[str, ...]
    articles: tuple[ArticleSummary, ...]
    passage_count: int
    added_at: str


@dataclass(frozen=True, slots=True)
class PassageDetail(Result):
    """A passage as ``wenju show`` lists it."""

    passage_id: str
    article: int
    headings: tuple[str, ...]
    paragraph: int
    page: int | None
    text: str
    spans: tuple[Span, ...]


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


@dataclass(frozen=True, slots=True)
class Failure(Result):
    """A file that could not be read, and why.

    Attributes:
        source: the file.
        reason: what was found and what helps, in English.
        code: the same in one word.
        reason_zh: the same in Chinese.
    """

    source: str
    reason: str
    code: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport(Result):
    """What an ``add`` did, by source.

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
class VerifyReport(Result):
    """What ``verify`` checked; sound if there are no problems."""

    documents: int
    passages: int
    vectors: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LocatedPassage(Result):
    """A passage and its place; the fields are those of :class:`qa.Hit`.

    Attributes:
        passage_id: ``document_id:number``.
        spans: of ``text`` within the document's stored text.
    """

    passage_id: str
    document_id: str
    title: str
    author: str | None
    headings: tuple[str, ...]
    source: str
    page: int | None
    paragraph: int
    text: str
    spans: tuple[Span, ...]
    date: str | None = None


def is_passage_id(key: str) -> bool:
    """Whether a key has the form of a passage's id."""
    return _PASSAGE_ID.fullmatch(key) is not None
