"""The page around the conversation: the bar on top, the empty page, the question box."""

from collections.abc import Iterable, Sequence
from html import escape

import gradio as gr

from qa.results import DocumentSummary
from qa.ui.markup import attributes, counted, phrase, spoken, text
from qa.ui.strings import Phrase

#: Fonts that the reader's machine has; none is fetched.
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


def theme() -> gr.themes.Base:
    """A plain theme on paper and ink."""
    return gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#171614",
        body_text_color="#1f1d1a",
        body_text_color_dark="#ebe6dc",
    )


def library_line(documents: Sequence[DocumentSummary], *, demo: bool, own: int) -> str:
    """Which library answers, and how much it holds.

    Args:
        documents: what it holds.
        demo: whether that is the demo library, or began as it.
        own: how many of them the visitor has added to it.
    """
    passages = sum(document.passage_count for document in documents)
    name = phrase("demo_library" if demo else "your_library")
    size = f"{counted('documents', len(documents))} · {counted('passages', passages)}"
    if own:
        size = f"{counted('own_documents', own)} · {size}"
    return f"<b>{name}</b> <span>{size}</span>"


def top_bar(library: str, *, demo: bool) -> str:
    """The name of the house, which library answers (:func:`library_line`), and two switches."""
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


_NAVIGATION = (
    f'<nav class="pages">{spoken("nav")}'
    + "".join(
        f'<button type="button" data-goto="{name}">{phrase(f"nav_{name}")}</button>'
        for name in ("ask", "search", "library")
    )
    + "</nav>"
)


def welcome(questions: Iterable[Phrase], *, demo: bool, empty: bool, editable: bool) -> str:
    """What stands in place of a conversation that has not begun."""
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
    """The form that :mod:`qa.ui.page` listens to; its behaviour is in ``page.js``."""
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
    """Says how many documents are asked, if not all; ``library.js`` shows and counts."""
    return (
        f'<p class="scope" hidden>{phrase("scope")} '
        f'<button type="button" data-clear-scope>{phrase("scope_clear")}</button></p>'
    )
