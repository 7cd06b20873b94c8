"""Questions and answers in running text: ``问：`` or ``Q:``, with ``答：`` or ``A:`` below."""

import re
from collections.abc import Sequence

from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.model import quote

_QUESTION = re.compile(
    r"(?:(?:问题?|問題?|提问|提問|Q(?:uestion)?)\s*[0-9]{0,3}\s*[:：]|Q[0-9]{1,3}\s*[.．、])\s*\S"
)
_ANSWER = re.compile(
    r"(?:(?:答案?|回答|解答|A(?:nswer)?)\s*[0-9]{0,3}\s*[:：]|A[0-9]{1,3}\s*[.．、])\s*\S"
)
_LONGEST_LABEL = 40  # characters, with the first of what is asked or answered


def is_question_or_answer(line: str) -> bool:
    """Return whether a line is labelled as a question or an answer."""
    return _QUESTION.match(line) is not None or _ANSWER.match(line) is not None


def gather_answers(text: str, parts: Sequence[Part]) -> list[Part]:
    """Join each answer and the question right above it into one passage.

    Args:
        text: the stored text.
        parts: the parts of its layout.

    Returns:
        The parts in their order.
    """
    gathered: list[Part] = []
    for part in parts:
        if gathered and _begins(text, part, _ANSWER) and _begins(text, gathered[-1], _QUESTION):
            question = gathered.pop()
            spans = join_rows(text, [question.spans, part.spans])
            part = Part("text", spans, page=question.page)
        gathered.append(part)
    return gathered


def _begins(text: str, part: Part, label: re.Pattern[str]) -> bool:
    plain = part.role == "text" and not part.note and part.author is None
    return plain and label.match(quote(text, part.spans)[:_LONGEST_LABEL]) is not None
