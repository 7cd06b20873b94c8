"""The library on a shelf: what it holds, what can be added, what can be taken out."""

from collections.abc import Iterable, Sequence
from html import escape

from corpus import SUPPORTED_SUFFIXES
from qa.results import DocumentSummary
from qa.ui.markup import counted, phrase, spoken, text

#: More documents than this are found by searching, not by scrolling.
DOCUMENTS_SHOWN = 500


def shelf_frame(*, demo: bool, editable: bool) -> str:
    """The library's part of the page; ``library.js`` fills the list."""
    if editable:
        accepted = ",".join(sorted(SUPPORTED_SUFFIXES))
        kinds = " ".join(sorted(suffix.removeprefix(".") for suffix in SUPPORTED_SUFFIXES))
        entrance = (
            '<label class="drop"><input type="file" class="spoken" multiple '
            f'accept="{accepted}"><b>{phrase("drop")}</b>'
            f"<span>{phrase('drop_kinds', kinds=kinds)}</span></label>"
            '<ul class="arrivals" aria-live="polite"></ul>'
        )
    else:
        reason = phrase("read_only_demo" if demo else "read_only")
        entrance = f'<p class="read-only">{reason}</p>'
    return (
        f'<section class="shelf"><h2>{phrase("library")}</h2>{entrance}'
        f'<div class="documents" aria-live="polite">{_LOADING}</div></section>'
        f"{_arrival_template()}"
    )


_LOADING = f'<p class="loading" role="status">{phrase("loading")}</p>'


def _arrival_template() -> str:
    """One line of the upload's report, which the script copies for each file."""
    states = "".join(
        f'<span class="{state}">{phrase(f"file_{state}")}</span>'
        for state in ("waiting", "reading", "added", "replaced", "unchanged", "failed")
    )
    return (
        '<template class="arrival"><li data-state="waiting"><bdi class="name"></bdi>'
        f'<span class="state">{states}</span><span class="reason"></span></li></template>'
    )


def document_list(documents: Sequence[DocumentSummary], *, editable: bool) -> str:
    """A line for each document, to choose, to read and to remove."""
    if not documents:
        return f'<p class="loading">{phrase("empty_library")}</p>'
    lines = "".join(_line(one, editable=editable) for one in documents[:DOCUMENTS_SHOWN])
    hidden = len(documents) - DOCUMENTS_SHOWN
    more = f'<p class="loading">{counted("documents_left_out", hidden)}</p>'
    return (
        f'<p class="hint">{phrase("choose_hint")}</p>'
        f'<ul class="list">{lines}</ul>{more if hidden > 0 else ""}'
    )


def _line(summary: DocumentSummary, *, editable: bool) -> str:
    """One document. Titles and sources come from outside; the id is a hash."""
    title = text(summary.articles[0].title) or phrase("untitled")
    facts = [f"<span>{counted('passages', summary.passage_count)}</span>"]
    if len(summary.articles) > 1:
        facts.append(f"<span>{counted('articles', len(summary.articles))}</span>")
    facts.append(f'<span class="file">{_sources(summary.sources)}</span>')
    facts.append(f"<time>{text(summary.added_at[:10])}</time>")
    name = escape(summary.id)
    removal = (
        f'<button type="button" data-remove="{name}"><span class="before">{phrase("remove")}</span>'
        f'<span class="after">{phrase("remove_really")}</span></button>'
    )
    return (
        f'<li><label><input type="checkbox" value="{name}">{spoken("choose")}'
        f'<span class="title" dir="auto">{title}</span></label>'
        f'<p class="place">{" ".join(facts)}</p><p class="deeds">'
        f'<button type="button" data-read="" data-document="{name}">{phrase("read_document")}'
        f"</button>{removal if editable else ''}</p></li>"
    )


def _sources(sources: Iterable[str]) -> str:
    return "、".join(f"<bdi>{text(source)}</bdi>" for source in sources)
