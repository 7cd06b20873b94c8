"""A document as an export's line holds it, with every field checked: the file may be forged."""

import json
import re
from itertools import chain
from typing import Any

from corpus import Article, Document, Passage, Span

_ID = re.compile("[0-9a-f]{64}")


def object_of(line: str) -> dict[str, Any]:
    """The JSON object that a line holds.

    Raises:
        ValueError: it holds none.
    """
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, found {line[:40]!r}")
    return value


def document_of(value: dict[str, Any]) -> tuple[Document, list[str]]:
    """A document and its sources.

    Raises:
        ValueError: a field is not of its kind, the id is none, or a passage's spans do not
            hold its text.
        LookupError: a field is missing.
        TypeError: a field is not of its kind.
    """
    document = Document(
        id=_text(value["id"]),
        text=_text(value["text"]),
        articles=tuple(map(_article, value["articles"])),
        passages=tuple(_passage(number, each) for number, each in enumerate(value["passages"])),
    )
    if not _ID.fullmatch(document.id):
        raise ValueError(f"{document.id[:80]!r} is no document's id")
    if not document.articles or not document.passages:
        raise ValueError(f"document {document.id[:16]}… has no passage")
    for passage, exported in zip(document.passages, value["passages"], strict=True):
        in_order = [0, *chain.from_iterable(passage.spans), len(document.text)]
        if document.quote(passage.spans) != exported["text"] or in_order != sorted(in_order):
            raise ValueError(f"passage {exported['passage_id']} is not what its spans hold")
        if not 0 <= passage.article < len(document.articles):
            raise ValueError(f"passage {exported['passage_id']} is of no article")
        if exported["passage_id"] != f"{document.id}:{passage.number}":
            raise ValueError(f"passage {exported['passage_id']} is not the document's next")
    sources = [_text(source) for source in value["sources"]]
    if not sources:
        raise ValueError(f"document {document.id[:16]}… has no source")
    return document, sources


def _article(value: dict[str, Any]) -> Article:
    author, date = value["author"], value.get("date")
    return Article(
        _text(value["title"]),
        None if author is None else _text(author),
        None if date is None else _text(date),
    )


def _passage(number: int, value: dict[str, Any]) -> Passage:
    page = value["page"]
    return Passage(
        number=number,
        spans=tuple(Span(_number(start), _number(end)) for start, end in value["spans"]),
        article=_number(value["article"]),
        headings=tuple(map(_text, value["headings"])),
        paragraph=_number(value["paragraph"]),
        page=None if page is None else _number(page),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {str(value)[:40]!r}")
    value.encode("utf-8")  # half a character is none
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**31) <= value < 2**31:
        raise ValueError(f"expected a whole number, found {str(value)[:40]!r}")
    return value
