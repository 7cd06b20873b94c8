"""Services that the page's scripts call between questions.

Gradio calls each with one JSON object and sends its result back. Whoever reaches the
server can call them, so no argument is trusted; a page of another site cannot call them
through a visitor's browser (:func:`require_same_origin`). Each object may hold the
``visitor``: the secret of a browser tab, see :mod:`qa.sharing.libraries`.
"""

from collections.abc import Callable
from operator import index
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from corpus import Span
from qa.errors import BadArgument, ReadOnly, WenjuError
from qa.results import PassageId
from qa.sharing.access import Access, access_of
from qa.sharing.libraries import Libraries, Shared
from qa.sharing.visitors import SECRET
from qa.ui.layout import library_line, welcome
from qa.ui.markup import explained, phrase
from qa.ui.reader import document
from qa.ui.search import search_results
from qa.ui.strings import DEMO_QUESTIONS, Phrase
from qa.ui.suggestions import Suggestions

#: Hits listed for a search.
HITS = 20

Service = Callable[[dict[str, Any], gr.Request], Any]


def top_services(libraries: Libraries) -> list[Service]:
    """Return the service of the bar at the top."""

    def count_library(fields: dict[str, Any], request: gr.Request) -> str:
        """Return the library's name and size as HTML."""
        require_same_origin(request)
        visitor = visitor_of(fields)
        library = libraries.of(visitor)
        return library_line(
            library.documents(),
            renewal=library.renewal(),
            demo=libraries.base.is_demo,
            own=len(libraries.removable(visitor)) if libraries.base.is_demo else 0,
        )

    return [count_library]


def welcome_services(libraries: Libraries) -> list[Service]:
    """Return the services of the page before the first question."""
    base = libraries.base
    suggestions = Suggestions(base)

    def opening(_: dict[str, Any], request: gr.Request) -> str:
        """Return the welcome, with the suggestions that have been made."""
        require_same_origin(request)
        own = tuple(Phrase(question, question) for question in suggestions.made())
        return welcome(
            DEMO_QUESTIONS if base.is_demo else own,
            demo=base.is_demo,
            empty=not base.documents(),
            editable=libraries.editable,
        )

    def suggest(fields: dict[str, Any], request: gr.Request) -> str:
        """Return the welcome, with suggestions made from the library as it is now."""
        if not base.is_demo:
            suggestions.make()
        return opening(fields, request)

    return [opening, suggest]


def reader_services(libraries: Libraries) -> list[Service]:
    """Return the service of the reader."""

    def read_document(fields: dict[str, Any], request: gr.Request) -> str:
        """Return a document as HTML.

        ``{document?: id, passage?: id, marks: [[start, end], …], choose?}``
        """
        require_same_origin(request)
        passage = text_of(fields, "passage") or None
        key = text_of(fields, "document") or PassageId(passage or "").document_id
        marks = _spans(fields)
        try:
            detail = libraries.of(visitor_of(fields)).show(key)
        except WenjuError as error:
            return f"<p>{phrase('reader_failed')}</p><p>{explained(error)}</p>"
        return document(detail, passage, marks, choose=bool(fields.get("choose")))

    return [read_document]


def search_services(libraries: Libraries) -> list[Service]:
    """Return the service of the search page."""

    def find(fields: dict[str, Any], request: gr.Request) -> str:
        """Return the hits as HTML: ``{query, documents?: [id, …]}``."""
        require_same_origin(request)
        query, documents = text_of(fields, "query"), texts_of(fields, "documents")
        library = libraries.of(visitor_of(fields))
        try:
            candidates = library.candidates(query, HITS, documents)
            hits = library.hits(library.reranked(query, candidates), HITS)
        except WenjuError as error:
            return f'<p class="loading" role="alert">{explained(error)}</p>'
        return search_results(query, hits, {one.id: one for one in candidates.ranked})

    return [find]


def visitor_of(fields: dict[str, Any]) -> str | None:
    """Return the visitor's secret; None if the browser sent none that can be one."""
    visitor = fields.get("visitor")
    return visitor if isinstance(visitor, str) and SECRET.fullmatch(visitor) else None


def text_of(fields: dict[str, Any], name: str) -> str:
    """Return a field that is text; an empty one if it was not sent.

    Raises:
        BadArgument: it is something else.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadArgument(f"{name} must be text, not {type(value).__name__}.")
    return value


def texts_of(fields: dict[str, Any], name: str) -> list[str] | None:
    """Return a field that is a list of texts; None if it was not sent.

    Raises:
        BadArgument: it is something else.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadArgument(f"{name} must be a list of texts.")
    return value


def require_same_origin(request: gr.Request) -> None:
    """Refuse what a page of another site sent through a visitor's browser.

    Raises:
        WenjuError: it comes from another site.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise WenjuError("Requests from other sites are refused.", "other_site")


def require_write_access(libraries: Libraries, request: gr.Request) -> None:
    """Refuse a request with read access only, unless visitors have libraries of their own.

    Raises:
        ReadOnly: it may not change the library.
    """
    if isinstance(libraries, Shared) and access_of(request.scope) < Access.WRITE:
        raise ReadOnly(
            "This needs a token that may change the library: wenju tokens create --write",
            "token_reads_only",
        )


def _spans(fields: dict[str, Any]) -> tuple[Span, ...]:
    """Return the spans to mark.

    Raises:
        BadArgument: they are no pairs of offsets.
    """
    try:
        return tuple(Span(index(start), index(end)) for start, end in fields.get("marks") or ())
    except (TypeError, ValueError) as error:
        raise BadArgument("marks must be pairs of offsets.") from error
