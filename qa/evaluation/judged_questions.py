"""Judgements held against a library: checked as they come in, and made into an evaluation set.

Each that names a right passage becomes a row of questions that ``wenju eval`` reads; see
:mod:`qa.evaluation.own_questions`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import BadQuestion, NoSuchDocument, WenjuError
from qa.evaluation.feedback import Judgement
from qa.library import Library
from qa.retrieval.questions import check

#: Characters of a question that is judged.
JUDGED_CHARACTERS = 2_000


def checked(library: Library, judgement: Judgement) -> Judgement:
    """Return a judgement from outside after checking it.

    Raises:
        BadQuestion: its question is blank or too long.
        NoSuchDocument: a passage that it names is not in the library.
        WenjuError: its verdict is neither good nor bad.
    """
    for question in (judgement.question, judgement.query):
        check(question, 1)
        if len(question) > JUDGED_CHARACTERS:
            raise BadQuestion(
                f"The question has {len(question):,} characters; a judgement keeps questions of "
                f"at most {JUDGED_CHARACTERS:,}.",
                "question_too_long",
                {"characters": len(question), "limit": JUDGED_CHARACTERS},
            )
    if judgement.verdict not in ("good", "bad"):
        raise WenjuError(f"A verdict is good or bad, not {judgement.verdict!r}.", "bad_verdict")
    for passage in filter(None, (judgement.passage_id, judgement.expected_passage_id)):
        library.passage(passage)
    return judgement


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Judgements as questions that ``wenju eval`` can measure.

    Attributes:
        rows: questions with the passage that each expects.
        left_out: how many judgements name no right passage, or one that is gone.
    """

    rows: tuple[dict[str, Any], ...]
    left_out: int

    @property
    def jsonl(self) -> str:
        """Return JSON Lines, as :mod:`qa.evaluation.own_questions` reads them."""
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in self.rows)


def evaluation_set(library: Library, judgements: Sequence[Judgement]) -> EvaluationSet:
    """Return the questions of some judgements, each with the passage that answers it.

    The question is the query as searched, which makes sense without the conversation before.
    The text of the passage is given beside its id, since it survives a new version of the
    file.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for judgement in judgements:
        right = judgement.right_passage_id
        if right is None:
            continue
        try:
            passage = library.passage(right)
        except NoSuchDocument:
            continue
        rows[judgement.query, right] = {
            "question": judgement.query,
            "passage": passage.text,
            "source": passage.source,
            "passage_id": right,
            "asked_at": judgement.asked_at,
        }
    return EvaluationSet(tuple(rows.values()), _unused(judgements, rows))


def _unused(judgements: Iterable[Judgement], rows: Iterable[tuple[str, str]]) -> int:
    used = set(rows)
    return sum((one.query, one.right_passage_id) not in used for one in judgements)
