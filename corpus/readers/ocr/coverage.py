"""The pages of a file, of which some are pictures, completed by what is recognised in them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corpus.errors import EmptyDocument
from corpus.limits import Limits
from corpus.model import Coverage, UnreadReason
from corpus.pages import Page
from corpus.readers.encodings import check_length
from corpus.readers.ocr.lines import SURE, RecognisedPage, Recogniser, is_installed
from corpus.readers.ocr.placing import page_of

#: The command that installs what recognises text.
INSTALL = "pip install 'wenju[ocr]'"


class Completed(NamedTuple):
    """The pages of a file with the runs that were recognised.

    Attributes:
        pages: in order.
        coverage: None where nothing had to be recognised.
    """

    pages: tuple[Page, ...]
    coverage: Coverage | None


def complete(
    pages: Sequence[Page], wanted: Sequence[int], limits: Limits, recognise: Recogniser
) -> Completed:
    """Recognise the pages that are pictures.

    Args:
        pages: as the file states them.
        wanted: numbers of those to recognise, from 1, ascending.
        limits: how many are recognised, and how long their text may be.
        recognise: returns the text of pages.

    Raises:
        EmptyDocument: no page has any text.
    """
    if not wanted:
        return Completed(tuple(pages), None)
    chosen = wanted[: limits.ocr_pages] if is_installed() else ()
    found = recognise(chosen) if chosen else {}
    check_length(sum(len(line.text) for page in found.values() for line in page.lines), limits)
    coverage = _coverage(len(pages), wanted, found, chosen)
    completed = tuple(
        page_of(found[number]) if number in found else page
        for number, page in enumerate(pages, start=1)
    )
    if not any(page.runs for page in completed):
        raise _empty(coverage)
    return Completed(completed, coverage)


def _coverage(
    count: int, wanted: Sequence[int], found: Mapping[int, RecognisedPage], chosen: Sequence[int]
) -> Coverage:
    unread = tuple(number for number in wanted if number not in found)
    lines = [line for page in found.values() for line in page.lines]
    return Coverage(
        pages=count,
        recognised=tuple(number for number in wanted if number in found),
        unread=unread,
        reason=_reason(unread, chosen) if unread else None,
        uncertain_lines=sum(line.score < SURE for line in lines),
    )


def _reason(unread: Sequence[int], chosen: Sequence[int]) -> UnreadReason:
    if not is_installed():
        return "no_ocr"
    return "failed" if set(unread) & set(chosen) else "too_many"


def _empty(coverage: Coverage) -> EmptyDocument:
    if coverage.reason == "no_ocr":
        return EmptyDocument(
            f"its text is in pictures ({coverage.pages} pages), which OCR reads; "
            f"install it: {INSTALL}",
            "ocr_not_installed",
            pages=coverage.pages,
        )
    if coverage.unread:
        return EmptyDocument(
            f"none of its {coverage.pages} pages holds text, and their pictures could not be read",
            "pictures_unreadable",
            pages=coverage.pages,
        )
    return EmptyDocument(
        f"no text was found in the pictures of its {coverage.pages} pages; "
        "scan it again, larger and sharper",
        "no_text_in_pictures",
        pages=coverage.pages,
    )
