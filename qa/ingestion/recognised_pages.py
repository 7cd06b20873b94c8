"""What was recognised in the pages of a library's files."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from corpus.confined.messages import BadReply, page_json, page_of_json
from corpus.readers.ocr.lines import RecognisedPage, engine_version
from qa.storage.permissions import private_folder, replace_private_file

_FOLDER = "recognised"


class RecognisedPages:
    """What was recognised in the pages of a library's files, a small file for each page.

    Reading a file again, after it was given up or with more pages, begins where it ended. What
    belongs to a document is deleted with it. A folder that cannot be written to holds nothing.

    Args:
        library: the folder of the library.
    """

    def __init__(self, library: Path) -> None:
        self._folder = library / _FOLDER

    def get(self, document_id: str, number: int) -> RecognisedPage | None:
        """Return what was recognised in a page, if that is known."""
        with suppress(OSError, BadReply):
            return page_of_json(self._path(document_id, number).read_bytes())
        return None

    def put(self, document_id: str, number: int, page: RecognisedPage) -> None:
        """Remember what was recognised in a page."""
        with suppress(OSError):
            private_folder(self._folder)
            replace_private_file(self._path(document_id, number), page_json(page))

    def keep_only(self, held: Callable[[str], bool]) -> None:
        """Delete what belongs to documents that a library does not hold.

        Args:
            held: whether the library holds a document, by its id.
        """
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if not held(path.name.partition("-")[0]):
                    path.unlink(missing_ok=True)

    def _path(self, document_id: str, number: int) -> Path:
        return self._folder / f"{document_id}-{number}-{engine_version()}.json"
