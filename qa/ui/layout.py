"""The page around the conversation: its theme, the bar at the top, the question box."""

from collections.abc import Iterable, Sequence
from html import escape

import gradio as gr

from qa.results import DocumentSummary, Renewal
from qa.ui.markup import attributes, counted, phrase, spoken, text
from qa.ui.strings import Phrase

#: Fonts of the reader's own machine; none is fetched.
SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "sans-serif",
)

_NAVIGATION = (
    f'<nav class="pages">{spoken("nav")}'
    + "".join(
        f'<button type="button" data-goto="{name}">{phrase(f"nav_{name}")}</button>'
        for name in ("ask", "search", "library")
    )
    + "</nav>"
)


def theme() -> gr.themes.Base:
    """Return a plain theme in the colours of paper and ink."""
    return gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#171614",
        body_text_color="#1f1d1a",
        body_text_color_dark="#ebe6dc",
    )


def library_line(
    documents: Sequence[DocumentSummary],
    *,
    demo: bool,
    own: int,
    renewal: Renewal | None = None,
) -> str:
    """Return the name and the size of the library that answers.

    Args:
        documents: its documents.
        demo: whether it is the demo library, or a visitor's copy of it.
        own: how many of the documents the visitor has added.
        renewal: how many of its passages are read, if some are not.
    """
    passages = sum(document.passage_count for document in documents)
    name = phrase("demo_library" if demo else "your_library")
    size = f"{counted('documents', len(documents))} · {counted('passages', passages)}"
    if own:
        size = f"{counted('own_documents', own)} · {size}"
    if renewal is not None:
        done, passages_in_all = f"{renewal.done:,}", f"{renewal.passages:,}"
        size += f" · {phrase('still_reading', done=done, passages=passages_in_all)}"
    return f"<b>{name}</b> <span>{size}</span>"


def top_bar(library: str, *, demo: bool) -> str:
    """Return the bar with our name, the navigation, the library and two switches.

    Args:
        library: the line about the library, from :func:`library_line`.
        demo: whether it is the demo library.
    """
    return (
        f'<a class="skip" href="#question" data-focus="question">{phrase("skip")}</a>'
        '<header class="top"><div class="brand"><span class="seal" aria-hidden="true">据</span>'
        f'<h1>问据 <span lang="en">Wenju</span></h1></div>{_NAVIGATION}'
        f'<p class="library{" demo" if demo else ""}">{library}</p>'
        '<div class="tools">'
        '<button type="button" data-switch="language">'
        f'<span aria-hidden="true">{phrase("other_language")}</span>'
        f"{spoken('switch_language')}</button>"
        '<button type="button" data-switch="theme">'
        f'<span class="moon" aria-hidden="true"></span>{spoken("switch_theme")}</button>'
        "</div></header>"
        f'<template class="judged">{phrase("judged")}</template>'
        f'<template class="judged-off">{phrase("judged_off")}</template>'
        '<p class="toast" role="status"></p>'
    )


def welcome(questions: Iterable[Phrase], *, demo: bool, empty: bool, editable: bool) -> str:
    """Return the page before the first question.

    Args:
        questions: suggestions.
        demo: whether the demo library answers.
        empty: whether the library has no documents.
        editable: whether visitors may add documents.
    """
    if empty:
        add = (
            '<p><button type="button" class="first" data-goto="library">'
            f"{phrase('add_documents')}</button></p>"
            if editable
            else ""
        )
        return (
            f'<section class="welcome"><h2>{phrase("empty_library")}</h2>'
            f"<p>{phrase('empty_library_drop' if editable else 'empty_library_more')}</p>{add}"
            "</section>"
        )
    chips = "".join(
        f'<li class="t" lang="{language}"><button type="button" data-ask="{escape(question)}">'
        f"{text(question)}</button></li>"
        for pair in questions
        for language, question in (("zh-CN", pair.zh), ("en", pair.en))
    )
    examples = f'<h3>{phrase("examples")}</h3><ul class="examples">{chips}</ul>' if chips else ""
    note = ""
    if demo:
        note = f'<p class="demo-note">{phrase("visitor_note" if editable else "demo_note")}</p>'
    return (
        f'<section class="welcome"><h2>{phrase("hero")}</h2><p>{phrase("hero_more")}</p>'
        f"{examples}{note}</section>"
    )


def question_box() -> str:
    """Return the form whose events :mod:`qa.ui.page` handles; ``talk.js`` is its behaviour."""
    return (
        f'{scope()}<form class="ask" autocomplete="off">'
        f'<label class="spoken" for="question">{phrase("question_label")}</label>'
        '<textarea id="question" name="question" rows="1" enterkeyhint="send" '
        f'aria-describedby="question-help" {attributes(placeholder="question_hint")}></textarea>'
        f'<button type="submit">{phrase("ask")}</button></form>'
        '<div class="under"><p id="question-help" class="help">'
        f'<span class="keys">{phrase("keys")}</span>'
        f'<span class="complaint" role="alert" data-about="blank" hidden>'
        f"{phrase('empty_question')}</span>"
        f'<span class="complaint" role="alert" data-about="offline" hidden>'
        f"{phrase('offline')}</span></p>"
        '<p class="talk-deeds">'
        f'<button type="button" data-save>{phrase("save_conversation")}</button> '
        f'<button type="button" data-new>{phrase("new_conversation")}</button></p></div>'
    )


def scope() -> str:
    """Return a line with the number of chosen documents, which ``library.js`` fills in."""
    return (
        f'<p class="scope" hidden>{phrase("scope")} '
        f'<button type="button" data-clear-scope>{phrase("scope_clear")}</button></p>'
    )
