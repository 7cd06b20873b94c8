"""Files whose pages are pictures: read in several processes, a page each, and remembered.

A reading process says which pages have to be recognised. Each of them is recognised in a
process of its own, with the bounds of a file, and what was recognised is given back for the
file to be read with it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from hashlib import sha256

from corpus import READERS, CorpusError, Document, Readers, ReadingStopped, read_document
from corpus.confined.messages import Request
from corpus.readers.ocr.lines import PagesWanted, RecognisedPage
from qa.ingestion.reading_pool import PAGES_AT_ONCE, ReadingPool, reading_pool
from qa.ingestion.recognised_pages import RecognisedPages
from qa.progress import Progress, silent


def _never() -> bool:
    return False


def read_bounded(
    request: Request,
    readers: Readers = READERS,
    *,
    isolated: bool = False,
    abandoned: Callable[[], bool] = _never,
    known: RecognisedPages | None = None,
    progress: Progress = silent,
) -> Document:
    """Read a file in processes of the pool; see :meth:`ReadingPool.read`.

    A reader that was given as an object is this program's own code, and cannot be sent to
    another process: what it reads is read here, without bounds.

    Args:
        request: the file, its name, and its limits.
        readers: of the formats of files.
        isolated: as for the pool.
        abandoned: likewise.
        known: what was recognised before.
        progress: called for each page that is recognised, by the calling thread.

    Raises:
        CorpusError: the file cannot be read.
    """
    if readers.is_given(request.name):
        return read_document(request.data, request.name, request.limits, readers)
    pool = reading_pool()
    try:
        return pool.read(request, isolated=isolated, abandoned=abandoned)
    except PagesWanted as wanted:
        numbers = wanted.numbers
    document_id = sha256(request.data).hexdigest()
    found: dict[int, RecognisedPage] = {}
    if known is not None:
        stored = ((number, known.get(document_id, number)) for number in numbers)
        found = {number: page for number, page in stored if page is not None}
    missing = [number for number in numbers if number not in found]
    recognising = _recognised(pool, request, missing, isolated=isolated, abandoned=abandoned)
    progress("recognise", len(found), len(numbers), request.name)
    for number, page in recognising:
        found[number] = page
        if known is not None:
            known.put(document_id, number, page)
        progress("recognise", len(found), len(numbers), request.name)
    complete = request._replace(recognised=dict(sorted(found.items())))
    return pool.read(complete, isolated=isolated, abandoned=abandoned)


def _recognised(
    pool: ReadingPool,
    request: Request,
    numbers: list[int],
    *,
    isolated: bool,
    abandoned: Callable[[], bool],
) -> Iterator[tuple[int, RecognisedPage]]:
    """Yield pages as they are recognised, without those that cannot be.

    Raises:
        CorpusError: not one of them can be, or nobody waits for them any more.
    """
    given_up = False

    def recognise(number: int) -> RecognisedPage:
        return pool.recognise(
            request._replace(page=number),
            isolated=isolated,
            abandoned=lambda: given_up or abandoned(),
        )

    errors: list[CorpusError] = []
    succeeded = False
    with ThreadPoolExecutor(PAGES_AT_ONCE) as threads:
        waiting: dict[Future[RecognisedPage], int] = {
            threads.submit(recognise, number): number for number in numbers
        }
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    number = waiting.pop(future)
                    try:
                        page = future.result()
                    except CorpusError as error:
                        if isinstance(error, ReadingStopped) and error.code == "reading_abandoned":
                            raise
                        errors.append(error)
                    else:
                        succeeded = True
                        yield number, page
        finally:
            given_up = True
            threads.shutdown(cancel_futures=True)
    if errors and not succeeded:
        raise errors[0]
