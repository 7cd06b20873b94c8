"""The library on a shelf: what it holds, what can be added, what can be taken out."""

from collections.abc import Container, Iterable, Sequence
from html import escape

from qa.results import DocumentSummary
from qa.sharing.libraries import Libraries, Shared
from qa.sharing.visitors import Visitors
from qa.ui.markup import counted, phrase, spoken, text

#: More documents than this are found by searching, not by scrolling.
DOCUMENTS_SHOWN = 500


def shelf_frame(libraries: Libraries) -> str:
    """The library's part of the page; ``library.js`` fills the list."""
    kept = isinstance(libraries, Shared) and libraries.editable
    return (
        f'<section class="shelf"><h2>{phrase("library")}</h2>{_entrance(libraries)}'
        f'<div class="documents" aria-live="polite">{_LOADING}</div>'
        f"{_feedback(kept=kept)}{_maintenance() if kept else ''}</section>{_arrival_template()}"
        f'<template class="too-large">{_too_large(libraries)}</template>'
        f'<template class="nothing-said">{phrase("feedback_none")}</template>'
        f'<template class="exported">{_EXPORTED}</template>'
    )


def _entrance(libraries: Libraries) -> str:
    """Where files come in, with what is asked of them; or why none may."""
    if not libraries.editable:
        reason = phrase("read_only_demo" if libraries.base.is_demo else "read_only")
        return f'<p class="read-only">{reason}</p>'
    suffixes = sorted(libraries.base.readers.suffixes)
    accepted = ",".join(suffixes)
    kinds = " ".join(suffix.removeprefix(".") for suffix in suffixes)
    return (
        f'<label class="drop" data-limit="{_file_bytes(libraries)}">'
        '<input type="file" class="spoken" multiple '
        f'accept="{accepted}"><b class="mouse">{phrase("drop")}</b>'
        f'<b class="finger">{phrase("tap")}</b>'
        f"<span>{phrase('drop_kinds', kinds=kinds)}</span></label>"
        f'<p class="hint limits">{_limits(libraries)}</p>'
        '<ul class="arrivals" aria-live="polite"></ul>'
    )


def _file_bytes(libraries: Libraries) -> int:
    if isinstance(libraries, Visitors):
        return libraries.limits.file_bytes
    return libraries.base.limits.file_bytes


def _limits(libraries: Libraries) -> str:
    """What one file may have; in a visitor's library, all of it and for how long."""
    if isinstance(libraries, Visitors):
        limits = libraries.limits
        return phrase(
            "visitor_limits",
            files=limits.files,
            file=_megabytes(_file_bytes(libraries)),
            total=_megabytes(limits.total_bytes),
            passages=f"{limits.passages:,}",
            minutes=f"{limits.idle_seconds / 60:g}",
        )
    return phrase("file_limits", file=_megabytes(_file_bytes(libraries)))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:g} MB"


def _too_large(libraries: Libraries) -> str:
    return phrase("too_large", file=_megabytes(_file_bytes(libraries)))


def _feedback(*, kept: bool) -> str:
    """What readers said, to take along as questions that can be measured."""
    hint = phrase("feedback_kept" if kept else "feedback_not_kept")
    return (
        f'<section class="upkeep" id="feedback"><h3>{phrase("feedback")}</h3><p class="hint">{hint}'
        f'</p><p class="deeds"><button type="button" data-feedback>{phrase("feedback_export")}'
        '</button> <span class="said" role="status"></span></p></section>'
    )


_EXPORTED = phrase(
    "feedback_saved", said='<b class="all"></b>', questions='<b class="questions"></b>'
)


def _maintenance() -> str:
    """Re-indexing, with the same model or another."""
    return (
        f'<section class="upkeep" id="rebuild"><h3>{phrase("rebuild")}</h3>'
        f'<p class="hint">{phrase("rebuild_hint")}</p>'
        f'<form class="rebuild"><label for="model">{phrase("rebuild_model")}</label>'
        '<input id="model" autocomplete="off" spellcheck="false" maxlength="300">'
        f'<button type="submit">{phrase("rebuild_now")}</button></form>'
        '<p class="progress" hidden><progress></progress> <span class="figures"></span></p>'
        '<div class="said" role="status"></div></section>'
    )


_LOADING = f'<p class="loading" role="status">{phrase("loading")}</p>'


def _arrival_template() -> str:
    """One line of the upload's report, which the script copies for each file."""
    states = "".join(
        f'<span class="{state}">{phrase(f"file_{state}")}</span>'
        for state in ("waiting", "sending", "reading", "added", "replaced", "unchanged", "failed")
    )
    return (
        '<template class="arrival"><li data-state="waiting"><bdi class="name"></bdi>'
        f'<span class="state">{states}</span><span class="reason"></span></li></template>'
    )


def document_list(documents: Sequence[DocumentSummary], *, removable: Container[str]) -> str:
    """A line for each document, to choose, to read and to remove."""
    if not documents:
        return f'<p class="loading">{phrase("empty_library")}</p>'
    yours = [one for one in documents if one.id in removable]
    others = [one for one in documents if one.id not in removable]
    lines = "".join(
        _line(one, removable=one.id in removable, told=bool(others))
        for one in [*yours, *others][:DOCUMENTS_SHOWN]
    )
    hidden = len(documents) - DOCUMENTS_SHOWN
    more = f'<p class="loading">{counted("documents_left_out", hidden)}</p>'
    return (
        f'<p class="hint">{phrase("choose_hint")}</p>'
        f'<ul class="list">{lines}</ul>{more if hidden > 0 else ""}'
    )


def _line(summary: DocumentSummary, *, removable: bool, told: bool) -> str:
    """One document. Titles and sources come from outside; the id is a hash.

    Args:
        summary: what is known of it.
        removable: whether the visitor may remove it.
        told: whether to say so, as there are others.
    """
    title = text(summary.articles[0].title) or phrase("untitled")
    facts = [f'<span class="yours">{phrase("yours")}</span>'] if removable and told else []
    facts += [f"<span>{counted('passages', summary.passage_count)}</span>"]
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
        f"</button>{removal if removable else ''}</p></li>"
    )


def _sources(sources: Iterable[str]) -> str:
    return phrase("comma").join(f"<bdi>{text(source)}</bdi>" for source in sources)
