"""Answers and hits as lines for a terminal.

Typer leaves out the colours where no terminal reads them, and :mod:`qa.cli.main` where
``NO_COLOR`` is set.
"""

from collections.abc import Iterable, Sequence

import typer

from corpus import Span
from qa.cli.options import EMPTY_NOTICE
from qa.cli.output import shown
from qa.language.replies import short_words
from qa.messages_zh import unread_pages
from qa.results import Answer, Citation, Hit, ShortAnswer

_NEAREST = 3  # passages shown when the documents do not answer
_BRIEF = 100  # characters of a passage that is shown briefly


def answer_text(answer: Answer) -> str:
    """Return the short answer and the quotes with their sources, or what comes nearest."""
    if answer.text is not None:
        return _quotes(answer) if answer.citations else shown(answer.text)
    if not answer.hits:
        return EMPTY_NOTICE
    if answer.outcome == "possible":
        return f"{_possible(answer.hits)}\n\n{_unread(answer)}".rstrip()
    nearest = "\n\n".join(hit_text(hit) for hit in answer.hits[:_NEAREST])
    return (
        "这些文档没有回答这个问题 / The documents do not answer this.\n"
        f"{_unread(answer)}最接近的段落 / The nearest passages:\n\n{nearest}"
    )


def _unread(answer: Answer) -> str:
    """Return a line for each document with pages that were not read."""
    return "".join(
        f"{shown(unread_pages(pages))} / {shown(str(pages))}.\n" for pages in answer.unread
    )


def hit_text(hit: Hit) -> str:
    """Return a passage with its rank, relevance and place, and its highlights in bold."""
    return f"{_head(hit)}\n{_highlighted(hit.text, hit.highlights)}"


def _quotes(answer: Answer) -> str:
    """Return the short answer, the quotes, and their sources."""
    short = ""
    if answer.short is not None:
        words = typer.style(shown(short_words(answer.short, answer.question)), bold=True)
        short = f"{words} {_number(answer.short)}\n\n"
    sources = "\n".join(
        f"{_number(citation)} {typer.style(_place(citation), dim=True)}"
        for citation in answer.citations
    )
    return f"{short}{shown(answer.text or '')}\n\n{sources}"


def _possible(hits: Sequence[Hit]) -> str:
    """Return the first passage as a place where the answer may be, and its runners-up."""
    lines = ["可能在这里 / This may be it:", "", hit_text(hits[0])]
    if others := hits[1:_NEAREST]:
        lines += ["", "其他接近的段落 / Other near passages:", ""]
        lines += [f"{_head(hit)}\n   {shown(_beginning(hit.text))}" for hit in others]
    return "\n".join(lines)


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else f"{line[:_BRIEF]}…"


def _head(hit: Hit) -> str:
    """Return rank, relevance and place of a passage, and how many say the same."""
    duplicates = f" (+{len(hit.duplicates)} alike)" if hit.duplicates else ""
    place = typer.style(f"{hit.relevance:.0%}  {_place(hit)}{duplicates}", dim=True)
    return f"{hit.rank}. {place}"


def _highlighted(text: str, highlights: Iterable[Span]) -> str:
    parts = []
    end = 0
    for highlight in highlights:
        parts.append(shown(text[end : highlight.start]))
        parts.append(typer.style(shown(text[highlight.start : highlight.end]), bold=True))
        end = highlight.end
    return "".join([*parts, shown(text[end:])])


def _number(source: Citation | ShortAnswer) -> str:
    return typer.style(f"[{source.number}]", fg=typer.colors.CYAN)


def _place(source: Citation | Hit) -> str:
    """Return author, title, headings, file, page and paragraph."""
    page = "" if source.page is None else f", p. {source.page}"
    parts = [source.author, " › ".join((source.title, *source.headings))]
    ocr = "" if source.ocr_score is None else f", OCR ≥ {source.ocr_score:.2f}"
    where = f"{source.source}{page}, ¶ {source.paragraph}{ocr}"
    return shown(" · ".join([*filter(None, parts), where]))
