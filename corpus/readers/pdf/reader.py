"""PDF: lines with their positions from PDFium, in reading order page by page."""

import re
import threading
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import EmptyDocument, FileTooLarge, UnreadableFile
from corpus.limits import Limits, raising
from corpus.model import Extraction
from corpus.pages import Page, compose
from corpus.readers.encodings import check_length
from corpus.readers.pdf.forms import field_runs
from corpus.readers.pdf.rules import page_rules
from corpus.readers.pdf.runs import page_runs

# PDFium has global state and is not thread-safe.
_LOCK = threading.Lock()

_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a PDF file."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(error) from error
        try:
            return _read(document, limits)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(error) from error
        finally:
            document.close()


def _unreadable(error: pypdfium2.PdfiumError) -> UnreadableFile:
    if "password" in str(error).lower():
        return UnreadableFile.encrypted("PDF")
    return UnreadableFile.damaged("PDF", str(error))


def _read(document: pypdfium2.PdfDocument, limits: Limits) -> Extraction:
    if document.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
        document.init_forms()  # before its length is asked for
    count = len(document)
    if count > limits.pages:
        raise FileTooLarge(
            f"the PDF file has {count:,} pages, the limit is {limits.pages:,}; "
            f"split the file, or {raising('pages')}",
            "too_many_pages",
            pages=count,
            limit=limits.pages,
        )
    pages = []
    characters = 0
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        characters += text_page.count_chars()
        check_length(characters, limits)
        width, height = page.get_size()
        rules = page_rules(page)
        runs = (*page_runs(text_page, rules), *field_runs(page, document.formenv))
        pages.append(Page(width, height, runs, tuple(rules)))
        page.close()  # closes its text too
    scanned = [number for number, page in enumerate(pages, start=1) if not page.runs]
    if len(scanned) == count:
        raise EmptyDocument(
            f"none of its {count} pages holds text: it seems to be a scan; "
            "read it with an OCR program first",
            "scanned",
            pages=count,
        )
    composition = compose(pages)
    date = _DATE.match(_stated(document, "CreationDate"))
    return replace(
        composition,
        title=_stated(document, "Title"),
        author=_stated(document, "Author"),
        date="-".join(part for part in date.groups() if part) if date else None,
        warnings=(_warning(scanned),) if scanned else (),
    )


def _stated(document: pypdfium2.PdfDocument, key: str) -> str:
    """Return the metadata of a key; an empty string if it is not valid text."""
    try:
        return str(document.get_metadata_value(key))
    except UnicodeDecodeError:
        return ""


def _warning(scanned: list[int]) -> str:
    pages = "page" if len(scanned) == 1 else "pages"
    return f"no text on {pages} {_ranges(scanned)}: scanned or empty; OCR would read them"


def _ranges(numbers: Sequence[int]) -> str:
    """Return rising numbers as text: ``2, 5-7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts)
