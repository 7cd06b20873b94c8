"""A conversation as Markdown, to keep: the questions, the quotes, and where they stand.

Whatever was typed or comes from a document stays text: Markdown that it happens to
contain shows as its characters and does nothing.
"""

import re
from collections.abc import Sequence

from qa.results import Answer, Citation, Hit
from qa.ui.cards import gbt7714
from qa.ui.conversation import NEAREST, Turn
from qa.ui.markup import written_out
from qa.ui.strings import PHRASES

# What Markdown and its common dialects act upon within a line, and where one begins.
_ACTING = re.compile(r"[\\`*_{}\[\]<>#&~|$^@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^(?=[-+=:])|^(\d{1,9})(?=[.)])")
_WHITE = re.compile(r"[ \t\n\r\f\v]+")


def transcript(turns: Sequence[Turn], language: str) -> str:
    """The turns, oldest first.

    Args:
        turns: what was asked and answered.
        language: of the page; ``zh…`` or another.
    """
    chinese = language.startswith("zh")

    def said(name: str, **values: str) -> str:
        pair = PHRASES[name]
        return (pair.zh if chinese else pair.en).format(**values)

    blocks = ["# 问据 Wenju"]
    for turn in turns:
        blocks.append(f"## {literally(turn.question)}")
        if turn.answer is None:
            blocks.append(said("failed"))
            continue
        if turn.completed:
            blocks.append(said("searched_as", query=literally(turn.answer.query)))
        if not turn.answer.answered:
            blocks.append(said("not_answered"))
            if turn.answer.hits:
                blocks.append(said("nearest"))
        blocks += _sources(turn.answer)
    return "\n\n".join(blocks) + "\n"


def _sources(answer: Answer) -> list[str]:
    """What was quoted, then from where; without an answer, the nearest passages."""
    if answer.answered:
        quotes = [f"> {literally(one.quote)} [{one.number}]" for one in answer.citations]
        return [*quotes, "\n".join(f"- [{c.number}] {_place(c)}" for c in answer.citations)]
    nearest = answer.hits[:NEAREST]
    return [block for hit in nearest for block in (f"> {literally(hit.text)}", f"- {_place(hit)}")]


def _place(source: Citation | Hit) -> str:
    return literally(gbt7714(source))


def literally(value: str) -> str:
    """``value`` on one line of Markdown that shows its characters and does nothing."""
    line = _ACTING.sub(r"\\\g<0>", written_out(_WHITE.sub(" ", value).strip()))
    return _OPENING.sub(r"\1\\", line)
