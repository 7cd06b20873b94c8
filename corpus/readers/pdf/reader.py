"""PDF: lines with their positions from PDFium, in reading order page by page."""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import EmptyDocument, FileTooLarge, UnreadableFile
from corpus.limits import Limits, raising
from corpus.model import Extraction
from corpus.pages import Page, Run, compose
from corpus.readers.encodings import check_length

# PDFium has global state and is not thread-safe.
_LOCK = threading.Lock()

# Characters that PDFium returns for a hyphen at the end of a line.
_HYPHENS = ("\x02", "\ufffe")
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
        pages.append(Page(width, height, tuple(_runs(text_page))))
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


def _runs(page: pypdfium2.PdfTextPage) -> Iterator[Run]:
    run: list[Glyph] = []
    for i in range(page.count_chars()):
        glyph = _glyph(page, i)
        space = glyph.character.isspace()
        if run and (glyph.character in ("\r", "\n") or (not space and _breaks(run[-1], glyph))):
            yield _run(run)
            run = []
        if glyph.character and (run or not space):
            run.append(glyph)
    if run:
        yield _run(run)


class Glyph(NamedTuple):
    """A character with its box in points; empty if the font does not state the character."""

    character: str
    left: float
    bottom: float
    right: float
    top: float


def _glyph(page: pypdfium2.PdfTextPage, i: int) -> Glyph:
    code = pdfium.FPDFText_GetUnicode(page, i)
    character = "" if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
    # The loose box is that of the font, as high for "a" as for "A".
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(page, i, box)
    character = "-" if character in _HYPHENS else character
    return Glyph(character, box.left, box.bottom, box.right, box.top)


def _breaks(before: Glyph, glyph: Glyph) -> bool:
    """Return whether a line or a cell ends between two characters."""
    size = max(before.top - before.bottom, glyph.top - glyph.bottom, 1.0)
    apart = abs((before.top + before.bottom) - (glyph.top + glyph.bottom)) / 2
    far = glyph.left - before.right > 1.2 * size or glyph.left < before.left - size
    return far or apart > 0.6 * size


def _run(glyphs: Sequence[Glyph]) -> Run:
    shown = [glyph for glyph in glyphs if not glyph.character.isspace()]
    return Run(
        "".join(glyph.character for glyph in glyphs).rstrip(),
        left=min(glyph.left for glyph in shown),
        right=max(glyph.right for glyph in shown),
        bottom=min(glyph.bottom for glyph in shown),
        top=max(glyph.top for glyph in shown),
        size=max(glyph.top for glyph in shown) - min(glyph.bottom for glyph in shown),
    )
