"""Services of the page's thumbs: record judgements, and export them as questions."""

from typing import Any

import gradio as gr

from qa.errors import WenjuError
from qa.evaluation.feedback import Judgement, Verdict
from qa.evaluation.judged_questions import checked, evaluation_set
from qa.sharing.libraries import Libraries
from qa.ui.markup import explained
from qa.ui.services import (
    Service,
    require_same_origin,
    require_write_access,
    text_of,
    texts_of,
    visitor_of,
)

#: Answers cite fewer passages; a request with more does not come from our page.
MOST_CITED = 20


def judgement_services(libraries: Libraries) -> list[Service]:
    """Return the service that records a visitor's judgements."""

    def judge(fields: dict[str, Any], request: gr.Request) -> str:
        """Record a thumb; return the error as HTML, or nothing.

        ``{question, query, verdict: good|bad, passage?: id, cited: [id, …], withdraw?}``. A
        good passage that was not cited is the one that should have been.
        """
        require_same_origin(request)
        if libraries.editable:
            require_write_access(libraries, request)  # else they are kept for the visit only
        visitor = visitor_of(fields)
        library, feedback = libraries.of(visitor), libraries.feedback(visitor)
        judgements = _judgements(fields)
        try:
            for judgement in judgements:
                if fields.get("withdraw"):
                    feedback.withdraw(judgement)
                else:
                    feedback.record(checked(library, judgement))
        except WenjuError as error:
            return explained(error)
        return ""

    return [judge]


def export_services(libraries: Libraries) -> list[Service]:
    """Return the service that exports a visitor's judgements."""

    def feedback_file(fields: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Return all judgements as ``{said, questions, jsonl}``; ``wenju eval`` reads the last."""
        require_same_origin(request)
        require_write_access(libraries, request)  # they hold the questions of other readers
        visitor = visitor_of(fields)
        judgements = libraries.feedback(visitor).judgements()
        questions = evaluation_set(libraries.of(visitor), judgements)
        return {
            "said": len(judgements),
            "questions": len(questions.rows),
            "jsonl": questions.jsonl,
        }

    return [feedback_file]


def _judgements(fields: dict[str, Any]) -> list[Judgement]:
    """Return the judgements of a thumb: of one passage, or of each that was cited."""
    question, query = text_of(fields, "question"), text_of(fields, "query")
    verdict: Verdict = "bad" if fields.get("verdict") == "bad" else "good"
    cited = (texts_of(fields, "cited") or [])[:MOST_CITED]
    passage = text_of(fields, "passage") or None
    if passage is None:
        shown: list[str | None] = [*cited] or [None]
        return [Judgement(question, query, verdict, one) for one in shown]
    if cited and passage not in cited and verdict == "good":
        return [Judgement(question, query, "bad", cited[0], passage)]
    return [Judgement(question, query, verdict, passage)]
