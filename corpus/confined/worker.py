"""The reading process: takes files from a pipe, gives back their documents.

``qa.ingestion.reading_process`` starts it and ends it. After the first file, when the
modules that it needs are imported, the process gives up every right that it does not
need any more; see :mod:`corpus.confined.restrictions`.
"""

import mimetypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import BinaryIO

from corpus.confined.messages import (
    Request,
    read_request,
    write_document,
    write_error,
    write_page,
    write_wanted,
)
from corpus.confined.restrictions import Bounds, bound, bound_next_file, confine
from corpus.errors import CorpusError, ReadingStopped
from corpus.readers import READERS
from corpus.readers.ocr.lines import PagesWanted, is_installed, wanting
from corpus.reading import read_document, recognise_page

# What onnxruntime and the loader of libraries say where there is no memory left.
_OUT_OF_MEMORY = ("bad_alloc", "failed to map segment")


def main(bounds: Bounds) -> None:
    """Read files until no more come, or one of them needed too much.

    Args:
        bounds: what this process may use.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever sent the files ends this process
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's threads would not be allowed
    requests, replies = _pipes()
    _import_layout()
    bound(bounds)
    confined = False
    while (request := read_request(requests)) is not None:
        try:
            _import_reader(request)
        except MemoryError:
            _say_too_much_memory(request, replies)
            return
        if not confined:
            confine()
            confined = True
        bound_next_file(bounds.cpu_seconds)
        if not _reply(request, replies):
            return


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to and from this process; what libraries print goes nowhere."""
    replies = os.dup(sys.stdout.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return sys.stdin.buffer, os.fdopen(replies, "wb")


def _import_layout() -> None:
    import corpus.layout
    import corpus.passages  # noqa: F401

    # Libraries ask for the kinds of files when they are imported, which reads the machine's
    # table at the first time: too late in a process that may not open it any more.
    mimetypes.init(files=())


def _import_reader(request: Request) -> None:
    """Import what a file needs.

    Raises:
        MemoryError: the models of the OCR do not fit within the bounds.
    """
    if request.page is not None or (_may_be_doubtful(request.name) and is_installed()):
        from corpus.readers.ocr.engine import engine

        try:
            engine()
        except Exception as error:
            if any(sign in str(error) for sign in _OUT_OF_MEMORY):
                raise MemoryError from error
            raise
    with suppress(CorpusError), _hidden("numpy"):  # the file will be refused
        READERS.import_for(request.name)


def _may_be_doubtful(name: str) -> bool:
    """Return whether lines of a file are held against their pictures."""
    return PurePosixPath(name).suffix.lower() == ".pdf"


@contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Hide a module from another that would load it without needing it, as openpyxl numpy."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def _answer(request: Request, replies: BinaryIO) -> None:
    """Read a file, or recognise one of its pages.

    Raises:
        CorpusError: it cannot be read.
    """
    data, name, limits, recognised, page = request
    if page is not None:
        write_page(replies, recognise_page(data, name, page))
        return
    given = wanting if recognised is None else (lambda _: recognised)
    try:
        write_document(replies, read_document(data, name, limits, recognise=given), limits)
    except PagesWanted as wanted:
        write_wanted(replies, wanted)


def _reply(request: Request, replies: BinaryIO) -> bool:
    """Answer a request; return whether this process may read another file."""
    try:
        _answer(request, replies)
    except ReadingStopped as error:
        write_error(replies, error.about(request.name))
    except CorpusError as error:
        write_error(replies, error)
        return True
    except MemoryError:
        _say_too_much_memory(request, replies)
    except Exception as error:  # noqa: BLE001  # of a library that the file led astray
        crash = ReadingStopped.crashed(type(error).__name__)
        write_error(replies, crash.about(request.name))
    else:
        return True
    return False


def _say_too_much_memory(request: Request, replies: BinaryIO) -> None:
    short = ReadingStopped.too_much_memory(request.limits)
    write_error(replies, short.about(request.name))
