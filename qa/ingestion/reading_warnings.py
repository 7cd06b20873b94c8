"""The warnings about files of which a part was not read, in English and in Chinese."""

from collections.abc import Iterator

from corpus import Coverage, Document, UnreadReason
from qa.messages_zh import said_in_chinese
from qa.results import Failure, page_ranges

# Why pages were not read: the code of the reason, and what helps.
_UNREAD: dict[UnreadReason, tuple[str, str]] = {
    "no_ocr": (
        "pages_need_ocr",
        "they are pictures; install OCR with pip install 'wenju[ocr]', then remove the file from "
        "the library (wenju remove) and index it again",
    ),
    "too_many": (
        "too_many_ocr_pages",
        "there are more pictures than are recognised; raise the limit: wenju index "
        "--max-ocr-pages N, or $WENJU_MAX_OCR_PAGES, after wenju remove",
    ),
    "failed": ("pages_not_recognised", "OCR failed on them; scan these pages again"),
}


def warnings_of(source: str, document: Document) -> list[Failure]:
    """Return the warnings about a file of which a part was not read, or not surely."""
    found = [
        Failure(source, warning, "read_in_part", said_in_chinese("read_in_part", {}))
        for warning in document.warnings
    ]
    if document.coverage is not None:
        found += _about_pages(source, document.coverage)
    return found


def _about_pages(source: str, coverage: Coverage) -> Iterator[Failure]:
    """Yield the warnings about pages that were not read, and lines that are hard to read."""
    if coverage.reason is not None:
        code, advice = _UNREAD[coverage.reason]
        pages, count = coverage.pages, len(coverage.unread)
        ranges = page_ranges(coverage.unread)
        said = f"{count:,} of {pages:,} pages were not read ({ranges}): {advice}"
        values: dict[str, str | int] = {"pages": pages, "count": count, "ranges": ranges}
        yield Failure(source, said, code, said_in_chinese(code, values))
    if lines := coverage.uncertain_lines:
        found = "1 line is" if lines == 1 else f"{lines:,} lines are"
        yield Failure(
            source,
            f"{found} hard to read for OCR and may have wrong characters; compare the original",
            "uncertain_lines",
            said_in_chinese("uncertain_lines", {"lines": lines}),
        )
