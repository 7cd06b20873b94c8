"""PDF: lines with their positions from PDFium, in reading order page by page."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import FileTooLarge
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.pages import Page, compose
from corpus.readers.encodings import check_length
from corpus.readers.ocr.coverage import complete
from corpus.readers.ocr.lines import Recogniser, is_installed
from corpus.readers.ocr.reader import recognising_nothing
from corpus.readers.pdf.forms import field_runs
from corpus.readers.pdf.opening import opened
from corpus.readers.pdf.rules import page_rules
from corpus.readers.pdf.runs import page_runs
from corpus.readers.pdf.scans import is_meaningless, is_picture

_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def read(data: bytes, limits: Limits, recognise: Recogniser = recognising_nothing) -> Extraction:
    """Read a PDF file; the text of its pictures is recognised."""
    with opened(data) as document:
        return _read(document, limits, recognise)


def _read(document: pypdfium2.PdfDocument, limits: Limits, recognise: Recogniser) -> Extraction:
    if document.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
        document.init_forms()  # before its length is asked for
    count = len(document)
    if count > limits.pages:
        raise FileTooLarge.too_many_pages("PDF", count, limits)
    pages: list[Page] = []
    pictures: list[int] = []
    characters = 0
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        characters += text_page.count_chars()
        check_length(characters, limits)
        width, height = page.get_size()
        rules = tuple(page_rules(page))
        runs = (*page_runs(text_page, rules), *field_runs(page, document.formenv))
        meaningless = is_meaningless(runs)
        if meaningless or is_picture(page, runs):
            pictures.append(number + 1)
        pages.append(Page(width, height, () if meaningless else runs, rules))
        page.close()  # closes its text too
    for place in _doubtful(document, pages, limits):
        pages[place] = replace(pages[place], runs=())
        pictures.append(place + 1)
    completed = complete(pages, sorted(set(pictures)), limits, recognise)
    composition = compose(completed.pages)
    date = _DATE.match(_stated(document, "CreationDate"))
    return replace(
        composition,
        title=_stated(document, "Title"),
        author=_stated(document, "Author"),
        date="-".join(part for part in date.groups() if part) if date else None,
        coverage=completed.coverage,
    )


def _doubtful(document: pypdfium2.PdfDocument, pages: Sequence[Page], limits: Limits) -> list[int]:
    """Return the places of pages whose text layer is wrong; none where OCR is not installed."""
    if not is_installed() or not any(page.runs for page in pages):
        return []
    from corpus.readers.ocr.engine import engine
    from corpus.readers.pdf.soundness import doubtful_pages

    return doubtful_pages(document, pages, engine(), limits.ocr_pages)


def _stated(document: pypdfium2.PdfDocument, key: str) -> str:
    """Return the metadata of a key; an empty string if it is not valid text."""
    try:
        return str(document.get_metadata_value(key))
    except UnicodeDecodeError:
        return ""
