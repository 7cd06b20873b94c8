"""The page put together: components, events and named endpoints.

The components are our own HTML (:mod:`qa.ui.layout`, :mod:`qa.ui.conversation`)
inside Gradio's, which carries the events and serves the endpoints.
"""

from collections.abc import Iterator
from importlib import resources

import gradio as gr
from fastapi import FastAPI

from corpus import DEFAULT_LIMITS
from qa.sharing.libraries import Libraries
from qa.ui import services
from qa.ui.endpoints import add_endpoints
from qa.ui.feedback import exporting, judging
from qa.ui.layout import library_line, question_box, theme, top_bar
from qa.ui.library import keeping
from qa.ui.markup import text
from qa.ui.reader import reader_frame
from qa.ui.search import finder_frame
from qa.ui.services import Service
from qa.ui.session import Visit
from qa.ui.shelf import shelf_frame
from qa.ui.transcript import transcript
from qa.writer import Writer

STYLES = ("page.css", "library.css", "reader.css", "judging.css")
SCRIPTS = ("page.js", "talk.js", "judging.js", "library.js", "reader.js")

#: So many questions are answered at a time; a writer takes its while over one.
CONVERSATIONS = 8


def build_ui(libraries: Libraries, *, writer: Writer | None = None) -> gr.Blocks:
    """The page over some libraries, not yet served.

    Args:
        libraries: what may be asked, and changed.
        writer: composes a text beside the verbatim answer, if there is one.
    """
    base = libraries.base

    def answer(visit: Visit | None, event: gr.EventData) -> Iterator[tuple[Visit, str]]:
        visit = visit or Visit(libraries, event.visitor, writer)
        for shown in visit.ask(str(event.question).strip(), event.documents):
            yield visit, shown

    def answer_as_typed(visit: Visit | None, event: gr.EventData) -> Iterator[tuple[Visit, str]]:
        visit = visit or Visit(libraries, event.visitor, writer)
        for shown in visit.ask_as_typed(event.documents):
            yield visit, shown

    def start_over() -> tuple[None, str]:
        return None, ""

    def save(visit: Visit | None, event: gr.EventData) -> str:
        turns = visit.turns if visit else ()
        return f"<pre hidden>{text(transcript(turns, str(event.language)))}</pre>"

    page = gr.Blocks(
        title="问据 Wenju",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(600, 600),  # uploads that were sent and never added
    )
    with page:
        visit = gr.State()  # the visitor's own, from the first question on
        own_html(
            top_bar(library_line(base.documents(), demo=base.is_demo, own=0), demo=base.is_demo),
            "top",
            script="wenju.top(element, server)",
            serves=services.counting(libraries),
        )
        talk = own_html(
            "",
            "talk",
            script="wenju.conversation(element, server)",
            serves=[*services.greeting(libraries), *judging(libraries)],
        )
        box = own_html(question_box(), "box", script="wenju.questionBox(element, trigger)")
        file = own_html("", "file")
        own_html(
            finder_frame(),
            "find",
            script="wenju.finder(element, server)",
            serves=services.searching(libraries),
        )
        own_html(
            shelf_frame(libraries),
            "library",
            script="wenju.shelf(element, server, upload)",
            serves=[*keeping(libraries), *exporting(libraries)],
        )
        own_html(
            reader_frame(),
            "reader",
            script="wenju.reader(element, server)",
            serves=services.reading(libraries),
        )
        for trigger, act, needs in (
            (box.submit, answer, [visit]),
            (box.undo, answer_as_typed, [visit]),
            (box.clear, start_over, []),
        ):
            trigger(
                act,
                needs,
                [visit, talk],
                show_progress="hidden",
                trigger_mode="multiple",  # two questions in a hurry are two turns
                concurrency_id="talk",
                concurrency_limit=CONVERSATIONS,
                api_visibility="private",
            )
        box.download(save, visit, file, show_progress="hidden", api_visibility="private").then(
            None, file, js="(html) => wenju.save(html)"
        )
        add_endpoints(base)
    return page


def own_html(
    value: str,
    name: str,
    *,
    script: str | None = None,
    serves: list[Service] | None = None,
) -> gr.HTML:
    """A component of our own HTML, with nothing of Gradio's style.

    Args:
        value: the HTML.
        name: its element id.
        script: run in the browser when the component is there; see ``page.js``.
        serves: what the script may call here; see :mod:`qa.ui.services`.
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
    """Our style sheet and script, inline: the page asks for nothing from elsewhere."""
    files = resources.files("qa.ui")
    styles, scripts = (
        "".join(
            f"<{tag}>{files.joinpath(name).read_text(encoding='utf-8')}</{tag}>" for name in names
        )
        for tag, names in (("style", STYLES), ("script", SCRIPTS))
    )
    return styles + scripts


def mount(app: FastAPI, page: gr.Blocks) -> None:
    """Puts a page at ``/`` of an application, behind the routes it has already.

    Args:
        app: served by :mod:`qa.server`, which guards the page too.
        page: as :func:`build_ui` makes it.
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
