"""One passage by its id, with what a reader needs to know where it stands."""

import re
from dataclasses import dataclass

from corpus import Span
from qa.errors import NoSuchDocument
from qa.library import Library
from qa.results import Result

_PASSAGE_ID = re.compile("[0-9a-f]{64}:[0-9]+")


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


def read_passage(library: Library, passage_id: str) -> LocatedPassage:
    """The passage that a citation or a hit names.

    Args:
        library: that holds it.
        passage_id: as a hit gives it.

    Raises:
        NoSuchDocument: its document is gone, or has no such passage.
    """
    document = library.show(passage_id.rpartition(":")[0] or passage_id)
    for passage in document.passages:
        if passage.passage_id == passage_id:
            article = document.articles[passage.article]
            return LocatedPassage(
                passage_id=passage_id,
                document_id=document.id,
                title=article.title,
                author=article.author,
                headings=passage.headings,
                source=document.sources[0],
                page=passage.page,
                paragraph=passage.paragraph,
                text=passage.text,
                spans=passage.spans,
                date=article.date,
            )
    raise NoSuchDocument(
        f"No passage has the id {passage_id!r}. `wenju show {document.id[:12]} --json` lists those "
        "of its document.",
        "no_such_passage",
        {"passage": passage_id},
    )
