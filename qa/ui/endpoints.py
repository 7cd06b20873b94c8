"""Gradio's named endpoints ``/ask`` and ``/search``, for its clients."""

from typing import Any

import gradio as gr
from gradio.events import api

from qa.errors import WenjuError
from qa.library import Library


def add_endpoints(library: Library) -> None:
    """Add ``/ask`` and ``/search``, which return the JSON of the command line."""

    def ask(question: str, documents: list[str] | None = None) -> dict[str, Any]:
        """Answer a question with verbatim sentences and their citations.

        Args:
            question: in any language.
            documents: ids of the documents to ask; all if not given.

        Returns:
            The answer with its outcome, the short answer, citations with spans, the confidence,
            and the nearest passages.
        """
        try:
            return library.ask(question, documents=documents).to_dict()
        except WenjuError as error:
            raise gr.Error(str(error)) from error

    def search(query: str, k: int = 10, documents: list[str] | None = None) -> list[dict[str, Any]]:
        """Find the passages nearest to a query.

        Args:
            query: in any language.
            k: how many passages at most.
            documents: ids of the documents to search; all if not given.

        Returns:
            The hits, best first, with scores, relevance, spans and highlights.
        """
        try:
            return [hit.to_dict() for hit in library.search(query, k, documents=documents)]
        except WenjuError as error:
            raise gr.Error(str(error)) from error

    api(ask, api_name="ask")
    api(search, api_name="search")
