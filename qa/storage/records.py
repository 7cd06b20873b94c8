"""Records that a store contains."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import NamedTuple, Protocol

import numpy as np

from corpus import Article, Coverage, Document, Passage
from embeddings.index.vector_index import IdArray
from embeddings.protocols import FloatArray, IntArray
from qa.results import (
    ArticleSummary,
    DocumentDetail,
    DocumentSummary,
    LocatedPassage,
    PageCoverage,
    PassageDetail,
    PassageId,
    Place,
    Placed,
)

_BYTE = 256
_MOST_INT8 = 127


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The tokens of a passage, for the matching and the highlights.

    Attributes:
        ids: ``(n,)`` of the tokens of its text.
        context: ``(m,)`` of those of its title, author and headings.
        packed_starts: where each token of the text begins, see :func:`packed`; None if
            that is not stored.
    """

    ids: IntArray
    context: IntArray
    packed_starts: bytes | None = None

    def known_starts(self) -> IntArray:
        """Return the place ``(n,)`` at which each token of the text begins, in code points.

        Raises:
            ValueError: the places are not stored.
        """
        if self.packed_starts is None:
            raise ValueError("The places of the passage's tokens are not known.")
        return unpacked(self.packed_starts, len(self.ids))


NO_TOKENS = PassageTokens(np.empty(0, np.int32), np.empty(0, np.int32))  # of a passage that is gone


def packed(starts: IntArray) -> bytes:
    """Return ascending places as the steps between them, in a byte each or in four."""
    steps = starts.copy()
    steps[1:] -= starts[:-1]
    return steps.astype("u1" if steps.max(initial=0) < _BYTE else "<i4").tobytes()


def unpacked(stored: bytes, count: int) -> IntArray:
    """Return the places ``(count,)`` that :func:`packed` packed."""
    steps = np.frombuffer(stored, dtype="u1" if len(stored) == count else "<i4")
    return np.cumsum(steps, dtype=np.int32)


def packed_sentences(vectors: FloatArray) -> bytes | None:
    """Return sentence vectors ``(s, d)`` with a byte for each number; None if there are none.

    Each sentence is a float16 scale, then ``d`` int8 numbers that it multiplies.
    """
    if not len(vectors):
        return None
    scales = (np.abs(vectors).max(axis=1) / _MOST_INT8).astype("<f2")
    codes = np.zeros(len(vectors), dtype=_sentence_type(vectors.shape[1]))
    codes["scale"] = scales
    divisors = np.where(scales == 0, 1, scales).astype(np.float32)
    values = np.rint(vectors / divisors[:, np.newaxis])
    codes["values"] = np.clip(values, -_MOST_INT8, _MOST_INT8)
    return codes.tobytes()


def unpacked_sentences(stored: bytes, dimension: int) -> FloatArray:
    """Return the vectors ``(s, dimension)`` of sentences that :func:`packed_sentences` packed.

    The bytes of several passages may be joined.
    """
    codes = np.frombuffer(stored, dtype=_sentence_type(dimension))
    scales = codes["scale"].astype(np.float32)
    unpacked: FloatArray = codes["values"].astype(np.float32) * scales[:, np.newaxis]
    return unpacked


def sentence_count(stored: bytes, dimension: int) -> int:
    """Return how many sentences :func:`packed_sentences` packed."""
    return len(stored) // _sentence_type(dimension).itemsize


def _sentence_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("scale", "<f2"), ("values", "i1", (dimension,))])


class RankedRows(NamedTuple):
    """Rows of passages and their scores ``(n,)``, best first, ties by row."""

    scores: FloatArray
    rows: IdArray


class Commit(NamedTuple):
    """One committed state of a library.

    Attributes:
        sequence: the number of changes so far.
        id: a random name: after as many changes two copies of a library that went separate
            ways hold different documents.
    """

    sequence: int
    id: str


NO_COMMIT = Commit(0, "")  # the state of what was made from nothing


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model whose vectors a library searches.

    Attributes:
        name: by which it is found.
        fingerprint: of the static model; where a contextual model follows it, both
            fingerprints, joined by ``+``.
        dimension: of the static vectors.
        contextual: dimension of the contextual vectors, 0 if there are none.
    """

    name: str
    fingerprint: str
    dimension: int
    contextual: int = 0

    @property
    def static_fingerprint(self) -> str:
        """The fingerprint of the model of the static vectors and of the tokens."""
        if not self.contextual:  # before schema version 7 that of two models in one
            return self.fingerprint
        return self.fingerprint.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Encoding:
    """The vector and the tokens of one passage.

    Attributes:
        vector: ``(dimension,)`` float32, unit length.
        tokens: ids of its tokens in the matching's model, ``(n,)`` int32.
        starts: where in its text each of these begins, ``(n,)`` int32, ascending.
        context_tokens: ids of the tokens of its title, author and headings.
    """

    vector: FloatArray
    tokens: IntArray
    starts: IntArray
    context_tokens: IntArray

    @property
    def passage_tokens(self) -> PassageTokens:
        """The tokens as the matching needs them."""
        return PassageTokens(self.tokens, self.context_tokens, packed(self.starts))


@dataclass(frozen=True, slots=True)
class ContextualVectors:
    """The contextual vectors of one passage, of unit length, float32.

    Attributes:
        passage: ``(d,)``, of all of it.
        sentences: ``(s, d)``, of its sentences; none of a passage of one sentence.
    """

    passage: FloatArray
    sentences: FloatArray


class EncodedDocument(NamedTuple):
    """A document with the encoding of each of its passages, to be put under a source."""

    source: str
    document: Document
    encodings: Sequence[Encoding]


def compact_json(value: object) -> str:
    """Return a value as JSON without blanks, its characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class TextInContext(Protocol):
    """A passage as the models read it."""

    @property
    def text(self) -> str:
        """The text of the passage."""

    @property
    def context(self) -> str:
        """Title, author and headings; see :func:`context_of`."""


class PassageText(NamedTuple):
    """A passage of a document that is not stored yet, as the models read it."""

    text: str
    context: str


def texts_of(document: Document) -> list[PassageText]:
    """Return the passages of a document as the models read them."""
    texts = []
    for passage in document.passages:
        article = document.articles[passage.article]
        context = context_of(article.title, article.author, passage.headings)
        texts.append(PassageText(document.quote(passage.spans), context))
    return texts


def context_of(title: str, author: str | None, headings: Iterable[str]) -> str:
    """Return title, author and headings of a passage, a line each.

    They count in every leg, beside the text.
    """
    return "\n".join(filter(None, (title, author, *headings)))


@dataclass(frozen=True, slots=True)
class StoredPassage(Placed):
    """A passage as a search needs it; ``row`` is its id in the indexes."""

    row: int
    place: Place
    text: str

    @property
    def context(self) -> str:
        """Title, author and headings; see :func:`context_of`."""
        return context_of(self.title, self.author, self.headings)


def place_of(document_id: str, article: Article, passage: Passage, source: str) -> Place:
    """Return the place of a passage of an article, in a document held by ``source``."""
    return Place(
        passage_id=PassageId.of(document_id, passage.number),
        title=article.title,
        author=article.author,
        headings=passage.headings,
        source=source,
        page=passage.page,
        paragraph=passage.paragraph,
        spans=passage.spans,
        date=article.date,
        ocr_score=passage.ocr_score,
    )


def stated_coverage(coverage: Coverage | None) -> PageCoverage | None:
    """Return the coverage of a document as results state it."""
    return None if coverage is None else PageCoverage(*astuple(coverage))


def coverage_json(coverage: Coverage) -> str:
    """Return a coverage as JSON."""
    return compact_json(astuple(coverage))


def coverage_of(stored: str | None) -> Coverage | None:
    """Return the coverage that :func:`coverage_json` gave; None of None."""
    if stored is None:
        return None
    pages, recognised, unread, reason, uncertain = json.loads(stored)
    return Coverage(pages, tuple(recognised), tuple(unread), reason, uncertain)


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the lexical index needs it."""

    row: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the store holds it."""

    document: Document
    sources: tuple[str, ...]
    added_at: str

    def passage(self, passage_id: PassageId) -> LocatedPassage | None:
        """Return the passage with this id and its place, or None if there is none."""
        found = next((p for p in self.document.passages if p.number == passage_id.number), None)
        if found is None:
            return None
        article = self.document.articles[found.article]
        place = place_of(self.document.id, article, found, self.sources[0])
        return LocatedPassage(place, self.document.quote(found.spans))

    @property
    def summary(self) -> DocumentSummary:
        """The summary that ``wenju documents`` lists."""
        counts = Counter(passage.article for passage in self.document.passages)
        return summarise(
            self.document.id,
            self.sources,
            ((article, counts[n]) for n, article in enumerate(self.document.articles)),
            self.added_at,
            self.document.coverage,
        )

    @property
    def detail(self) -> DocumentDetail:
        """The detail that ``wenju show`` prints."""
        summary = self.summary
        return DocumentDetail(
            id=summary.id,
            sources=summary.sources,
            articles=summary.articles,
            passage_count=summary.passage_count,
            added_at=summary.added_at,
            text=self.document.text,
            passages=tuple(
                PassageDetail(
                    passage_id=PassageId.of(self.document.id, passage.number),
                    article=passage.article,
                    headings=passage.headings,
                    paragraph=passage.paragraph,
                    page=passage.page,
                    text=self.document.quote(passage.spans),
                    spans=passage.spans,
                    ocr_score=passage.ocr_score,
                )
                for passage in self.document.passages
            ),
            coverage=summary.coverage,
        )


def summarise(
    document_id: str,
    sources: Iterable[str],
    articles: Iterable[tuple[Article, int]],
    added_at: str,
    coverage: Coverage | None = None,
) -> DocumentSummary:
    """Return a document's summary; ``articles`` holds each with the number of its passages."""
    listed = tuple(
        ArticleSummary(article.title, article.author, count, article.date)
        for article, count in articles
    )
    return DocumentSummary(
        id=document_id,
        sources=tuple(sources),
        articles=listed,
        passage_count=sum(article.passage_count for article in listed),
        added_at=added_at,
        coverage=stated_coverage(coverage),
    )
