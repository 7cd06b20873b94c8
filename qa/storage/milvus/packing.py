"""Documents and passages as rows of Milvus, and back.

A field of Milvus has at most 65,535 bytes. A longer value is left out of its row and read
from the body of the document: its text, articles and passages as JSON, in parts.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import tantivy

from corpus import Article, Document, Passage, Span
from embeddings.protocols import IntArray
from qa.language.terms import terms
from qa.results import DocumentSummary, PassageId
from qa.storage.milvus.collections import TEXT_BYTES, plain
from qa.storage.records import (
    Encoding,
    PassageText,
    StoredPassage,
    compact_json,
    coverage_json,
    coverage_of,
    place_of,
    summarise,
    texts_of,
)

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 6
_MOST = (TEXT_BYTES + 1) // (_LENGTH + 1)  # terms that fit into a field
_PART = TEXT_BYTES // 4  # characters: none takes more than four bytes
PLACE = ("row", "document_id", "number", "text", "place")

_stems = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)


def encoded_terms(text: str) -> str:
    """Return the terms of a text in order, each as six ASCII letters of a hash.

    No analyzer of Milvus makes characters and pairs of them, and none splits such a word. A
    field has room for about 9,000; later terms of a longer passage do not count in BM25.
    """
    stems = _stems.analyze(" ".join(terms(text)))
    return " ".join(map(_encoded, stems[:_MOST]))


@lru_cache(maxsize=200_000)
def _encoded(term: str) -> str:
    number = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest())
    letters = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def row_of(document_id: str, number: int) -> int:
    """Return the primary key of a passage, 63 bits of a hash: writing twice is writing once.

    Two of a hundred million passages share one with a probability of 1 in 1,800.
    """
    digest = hashlib.sha256(PassageId.of(document_id, number).encode()).digest()
    return int.from_bytes(digest[:8]) >> 1


def source_id(source: str) -> str:
    """Return the primary key of a source; a filter never has its text."""
    return hashlib.sha256(source.encode()).hexdigest()


def part_ids(document_id: str, parts: int) -> list[str]:
    """Return the primary keys of a body's parts."""
    return [f"{document_id}:{part}" for part in range(parts)]


def body_rows(document: Document) -> list[dict[str, Any]]:
    """Return the body of a document as rows, one for each part."""
    value = {
        "text": document.text,
        "articles": [[a.title, a.author, a.date] for a in document.articles],
        "passages": [
            [p.number, p.spans, p.article, p.headings, p.paragraph, p.page, p.ocr_score]
            for p in document.passages
        ],
        "coverage": None if document.coverage is None else coverage_json(document.coverage),
    }
    body = compact_json(value)
    parts = [body[start : start + _PART] for start in range(0, len(body), _PART)]
    ids = part_ids(document.id, len(parts))
    return [plain(id_, text=part) for id_, part in zip(ids, parts, strict=True)]


def document_of(document_id: str, parts: Sequence[str]) -> Document:
    """Return the document of a body."""
    value = json.loads("".join(parts))
    passages = tuple(
        Passage(number, _spans(spans), article, tuple(headings), *rest)
        for number, spans, article, headings, *rest in value["passages"]
    )
    articles = tuple(Article(*article) for article in value["articles"])
    coverage = coverage_of(value.get("coverage"))  # older bodies have none
    return Document(document_id, value["text"], articles, passages, coverage=coverage)


def document_row(document: Document, added_at: str, parts: int) -> dict[str, Any]:
    """Return the row that lists a document; a summary that is too long is empty."""
    counts = Counter(passage.article for passage in document.passages)
    listed: list[Any] = [
        [a.title, a.author, a.date, counts[n]] for n, a in enumerate(document.articles)
    ]
    if document.coverage is not None:
        listed.append(coverage_json(document.coverage))
    return plain(
        document.id,
        summary=_bounded(compact_json(listed)),
        added_at=added_at,
        parts=parts,
        passages=len(document.passages),
    )


def summary_in(row: dict[str, Any], sources: Sequence[str]) -> DocumentSummary:
    """Return the summary of a document's row."""
    listed = json.loads(row["summary"])
    # The coverage of pages, if there is any, comes last.
    coverage = coverage_of(listed.pop() if isinstance(listed[-1], str) else None)
    articles = [(Article(*stated), count) for *stated, count in listed]
    return summarise(row["id"], sources, articles, row["added_at"], coverage)


def passage_rows(document: Document, encodings: Sequence[Encoding]) -> list[dict[str, Any]]:
    """Return the rows of a document's passages, with their encodings."""
    texts = texts_of(document)
    return [
        _passage_row(document, passage, text, encoding)
        for passage, text, encoding in zip(document.passages, texts, encodings, strict=True)
    ]


def _passage_row(
    document: Document, passage: Passage, text: PassageText, encoding: Encoding
) -> dict[str, Any]:
    article = document.articles[passage.article]
    place = {
        "spans": passage.spans,
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "headings": passage.headings,
        "paragraph": passage.paragraph,
        "page": passage.page,
        "ocr_score": passage.ocr_score,
    }
    return {
        "row": row_of(document.id, passage.number),
        "document_id": document.id,
        "number": passage.number,
        "text": _bounded(text.text),
        "place": _bounded(compact_json(place)),
        "terms": encoded_terms(text.text),
        "context_terms": encoded_terms(text.context),
        "tokens": _bounded(_packed(encoding.tokens)),
        "context_tokens": _bounded(_packed(encoding.context_tokens)),
        # Rounded to float16 as in a folder, so that both have the same cosines.
        "vector": encoding.vector.astype("<f2").astype(np.float32).tolist(),
    }


def passage_in(row: dict[str, Any], source: str) -> StoredPassage | None:
    """Return the passage of a row; None if it was too long for the row."""
    if not row["text"] or not row["place"]:
        return None
    place = json.loads(row["place"])
    passage = Passage(
        row["number"],
        _spans(place["spans"]),
        0,  # its article is named in the row
        tuple(place["headings"]),
        place["paragraph"],
        place["page"],
        place.get("ocr_score"),  # older rows have none
    )
    article = Article(place["title"], place["author"], place["date"])
    return StoredPassage(
        row["row"], place_of(row["document_id"], article, passage, source), row["text"]
    )


def passage_of(document: Document, number: int, source: str) -> StoredPassage:
    """Return a passage of a document."""
    passage = document.passages[number]
    article = document.articles[passage.article]
    return StoredPassage(
        row_of(document.id, number),
        place_of(document.id, article, passage, source),
        document.quote(passage.spans),
    )


def unpacked(tokens: str) -> IntArray:
    """Return the token ids ``(n,)`` of a row."""
    return np.frombuffer(base64.b64decode(tokens), dtype="<i4").astype(np.int32)


def _packed(tokens: IntArray) -> str:
    return base64.b64encode(tokens.astype("<i4").tobytes()).decode("ascii")


def _bounded(text: str) -> str:
    """Return the text, or an empty one if it does not fit into a field."""
    return text if len(text) <= _PART or len(text.encode()) <= TEXT_BYTES else ""


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
