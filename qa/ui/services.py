"""What the page's scripts ask of the server between questions.

Gradio calls these with one JSON object and gives back what they return. They can be
called by anyone who can reach the server, so each takes its arguments for hostile;
a page of another site cannot call them through a visitor's browser (:func:`same_origin`).
Each object names its ``visitor``: the secret of a browser tab, see :mod:`qa.sharing.libraries`.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from corpus import Span
from qa.errors import WenjuError
from qa.sharing.access import Access, access_of
from qa.sharing.libraries import Libraries, Shared
from qa.ui.layout import library_line, welcome
from qa.ui.markup import explained, phrase
from qa.ui.reader import document
from qa.ui.search import found
from qa.ui.strings import DEMO_QUESTIONS, Phrase
from qa.ui.suggestions import Suggestions

#: So many hits are listed for a search.
HITS = 20

Service = Callable[[dict[str, Any], gr.Request], Any]


def counting(libraries: Libraries) -> list[Service]:
    """What the bar on top asks for."""

    def count_library(wanted: dict[str, Any], request: gr.Request) -> str:
        """Which library answers, and how much it holds, as HTML."""
        same_origin(request)
        visitor = visitor_of(wanted)
        return library_line(
            libraries.of(visitor).documents(),
            demo=libraries.base.is_demo,
            own=len(libraries.removable(visitor)) if libraries.base.is_demo else 0,
        )

    return [count_library]


def greeting(libraries: Libraries) -> list[Service]:
    """What stands in place of a conversation that has not begun."""
    base = libraries.base
    suggestions = Suggestions(base)

    def opening(_: dict[str, Any], request: gr.Request) -> str:
        """The empty page, with the suggestions that are at hand."""
        same_origin(request)
        own = tuple(Phrase(question, question) for question in suggestions.at_hand())
        return welcome(
            DEMO_QUESTIONS if base.is_demo else own,
            demo=base.is_demo,
            empty=not base.documents(),
            editable=libraries.editable,
        )

    def suggest(_: dict[str, Any], request: gr.Request) -> str:
        """The empty page once more, with questions made of what the library holds now."""
        if not base.is_demo:
            suggestions.make()
        return opening(_, request)

    return [opening, suggest]


def reading(libraries: Libraries) -> list[Service]:
    """What the reader asks for."""

    def read_document(wanted: dict[str, Any], request: gr.Request) -> str:
        """A document as HTML: ``{document?, passage?, marks: [[start, end], …], choose?}``."""
        same_origin(request)
        passage = wanted.get("passage")
        name = str(wanted.get("document") or str(passage).rpartition(":")[0])
        try:
            detail = libraries.of(visitor_of(wanted)).show(name)
        except WenjuError as error:
            return f"<p>{phrase('reader_failed')}</p><p>{explained(error)}</p>"
        marks = _spans(wanted.get("marks", ()))
        return document(detail, passage, marks, choose=bool(wanted.get("choose")))

    return [read_document]


def searching(libraries: Libraries) -> list[Service]:
    """What the search asks for."""

    def find(wanted: dict[str, Any], request: gr.Request) -> str:
        """The hits as HTML: ``{query, documents?: [id, …]}``."""
        same_origin(request)
        query, documents = str(wanted.get("query", "")), wanted.get("documents")
        library = libraries.of(visitor_of(wanted))
        try:
            hits = library.search(query, HITS, documents)
            weighed = library.candidates(query, HITS, documents).ranked
        except WenjuError as error:
            return f'<p class="loading" role="alert">{explained(error)}</p>'
        return found(query, hits, {candidate.id: candidate for candidate in weighed})

    return [find]


def visitor_of(wanted: dict[str, Any]) -> str | None:
    """The secret that the browser sent; None if it sent nothing of the kind."""
    visitor = wanted.get("visitor")
    return visitor if isinstance(visitor, str) else None


def same_origin(request: gr.Request) -> None:
    """Refuses what a page of another site sent through a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise gr.Error("requests from other sites are refused")


def may_change(libraries: Libraries, request: gr.Request) -> None:
    """Refuses who may only read, unless what they change is their own."""
    if isinstance(libraries, Shared) and access_of(request.scope) < Access.WRITE:
        raise gr.Error("this needs a token that may change the library")


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in pairs)
