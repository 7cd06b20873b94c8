"""What the page's thumbs ask of the server, and the questions that are made of them."""

from typing import Any

import gradio as gr

from qa.errors import WenjuError
from qa.evaluation.feedback import Judgement, Verdict
from qa.evaluation.judged_questions import checked, evaluation_set
from qa.sharing.libraries import Libraries
from qa.ui.markup import explained
from qa.ui.services import Service, may_change, same_origin, visitor_of

#: An answer cites fewer; a judgement of more is none of our page's.
MOST_CITED = 20


def judging(libraries: Libraries) -> list[Service]:
    """Recording what a visitor says."""

    def judge(wanted: dict[str, Any], request: gr.Request) -> str:
        """Records a thumb; gives back what went wrong as HTML, or nothing.

        ``{question, query, verdict: good|bad, passage?: id, cited: [id, …], withdraw?}``. A
        good passage that was not cited is the one that should have been.
        """
        same_origin(request)
        visitor = visitor_of(wanted)
        library, feedback = libraries.of(visitor), libraries.feedback(visitor)
        try:
            for judgement in _judgements(wanted):
                if wanted.get("withdraw"):
                    feedback.withdraw(judgement)
                else:
                    feedback.record(checked(library, judgement))
        except WenjuError as error:
            return explained(error)
        return ""

    return [judge]


def exporting(libraries: Libraries) -> list[Service]:
    """Giving back what a visitor said, as a file."""

    def feedback_file(wanted: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """All that was said, as ``{said, questions, jsonl}``; ``wenju eval`` reads the last."""
        same_origin(request)
        may_change(libraries, request)  # what others asked is not for every reader
        visitor = visitor_of(wanted)
        said = libraries.feedback(visitor).judgements()
        made = evaluation_set(libraries.of(visitor), said)
        return {"said": len(said), "questions": len(made.rows), "jsonl": made.jsonl}

    return [feedback_file]


def _judgements(wanted: dict[str, Any]) -> list[Judgement]:
    """What a thumb says: of one passage, or of each that was cited."""
    question, query = str(wanted.get("question", "")), str(wanted.get("query", ""))
    verdict: Verdict = "bad" if wanted.get("verdict") == "bad" else "good"
    cited = [str(one) for one in list(wanted.get("cited") or ())[:MOST_CITED]]
    passage = wanted.get("passage")
    if passage is None:
        shown: list[str | None] = [*cited] or [None]
        return [Judgement(question, query, verdict, one) for one in shown]
    if cited and str(passage) not in cited and verdict == "good":
        return [Judgement(question, query, "bad", cited[0], str(passage))]
    return [Judgement(question, query, verdict, str(passage))]
