"""The page: its components, events and named endpoints.

The components are our own HTML (:mod:`qa.ui.layout`, :mod:`qa.ui.conversation`)
inside Gradio's, which carries the events and serves the endpoints.
"""

from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

import gradio as gr
from fastapi import FastAPI

from corpus import DEFAULT_LIMITS
from qa.sharing.libraries import Libraries
from qa.ui import services
from qa.ui.endpoints import add_endpoints
from qa.ui.feedback import export_services, judgement_services
from qa.ui.layout import library_line, question_box, theme, top_bar
from qa.ui.library import library_services
from qa.ui.markup import text
from qa.ui.reader import reader_frame
from qa.ui.search import finder_frame
from qa.ui.services import Service
from qa.ui.session import Session
from qa.ui.shelf import shelf_frame
from qa.ui.transcript import transcript
from qa.writer import Writer

STYLES = ("page.css", "library.css", "reader.css", "judging.css")
SCRIPTS = ("page.js", "talk.js", "judging.js", "library.js", "reader.js")

#: Questions answered at a time; a writer may take long over one.
CONVERSATIONS = 8

#: Calls that may wait for their turn, of all visitors; the next one is refused.
WAITING = 64


class _Talk(NamedTuple):
    """The values of the two components that a question changes: the state and the HTML."""

    session: Session | None
    html: str


def build_ui(libraries: Libraries, *, writer: Writer | None = None) -> gr.Blocks:
    """Return the page over some libraries, not yet served.

    Args:
        libraries: the libraries of its visitors.
        writer: composes a text beside the verbatim answer, if there is one.
    """
    base = libraries.base

    def answer(session: Session | None, event: gr.EventData) -> Iterator[_Talk]:
        session = session or Session(libraries, event.visitor, writer)
        for html in session.ask(str(event.question).strip(), event.documents):
            yield _Talk(session, html)

    def answer_as_typed(session: Session | None, event: gr.EventData) -> Iterator[_Talk]:
        session = session or Session(libraries, event.visitor, writer)
        for html in session.ask_as_typed(event.documents):
            yield _Talk(session, html)

    def start_over() -> _Talk:
        return _Talk(None, "")

    def save(session: Session | None, event: gr.EventData) -> str:
        turns = session.turns if session else ()
        return f"<pre hidden>{text(transcript(turns, str(event.language)))}</pre>"

    page = gr.Blocks(
        title="问据 Wenju",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(600, 600),  # seconds; of uploads that were never added
    )
    with page:
        session = gr.State()  # the visitor's Session, from the first question on
        own_html(
            top_bar(library_line(base.documents(), demo=base.is_demo, own=0), demo=base.is_demo),
            "top",
            script="wenju.top(element, server)",
            serves=services.top_services(libraries),
        )
        talk = own_html(
            "",
            "talk",
            script="wenju.conversation(element, server)",
            serves=[*services.welcome_services(libraries), *judgement_services(libraries)],
        )
        box = own_html(question_box(), "box", script="wenju.questionBox(element, trigger)")
        file = own_html("", "file")
        own_html(
            finder_frame(),
            "find",
            script="wenju.finder(element, server)",
            serves=services.search_services(libraries),
        )
        own_html(
            shelf_frame(libraries),
            "library",
            script="wenju.shelf(element, server, upload)",
            serves=[*library_services(libraries), *export_services(libraries)],
        )
        own_html(
            reader_frame(),
            "reader",
            script="wenju.reader(element, server)",
            serves=services.reader_services(libraries),
        )
        for event, handler, inputs in (
            (box.submit, answer, [session]),
            (box.undo, answer_as_typed, [session]),
            (box.clear, start_over, []),
        ):
            event(
                handler,
                inputs,
                [session, talk],
                show_progress="hidden",
                trigger_mode="multiple",  # two questions in quick succession are two turns
                concurrency_id="talk",
                concurrency_limit=CONVERSATIONS,
                api_visibility="private",
            )
        box.download(save, session, file, show_progress="hidden", api_visibility="private").then(
            None, file, js="(html) => wenju.save(html)"
        )
        add_endpoints(base)
    page.queue(max_size=WAITING)
    return page


def own_html(
    value: str,
    name: str,
    *,
    script: str | None = None,
    serves: list[Service] | None = None,
) -> gr.HTML:
    """Return a component of our own HTML, without Gradio's style.

    Args:
        value: the HTML.
        name: its element id.
        script: run in the browser when the component is loaded; see ``page.js``.
        serves: the services that the script may call; see :mod:`qa.ui.services`.
    """
    return gr.HTML(
        value,
        elem_id=name,
        js_on_load=script,
        server_functions=serves,
        apply_default_css=False,
        padding=False,
    )


def head() -> str:
    """Return our style sheets and scripts, inline: the page loads nothing from elsewhere."""
    files = resources.files("qa.ui")
    styles, scripts = (
        "".join(
            f"<{tag}>{files.joinpath(name).read_text(encoding='utf-8')}</{tag}>" for name in names
        )
        for tag, names in (("style", STYLES), ("script", SCRIPTS))
    )
    return styles + scripts


def mount(app: FastAPI, page: gr.Blocks) -> None:
    """Mount a page at ``/`` of an application, after the routes it has already.

    Args:
        app: served by :mod:`qa.server`, which guards the page too.
        page: from :func:`build_ui`.
    """
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        ssr_mode=False,
        pwa=False,
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        footer_links=[],
        allowed_paths=[],
        max_file_size=DEFAULT_LIMITS.file_bytes,
        theme=theme(),
        head=head(),
    )
