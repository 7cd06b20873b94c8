"""Services of the library's page: list, add, remove and re-index documents."""

import logging
import threading
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from qa.errors import BadArgument, ReadOnly, WenjuError
from qa.library import Library
from qa.results import IndexReport
from qa.sharing.access import is_operator, network_of
from qa.sharing.libraries import Libraries, Shared
from qa.ui.markup import both, counted, explained, phrase, text
from qa.ui.services import (
    Service,
    require_same_origin,
    require_write_access,
    text_of,
    visitor_of,
)
from qa.ui.shelf import document_list

logger = logging.getLogger(__name__)


def library_services(libraries: Libraries) -> list[Service]:
    """Return the services that visitors of these libraries may call."""

    def list_documents(fields: dict[str, Any], request: gr.Request) -> str:
        """Return all documents as HTML."""
        require_same_origin(request)
        visitor = visitor_of(fields)
        return document_list(
            libraries.of(visitor).documents(), removable=libraries.removable(visitor)
        )

    def remove_document(fields: dict[str, Any], request: gr.Request) -> str:
        """Remove ``{document: id}``; return the error as HTML, or nothing."""
        require_same_origin(request)
        require_write_access(libraries, request)
        try:
            libraries.remove(visitor_of(fields), text_of(fields, "document"))
        except WenjuError as error:
            return f'<p class="loading" role="alert">{explained(error)}</p>'
        return ""

    def add_document(fields: dict[str, Any], request: gr.Request) -> dict[str, str]:
        """Add an upload, ``{name, path}``; return its state, with the reason if it failed."""
        require_same_origin(request)
        require_write_access(libraries, request)
        name, path = text_of(fields, "name"), _uploaded(text_of(fields, "path"))
        try:
            data = path.read_bytes()
        except OSError:  # two tabs uploaded the same file, and the other one took it
            return {"state": "gone", "reason": phrase("upload_gone")}
        path.unlink(missing_ok=True)
        try:
            network = network_of(request.scope)
            return _outcome(libraries.add(visitor_of(fields), name, data, network=network))
        except WenjuError as error:
            return {"state": "failed", "reason": explained(error)}

    services: list[Service] = [list_documents]
    if libraries.editable:
        services += [remove_document, add_document]
        if isinstance(libraries, Shared):  # visitors' own libraries are too short-lived for it
            services += Reindexing(libraries).services
    return services


def _uploaded(name: str) -> Path:
    """Return the path of an upload.

    Raises:
        BadArgument: it is no file that was uploaded.
    """
    try:
        path = Path(name).resolve()
    except (OSError, ValueError) as error:  # too long, or with a null character
        raise BadArgument("Only an upload can be added.") from error
    if not path.is_relative_to(Path(get_upload_folder()).resolve()):
        raise BadArgument("Only an upload can be added.")
    return path


def _outcome(report: IndexReport) -> dict[str, str]:
    """Return the state of the one file of a report, with the reason or the warnings."""
    for failure in report.failed:
        reason = both(text(failure.reason_zh or failure.reason), text(failure.reason))
        return {"state": "failed", "reason": reason}
    warnings = "".join(both(text(one.reason_zh), text(one.reason)) for one in report.warnings)
    states = ("added", "replaced", "unchanged")
    return {"state": next(one for one in states if getattr(report, one)), "reason": warnings}


class Reindexing:
    """Re-indexes a library in a thread; the old index answers until the new one is ready.

    Args:
        libraries: the libraries whose base is re-indexed.
    """

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._library = libraries.base
        self._mutex = threading.Lock()
        self._state = "idle"
        self._done, self._total = 0, 0
        self._message = ""

    @property
    def services(self) -> list[Service]:
        """The services that start it and watch it."""

        def rebuild(fields: dict[str, Any], request: gr.Request) -> dict[str, Any]:
            """Start with ``{model}``, or the model in use, unless it is running.

            A model is named by a folder of this machine, or downloaded: only whoever operates
            the server may name another one.
            """
            require_same_origin(request)
            require_write_access(self._libraries, request)
            model = text_of(fields, "model").strip() or self._library.model_name
            if model != self._library.model_name and not is_operator(request.scope):
                raise ReadOnly(
                    "The model is changed on the machine that serves the library: "
                    "wenju reindex --model NAME",
                    "operator_only",
                )
            self.start(model)
            return self.status()

        def rebuilding(_: dict[str, Any], request: gr.Request) -> dict[str, Any]:
            """Return the status: ``{state, done, total, said, model}``."""
            require_same_origin(request)
            return self.status()

        return [rebuild, rebuilding]

    def start(self, model: str) -> None:
        """Start, unless it is running."""
        with self._mutex:
            if self._state == "running":
                return
            self._state, self._done, self._total, self._message = "running", 0, 0, ""
        threading.Thread(target=self._run, args=(model,), name="reindex", daemon=True).start()

    def status(self) -> dict[str, Any]:
        """Return the state, the progress and the message, which is HTML."""
        return {
            "state": self._state,
            "done": self._done,
            "total": self._total,
            "said": self._message,
            "model": self._library.model_name,
        }

    def _run(self, model: str) -> None:
        try:
            with Library.reindex(self._library.path, model, self._progress):
                report = self._library.verify(self._progress)
        except WenjuError as error:
            self._end("failed", explained(error))
        except Exception:  # in a thread of its own, nothing else would report it
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

    def _end(self, state: str, message: str) -> None:
        with self._mutex:
            self._state, self._message = state, message
