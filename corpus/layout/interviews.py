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


def is_spoken(line: str) -> bool:
    """Whether a line says of itself that it asks or answers."""
    return _QUESTION.match(line) is not None or _ANSWER.match(line) is not None


def gather_answers(text: str, parts: Sequence[Part]) -> list[Part]:
    """The parts, with each answer in one passage with the question right above it.

    Args:
        text: the stored text.
        parts: what layout made of it.
    """
    gathered: list[Part] = []
    for part in parts:
        if gathered and _begins(text, part, _ANSWER) and _begins(text, gathered[-1], _QUESTION):
            question = gathered.pop()
            spans = join_rows(text, [question.spans, part.spans])
            part = Part("text", spans, page=question.page)
        gathered.append(part)
    return gathered


def _begins(text: str, part: Part, mark: re.Pattern[str]) -> bool:
    plain = part.role == "text" and not part.note and part.author is None
    return plain and mark.match(quote(text, part.spans)[:40]) is not None
