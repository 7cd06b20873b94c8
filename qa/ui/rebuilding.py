"""Re-indexing a library from the page: one at a time, in the background, with its progress."""

import logging
import threading
from typing import Any

import gradio as gr

from qa.errors import WenjuError
from qa.libraries import Libraries
from qa.library import Library
from qa.ui.markup import counted, explained, phrase, text
from qa.ui.services import Service, may_change, same_origin

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
