"""What the page's scripts ask of the server between questions.

Gradio calls these with one JSON object and gives back what they return. They can be
called by anyone who can reach the server, so each takes its arguments for hostile;
a page of another site cannot call them through a visitor's browser (:func:`_same_origin`).
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from corpus import Span
from qa.errors import WenjuError
from qa.library import Library
from qa.ui.markup import phrase, text
from qa.ui.reader import document

Service = Callable[[dict[str, Any], gr.Request], Any]


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


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(int(start), int(end)) for start, end in pairs)


def _same_origin(request: gr.Request) -> None:
    """Refuses what a page of another site sent through a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise gr.Error("requests from other sites are refused")
