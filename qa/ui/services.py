"""What the page's scripts ask of the server between questions.

Gradio calls these with one JSON object and gives back what they return. They can be
called by anyone who can reach the server, so each takes its arguments for hostile;
a page of another site cannot call them through a visitor's browser (:func:`_same_origin`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from gradio.utils import get_upload_folder

from corpus import Span
from qa.errors import WenjuError
from qa.library import Library
from qa.ui.finding import found
from qa.ui.frame import welcome
from qa.ui.markup import phrase, text
from qa.ui.reader import document
from qa.ui.shelf import document_list
from qa.ui.strings import DEMO_QUESTIONS, Phrase
from qa.ui.suggestions import Suggestions

#: So many hits are listed for a search.
HITS = 20

Service = Callable[[dict[str, Any], gr.Request], Any]


def greeting(library: Library, *, editable: bool) -> list[Service]:
    """What stands in place of a conversation that has not begun."""
    suggestions = Suggestions(library)

    def opening(_: dict[str, Any], request: gr.Request) -> str:
        """The empty page, with the suggestions that are at hand."""
        _same_origin(request)
        own = tuple(Phrase(question, question) for question in suggestions.at_hand())
        return welcome(
            DEMO_QUESTIONS if library.is_demo else own,
            demo=library.is_demo,
            empty=not library.documents(),
            editable=editable,
        )

    def suggest(_: dict[str, Any], request: gr.Request) -> str:
        """The empty page once more, with questions made of what the library holds now."""
        if not library.is_demo:
            suggestions.make()
        return opening(_, request)

    return [opening, suggest]


def reading(library: Library) -> list[Service]:
    """What the reader asks for."""

    def read_document(wanted: dict[str, Any], request: gr.Request) -> str:
        """A document as HTML: ``{document?, passage?, marks: [[start, end], …]}``."""
        _same_origin(request)
        passage = wanted.get("passage")
        name = str(wanted.get("document") or str(passage).rpartition(":")[0])
        try:
            detail = library.show(name)
        except WenjuError as error:
            return f"<p>{phrase('reader_failed')}</p><p>{text(str(error))}</p>"
        return document(detail, passage, _spans(wanted.get("marks", ())))

    return [read_document]


def searching(library: Library) -> list[Service]:
    """What the search asks for."""

    def find(wanted: dict[str, Any], request: gr.Request) -> str:
        """The hits as HTML: ``{query, documents?: [id, …]}``."""
        _same_origin(request)
        query, documents = str(wanted.get("query", "")), wanted.get("documents")
        try:
            hits = library.search(query, HITS, documents)
            weighed = library.candidates(query, HITS, documents).ranked
        except WenjuError as error:
            return f'<p class="loading">{text(str(error))}</p>'
        return found(hits, {candidate.id: candidate for candidate in weighed})

    return [find]


def keeping(library: Library, *, editable: bool) -> list[Service]:
    """What the library's page asks for; only a library that may be edited has all of it."""

    def list_documents(_: dict[str, Any], request: gr.Request) -> str:
        """All documents as HTML."""
        _same_origin(request)
        return document_list(library.documents(), editable=editable)

    def remove_document(wanted: dict[str, Any], request: gr.Request) -> str:
        """Removes ``{document: id}``; gives back what went wrong as HTML, or nothing."""
        _same_origin(request)
        try:
            library.remove(str(wanted.get("document")))
        except WenjuError as error:
            return f'<p class="loading" role="alert">{text(str(error))}</p>'
        return ""

    def add_document(wanted: dict[str, Any], request: gr.Request) -> dict[str, str]:
        """Adds an upload, ``{name, path}``; says what became of it, and why if it failed."""
        _same_origin(request)
        path = Path(str(wanted.get("path"))).resolve()
        if not path.is_relative_to(Path(get_upload_folder()).resolve()):
            raise gr.Error("only an upload can be added")
        try:
            report = library.add_bytes(str(wanted.get("name")), path.read_bytes())
        except WenjuError as error:
            return {"state": "failed", "reason": text(str(error))}
        finally:
            path.unlink(missing_ok=True)
        if report.failed:
            return {"state": "failed", "reason": text(report.failed[0].reason)}
        for state in ("added", "replaced"):
            if getattr(report, state):
                return {"state": state, "reason": ""}
        return {"state": "unchanged", "reason": ""}

    return [list_documents, remove_document, add_document] if editable else [list_documents]


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in pairs)


def _same_origin(request: gr.Request) -> None:
    """Refuses what a page of another site sent through a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise gr.Error("requests from other sites are refused")
