"""Answers and hits as lines for a terminal.

Colours are left out by Typer where no terminal reads them, and by :mod:`qa.cli.main`
where ``NO_COLOR`` is set.
"""

from collections.abc import Iterable

import typer

from corpus import Span
from qa.cli.options import EMPTY_NOTICE, shown
from qa.results import Answer, Citation, Hit

_NEAREST = 3  # passages shown where the documents do not answer


def answer_text(answer: Answer) -> str:
    """The quotes with their sources, or the nearest passages where there is no answer."""
    if answer.text is not None:
        sources = "\n".join(
            f"{_number(citation)} {typer.style(_place(citation), dim=True)}"
            for citation in answer.citations
        )
        return f"{shown(answer.text)}\n\n{sources}"
    if not answer.hits:
        return EMPTY_NOTICE
    nearest = "\n\n".join(hit_text(hit) for hit in answer.hits[:_NEAREST])
    return (
        "这些文档没有回答这个问题 / The documents do not answer this.\n"
        f"最接近的段落 / The nearest passages:\n\n{nearest}"
    )


def hit_text(hit: Hit) -> str:
    """A passage with its rank, score and place, what answers in it in bold."""
    twins = f" (+{len(hit.duplicates)} alike)" if hit.duplicates else ""
    place = typer.style(f"{hit.score:.3f}  {_place(hit)}{twins}", dim=True)
    return f"{hit.rank}. {place}\n{_marked(hit.text, hit.highlights)}"


def _marked(text: str, highlights: Iterable[Span]) -> str:
    parts = []
    written = 0
    for start, end in highlights:
        parts += [shown(text[written:start]), typer.style(shown(text[start:end]), bold=True)]
        written = end
    return "".join([*parts, shown(text[written:])])


def _number(citation: Citation) -> str:
    return typer.style(f"[{citation.number}]", fg=typer.colors.CYAN)


def _place(found: Citation | Hit) -> str:
    """Author, title, headings and where in which file."""
    page = "" if found.page is None else f", p. {found.page}"
    parts = [found.author, " › ".join((found.title, *found.headings))]
    where = f"{found.source}{page}, ¶ {found.paragraph}"
    return shown(" · ".join([*filter(None, parts), where]))
