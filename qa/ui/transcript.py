"""A conversation as Markdown: the questions, the quotes, and their sources.

Questions and texts of documents are escaped, so that Markdown in them shows as its
characters and does nothing.
"""

import re
from collections.abc import Sequence

from qa.results import Answer, Citation, Hit
from qa.ui.conversation import NEAREST, Turn
from qa.ui.markup import written_out
from qa.ui.references import gbt7714
from qa.ui.strings import PHRASES

# Characters with a meaning in Markdown and its common dialects: within a line, and at its start.
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#&~|$^@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_ACTIVE_AT_START = re.compile(r"^(?=[-+=:])|^(\d{1,9})(?=[.)])")
_WHITE = re.compile(r"[ \t\n\r\f\v]+")


def transcript(turns: Sequence[Turn], language: str) -> str:
    """Return the turns as Markdown, oldest first.

    Args:
        turns: the turns of the conversation.
        language: of the page: ``zh…``, or another, for which English is used.
    """
    chinese = language.startswith("zh")

    def phrase(name: str, **values: str) -> str:
        pair = PHRASES[name]
        return (pair.zh if chinese else pair.en).format(**values)

    blocks = ["# 问据 Wenju"]
    for turn in turns:
        blocks.append(f"## {literally(turn.question)}")
        if turn.answer is None:
            blocks.append(phrase("failed"))
            continue
        if turn.completed:
            blocks.append(phrase("searched_as", query=literally(turn.answer.query)))
        if not turn.answer.answered:
            blocks.append(phrase("not_answered"))
            if turn.answer.hits:
                blocks.append(phrase("nearest"))
        blocks += _sources(turn.answer)
    return "\n\n".join(blocks) + "\n"


def _sources(answer: Answer) -> list[str]:
    """Return the quotes, then their sources; without an answer, the nearest passages."""
    if answer.answered:
        quotes = [f"> {literally(one.quote)} [{one.number}]" for one in answer.citations]
        return [*quotes, "\n".join(f"- [{c.number}] {_reference(c)}" for c in answer.citations)]
    blocks = []
    for hit in answer.hits[:NEAREST]:
        blocks += [f"> {literally(hit.text)}", f"- {_reference(hit)}"]
    return blocks


def _reference(source: Citation | Hit) -> str:
    return literally(gbt7714(source))


def literally(value: str) -> str:
    """Return ``value`` on one line of Markdown that shows its characters and does nothing."""
    line = _ACTIVE.sub(r"\\\g<0>", written_out(_WHITE.sub(" ", value).strip()))
    return _ACTIVE_AT_START.sub(r"\1\\", line)
