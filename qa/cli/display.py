"""Answers and hits as lines for a terminal.

Typer leaves out the colours where no terminal reads them, and :mod:`qa.cli.main` where
``NO_COLOR`` is set.
"""

from collections.abc import Iterable

import typer

from corpus import Span
from qa.cli.options import EMPTY_NOTICE
from qa.cli.output import shown
from qa.results import Answer, Citation, Hit

_NEAREST = 3  # passages shown when the documents do not answer


def answer_text(answer: Answer) -> str:
    """Return the quotes with their sources, or the nearest passages if there is no answer."""
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
    """Return a passage with its rank, score and place, and its highlights in bold."""
    duplicates = f" (+{len(hit.duplicates)} alike)" if hit.duplicates else ""
    place = typer.style(f"{hit.score:.3f}  {_place(hit)}{duplicates}", dim=True)
    return f"{hit.rank}. {place}\n{_highlighted(hit.text, hit.highlights)}"


def _highlighted(text: str, highlights: Iterable[Span]) -> str:
    parts = []
    end = 0
    for highlight in highlights:
        parts.append(shown(text[end : highlight.start]))
        parts.append(typer.style(shown(text[highlight.start : highlight.end]), bold=True))
        end = highlight.end
    return "".join([*parts, shown(text[end:])])


def _number(citation: Citation) -> str:
    return typer.style(f"[{citation.number}]", fg=typer.colors.CYAN)


def _place(source: Citation | Hit) -> str:
    """Return author, title, headings, file, page and paragraph."""
    page = "" if source.page is None else f", p. {source.page}"
    parts = [source.author, " › ".join((source.title, *source.headings))]
    where = f"{source.source}{page}, ¶ {source.paragraph}"
    return shown(" · ".join([*filter(None, parts), where]))
