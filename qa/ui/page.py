"""The page put together: components, events, named endpoints, and the server.

The components are our own HTML (:mod:`qa.ui.frame`, :mod:`qa.ui.conversation`)
inside Gradio's, which carries the events and serves the endpoints.
"""

from collections.abc import Iterator
from importlib import resources

import gradio as gr

from corpus import DEFAULT_LIMITS
from qa.errors import WenjuError
from qa.library import Library
from qa.ui import services
from qa.ui.endpoints import add_endpoints
from qa.ui.finding import finder_frame
from qa.ui.frame import question_box, top_bar
from qa.ui.markup import text
from qa.ui.reader import reader_frame
from qa.ui.services import Service
from qa.ui.shelf import shelf_frame
from qa.ui.theme import theme
from qa.ui.transcript import transcript
from qa.ui.visit import Visit

STYLES = ("page.css", "library.css", "reader.css")
SCRIPTS = ("page.js", "library.js", "reader.js")


def build_ui(library: Library, *, editable: bool = False) -> gr.Blocks:
    """The page over ``library``, not yet served.

    Args:
        library: what to ask.
        editable: whether who sees the page may add and remove documents.
    """

    def bar() -> str:
        return top_bar(library.documents(), demo=library.is_demo)

    def answer(visit: Visit | None, event: gr.EventData) -> Iterator[tuple[Visit, str]]:
        visit = visit or Visit(library)
        for shown in visit.ask(str(event.question).strip(), event.documents):
            yield visit, shown

    def answer_as_typed(visit: Visit | None, event: gr.EventData) -> Iterator[tuple[Visit, str]]:
        visit = visit or Visit(library)
        for shown in visit.ask_as_typed(event.documents):
            yield visit, shown

    def start_over() -> tuple[None, str]:
        return None, ""

    def save(visit: Visit | None, event: gr.EventData) -> str:
        turns = visit.turns if visit else ()
        return f"<pre hidden>{text(transcript(turns, str(event.language)))}</pre>"

    page = gr.Blocks(title="问据 Wenju", analytics_enabled=False, fill_width=True)
    with page:
        visit = gr.State()  # the visitor's own, from the first question on
        top = own_html(bar(), "top", script="wenju.top(watch)")
        talk = own_html(
            "",
            "talk",
            script="wenju.conversation(element, server)",
            serves=services.greeting(library, editable=editable),
        )
        box = own_html(question_box(), "box", script="wenju.questionBox(element, trigger)")
        file = own_html("", "file")
        own_html(
            finder_frame(),
            "find",
            script="wenju.finder(element, server)",
            serves=services.searching(library),
        )
        shelf = own_html(
            shelf_frame(demo=library.is_demo, editable=editable),
            "library",
            script="wenju.shelf(element, server, upload, trigger)",
            serves=services.keeping(library, editable=editable),
        )
        own_html(
            reader_frame(),
            "reader",
            script="wenju.reader(element, server)",
            serves=services.reading(library),
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
                concurrency_id="talk",  # each after the one before
                api_visibility="private",
            )
        box.download(save, visit, file, show_progress="hidden", api_visibility="private").then(
            None, file, js="(html) => wenju.save(html)"
        )
        gr.on(
            [page.load, shelf.change],
            bar,
            None,
            top,
            show_progress="hidden",
            api_visibility="private",
        )
        add_endpoints(library)
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


def launch(library: Library, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serves the page over ``library`` until the process is stopped.

    Args:
        library: what to ask; stays open as long as the page is served.
        host: the interface to listen on. Where others can reach it they may ask, but
            not change what is asked.
        port: the port to listen on.

    Raises:
        WenjuError: the port is taken, or the interface is not this machine's.
    """
    alone = host in ("localhost", "127.0.0.1", "::1")
    page = build_ui(library, editable=alone and not library.is_demo)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            allowed_paths=[],
            max_file_size=DEFAULT_LIMITS.file_bytes,
            theme=theme(),
            head=head(),
        )
    except OSError as error:
        raise WenjuError(
            f"The chat cannot be served at {host}:{port}. If another program has that port, "
            f"choose one with `wenju serve --port {port + 1}`."
        ) from error
