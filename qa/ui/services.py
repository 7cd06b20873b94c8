"""Services that the page's scripts call between questions.

Gradio calls each with one JSON object and sends its result back. Whoever reaches the
server can call them, so no argument is trusted; a page of another site cannot call them
through a visitor's browser (:func:`require_same_origin`). Each object may hold the
``visitor``: the secret of a browser tab, see :mod:`qa.sharing.libraries`.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from corpus import Span
from qa.errors import WenjuError
from qa.results import PassageId
from qa.sharing.access import Access, access_of
from qa.sharing.libraries import Libraries, Shared
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
        return library_line(
            libraries.of(visitor).documents(),
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
        passage = fields.get("passage")
        key = str(fields.get("document") or PassageId(str(passage)).document_id)
        try:
            detail = libraries.of(visitor_of(fields)).show(key)
        except WenjuError as error:
            return f"<p>{phrase('reader_failed')}</p><p>{explained(error)}</p>"
        marks = _spans(fields.get("marks", ()))
        return document(detail, passage, marks, choose=bool(fields.get("choose")))

    return [read_document]


def search_services(libraries: Libraries) -> list[Service]:
    """Return the service of the search page."""

    def find(fields: dict[str, Any], request: gr.Request) -> str:
        """Return the hits as HTML: ``{query, documents?: [id, …]}``."""
        require_same_origin(request)
        query, documents = str(fields.get("query", "")), fields.get("documents")
        library = libraries.of(visitor_of(fields))
        try:
            candidates = library.candidates(query, HITS, documents)
            hits = library.hits(library.reranked(query, candidates), HITS)
        except WenjuError as error:
            return f'<p class="loading" role="alert">{explained(error)}</p>'
        return search_results(query, hits, {one.id: one for one in candidates.ranked})

    return [find]


def visitor_of(fields: dict[str, Any]) -> str | None:
    """Return the visitor's secret; None if the browser sent no text."""
    visitor = fields.get("visitor")
    return visitor if isinstance(visitor, str) else None


def require_same_origin(request: gr.Request) -> None:
    """Refuse what a page of another site sent through a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise gr.Error("requests from other sites are refused")


def require_write_access(libraries: Libraries, request: gr.Request) -> None:
    """Refuse a request with read access only, unless visitors have libraries of their own."""
    if isinstance(libraries, Shared) and access_of(request.scope) < Access.WRITE:
        raise gr.Error("this needs a token that may change the library")


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in pairs)
