"""A conversation as Markdown: the questions, the answers, and their sources.

Questions and texts of documents are escaped, so that Markdown in them shows as its
characters and does nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from qa.results import Answer, Citation, Hit, ShortAnswer
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
        blocks += _answer(turn.answer, phrase)
    return "\n\n".join(blocks) + "\n"


def _answer(answer: Answer, phrase: Callable[..., str]) -> list[str]:
    """Return the quotes with their sources; without an answer, the nearest passages."""
    if answer.outcome == "chat":
        return [literally(line) for line in (answer.text or "").splitlines() if line.strip()]
    if answer.answered:
        short = [] if answer.short is None else [_short(answer.short, phrase)]
        quotes = [f"> {literally(one.quote)} [{one.number}]" for one in answer.citations]
        sources = "\n".join(f"- [{c.number}] {_reference(c)}" for c in answer.citations)
        return [*short, *quotes, sources]
    hits = answer.hits[:NEAREST]
    if answer.outcome == "possible":
        others = [phrase("other_nearest"), *_passages(hits[1:])] if hits[1:] else []
        return [phrase("possible"), *_passages(hits[:1]), *others]
    return [phrase("not_answered"), *([phrase("nearest"), *_passages(hits)] if hits else [])]


def _short(short: ShortAnswer, phrase: Callable[..., str]) -> str:
    """Return the short answer in bold, after the verdict if it has one."""
    verdict = "" if short.verdict is None else f"{phrase(f'verdict_{short.verdict}')} · "
    return f"**{verdict}{literally(short.text)}** [{short.number}]"


def _passages(hits: Sequence[Hit]) -> Iterator[str]:
    for hit in hits:
        yield f"> {literally(hit.text)}"
        yield f"- {_reference(hit)}"


def _reference(source: Citation | Hit) -> str:
    return literally(gbt7714(source))


def literally(value: str) -> str:
    """Return ``value`` on one line of Markdown that shows its characters and does nothing."""
    line = _ACTIVE.sub(r"\\\g<0>", written_out(_WHITE.sub(" ", value).strip()))
    return _ACTIVE_AT_START.sub(r"\1\\", line)
