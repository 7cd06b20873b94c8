"""Open PDF files with PDFium, one at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

from corpus.errors import UnreadableFile

# PDFium has global state and is not thread-safe. A thread that reads a file may render its pages.
_LOCK = threading.RLock()


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Give an open document.

    Raises:
        UnreadableFile: it is damaged or encrypted, found now or while it is used.
    """
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(error) from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise _unreadable(error) from error
        finally:
            document.close()


def _unreadable(error: pypdfium2.PdfiumError) -> UnreadableFile:
    if "password" in str(error).lower():
        return UnreadableFile.encrypted("PDF")
    return UnreadableFile.damaged("PDF", str(error))
