"""What the library's page asks of the server: listing, adding, removing, re-indexing."""

import logging
import threading
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from qa.errors import WenjuError
from qa.library import Library
from qa.results import IndexReport
from qa.sharing.libraries import Libraries, Shared
from qa.ui.markup import both, counted, explained, phrase, text
from qa.ui.services import Service, may_change, same_origin, visitor_of
from qa.ui.shelf import document_list

logger = logging.getLogger(__name__)


class Rebuilding:
    """The re-indexing of one library; the old index answers until the new one is there.

    Args:
        libraries: on whose base it works.
    """

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._library = libraries.base
        self._mutex = threading.Lock()
        self._state = "idle"
        self._done, self._total = 0, 0
        self._said = ""

    @property
    def services(self) -> list[Service]:
        """What the page may call."""

        def rebuild(wanted: dict[str, Any], request: gr.Request) -> dict[str, Any]:
            """Starts, with ``{model}`` or the model in use, unless it is under way."""
            same_origin(request)
            may_change(self._libraries, request)
            self.start(str(wanted.get("model") or "").strip() or self._library.model_name)
            return self.told()

        def rebuilding(_: dict[str, Any], request: gr.Request) -> dict[str, Any]:
            """How far it is: ``{state, done, total, said, model}``."""
            same_origin(request)
            return self.told()

        return [rebuild, rebuilding]

    def start(self, model: str) -> None:
        """Begin, if nothing is under way."""
        with self._mutex:
            if self._state == "running":
                return
            self._state, self._done, self._total, self._said = "running", 0, 0, ""
        threading.Thread(target=self._run, args=(model,), name="reindex", daemon=True).start()

    def told(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {
            "state": self._state,
            "done": self._done,
            "total": self._total,
            "said": self._said,
            "model": self._library.model_name,
        }

    def _run(self, model: str) -> None:
        try:
            with Library.reindex(self._library.path, model, self._progress):
                report = self._library.verify(self._progress)
        except WenjuError as error:
            self._end("failed", explained(error))
        except Exception:  # nobody else hears of it
            logger.exception("re-indexing failed")
            self._end("failed", phrase("failed_unexpected"))
        else:
            problems = "".join(
                f"<li>{text(f'{one.subject}: {one.found}. {one.remedy}')}</li>"
                for one in report.problems
            )
            if problems:
                self._end("failed", f"{phrase('rebuilt_problems')}<ul>{problems}</ul>")
            else:
                self._end("done", counted("rebuilt", report.passages))

    def _progress(self, stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG002
        self._done, self._total = done, total

    def _end(self, state: str, said: str) -> None:
        with self._mutex:
            self._state, self._said = state, said


def keeping(libraries: Libraries) -> list[Service]:
    """Only what may be done is there to be called."""

    def list_documents(wanted: dict[str, Any], request: gr.Request) -> str:
        """All documents as HTML."""
        same_origin(request)
        visitor = visitor_of(wanted)
        return document_list(
            libraries.of(visitor).documents(), removable=libraries.removable(visitor)
        )

    def remove_document(wanted: dict[str, Any], request: gr.Request) -> str:
        """Removes ``{document: id}``; gives back what went wrong as HTML, or nothing."""
        same_origin(request)
        may_change(libraries, request)
        try:
            libraries.remove(visitor_of(wanted), str(wanted.get("document")))
        except WenjuError as error:
            return f'<p class="loading" role="alert">{explained(error)}</p>'
        return ""

    def add_document(wanted: dict[str, Any], request: gr.Request) -> dict[str, str]:
        """Adds an upload, ``{name, path}``; says what became of it, and why if it failed."""
        same_origin(request)
        may_change(libraries, request)
        path = Path(str(wanted.get("path"))).resolve()
        if not path.is_relative_to(Path(get_upload_folder()).resolve()):
            raise gr.Error("only an upload can be added")
        try:
            data = path.read_bytes()
        except OSError:  # the same file was dropped twice, and the other one took it
            return {"state": "gone", "reason": phrase("upload_gone")}
        path.unlink(missing_ok=True)
        try:
            return _told(libraries.add(visitor_of(wanted), str(wanted.get("name")), data))
        except WenjuError as error:
            return {"state": "failed", "reason": explained(error)}

    services: list[Service] = [list_documents]
    if libraries.editable:
        services += [remove_document, add_document]
        if isinstance(libraries, Shared):  # a visitor's own goes too soon to be worth it
            services += Rebuilding(libraries).services
    return services


def _told(report: IndexReport) -> dict[str, str]:
    """What became of the one file of a report."""
    for failure in report.failed:
        reason = both(text(failure.reason_zh or failure.reason), text(failure.reason))
        return {"state": "failed", "reason": reason}
    reason = "".join(both(text(one.reason_zh), text(one.reason)) for one in report.warnings)
    states = ("added", "replaced", "unchanged")
    return {"state": next(one for one in states if getattr(report, one)), "reason": reason}
