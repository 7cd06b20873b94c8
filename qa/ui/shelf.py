"""The library's page as HTML: its documents, the upload, feedback and re-indexing."""

from collections.abc import Container, Sequence
from html import escape

from qa.results import DocumentSummary
from qa.sharing.libraries import Libraries, Shared
from qa.sharing.visitors import Visitors, megabytes
from qa.ui.markup import counted, phrase, source_list, spoken, text

#: Documents listed; in a longer list nobody would scroll.
DOCUMENTS_SHOWN = 500

_LOADING = f'<p class="loading" role="status">{phrase("loading")}</p>'
_EXPORTED = phrase(
    "feedback_saved", said='<b class="all"></b>', questions='<b class="questions"></b>'
)


def shelf_frame(libraries: Libraries) -> str:
    """Return the page without its list of documents, which ``library.js`` fills in."""
    kept = isinstance(libraries, Shared) and libraries.editable
    return (
        f'<section class="shelf"><h2>{phrase("library")}</h2>{_upload(libraries)}'
        f'<div class="documents" aria-live="polite">{_LOADING}</div>'
        f"{_feedback(kept=kept)}{_maintenance() if kept else ''}</section>{_arrival_template()}"
        f'<template class="too-large">{_too_large(libraries)}</template>'
        f'<template class="nothing-said">{phrase("feedback_none")}</template>'
        f'<template class="exported">{_EXPORTED}</template>'
    )


def _upload(libraries: Libraries) -> str:
    """Return the place for uploads with their limits, or why nothing may be added."""
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
    """Return the limits of one file, and those of a visitor's library if they have their own."""
    if isinstance(libraries, Visitors):
        limits = libraries.limits
        return phrase(
            "visitor_limits",
            files=limits.files,
            file=megabytes(_file_bytes(libraries)),
            total=megabytes(limits.total_bytes),
            passages=f"{limits.passages:,}",
            minutes=f"{limits.idle_seconds / 60:g}",
        )
    return phrase("file_limits", file=megabytes(_file_bytes(libraries)))


def _too_large(libraries: Libraries) -> str:
    return phrase("too_large", file=megabytes(_file_bytes(libraries)))


def _feedback(*, kept: bool) -> str:
    """Return the section that exports judgements as evaluation questions."""
    hint = phrase("feedback_kept" if kept else "feedback_not_kept")
    return (
        f'<section class="upkeep" id="feedback"><h3>{phrase("feedback")}</h3><p class="hint">{hint}'
        f'</p><p class="deeds"><button type="button" data-feedback>{phrase("feedback_export")}'
        '</button> <span class="said" role="status"></span></p></section>'
    )


def _maintenance() -> str:
    """Return the section that re-indexes the library, with the same model or another."""
    return (
        f'<section class="upkeep" id="rebuild"><h3>{phrase("rebuild")}</h3>'
        f'<p class="hint">{phrase("rebuild_hint")}</p>'
        f'<form class="rebuild"><label for="model">{phrase("rebuild_model")}</label>'
        '<input id="model" autocomplete="off" spellcheck="false" maxlength="300">'
        f'<button type="submit">{phrase("rebuild_now")}</button></form>'
        '<p class="progress" hidden><progress></progress> <span class="figures"></span></p>'
        '<div class="said" role="status"></div></section>'
    )


def _arrival_template() -> str:
    """Return the line of an uploaded file, which the script copies for each."""
    states = "".join(
        f'<span class="{state}">{phrase(f"file_{state}")}</span>'
        for state in ("waiting", "sending", "reading", "added", "replaced", "unchanged", "failed")
    )
    return (
        '<template class="arrival"><li data-state="waiting"><bdi class="name"></bdi>'
        f'<span class="state">{states}</span><span class="reason"></span></li></template>'
    )


def document_list(documents: Sequence[DocumentSummary], *, removable: Container[str]) -> str:
    """Return a line for each document, with what can be done with it.

    Args:
        documents: the library's documents.
        removable: ids of the documents that the visitor may remove; they come first.
    """
    if not documents:
        return f'<p class="loading">{phrase("empty_library")}</p>'
    own = [one for one in documents if one.id in removable]
    others = [one for one in documents if one.id not in removable]
    lines = "".join(
        _line(one, removable=one.id in removable, labelled=bool(others))
        for one in [*own, *others][:DOCUMENTS_SHOWN]
    )
    hidden = len(documents) - DOCUMENTS_SHOWN
    more = f'<p class="loading">{counted("documents_left_out", hidden)}</p>'
    return (
        f'<p class="hint">{phrase("choose_hint")}</p>'
        f'<ul class="list">{lines}</ul>{more if hidden > 0 else ""}'
    )


def _line(summary: DocumentSummary, *, removable: bool, labelled: bool) -> str:
    """Return the line of one document.

    Args:
        summary: the document.
        removable: whether the visitor may remove it.
        labelled: whether a removable document is labelled as the visitor's own.
    """
    title = text(summary.articles[0].title) or phrase("untitled")
    facts = [f'<span class="yours">{phrase("yours")}</span>'] if removable and labelled else []
    facts += [f"<span>{counted('passages', summary.passage_count)}</span>"]
    if len(summary.articles) > 1:
        facts.append(f"<span>{counted('articles', len(summary.articles))}</span>")
    facts.append(f'<span class="file">{source_list(summary.sources)}</span>')
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
