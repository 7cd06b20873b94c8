"""What the library's page asks of the server: listing, adding, removing, re-indexing."""

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from qa.errors import WenjuError
from qa.libraries import Libraries, Shared
from qa.results import IndexReport
from qa.ui.markup import both, explained, phrase, text
from qa.ui.rebuilding import Rebuilding
from qa.ui.services import Service, may_change, same_origin, visitor_of
from qa.ui.shelf import document_list


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
