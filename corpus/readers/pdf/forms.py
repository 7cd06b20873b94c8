"""The fields of a form in a PDF file: what was filled in, where it is shown."""

import ctypes
from collections.abc import Callable, Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.characters import BLANKS, width
from corpus.pages import Run

_TICKED, _EMPTY = "☒", "☐"
_TYPE = 0.7  # of a field's height; a tall field has several lines
_LARGEST_TYPE = 12.0  # points
_UNSEEN = 0b100010  # flags of annotations that are hidden or not to be viewed
_PASSWORD = 1 << 13
_MOST_FIELDS = 5_000  # of a page
_LONGEST = 20_000  # characters


def field_runs(page: pypdfium2.PdfPage, form: pypdfium2.PdfFormEnv | None) -> Iterator[Run]:
    """Yield what is filled in the fields of a page: texts, choices, ticked and empty boxes."""
    if form is None:
        return
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if annotation:
            try:
                yield from _runs_of(annotation, form.raw)
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _runs_of(annotation: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE) -> Iterator[Run]:
    """Yield the lines of a field; none of one that is no field, or is not shown."""
    is_widget = pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_WIDGET
    if not is_widget or pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
        return
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, box):
        return
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    lines: list[str] = []
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        lines = [_TICKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else _EMPTY]
    elif kind in _WITH_TEXT and not _is_secret(annotation, form):
        value = _text(lambda *out: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, *out))
        lines = [line.strip(BLANKS) for line in value.splitlines() if line.strip(BLANKS)]
    room = (box.top - box.bottom) / max(len(lines), 1)
    size = min(max(room, 1.0) * _TYPE, _LARGEST_TYPE)
    for number, line in enumerate(lines):
        height = box.top - room * (number + 0.5)
        right = min(box.right, box.left + size / 2 * width(line))
        yield Run(line, box.left, right, height - size / 2, height + size / 2, size)


def _is_secret(annotation: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE) -> bool:
    return bool(pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD)


_WITH_TEXT = (
    pdfium.FPDF_FORMFIELD_TEXTFIELD,
    pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
)


def _text(read: Callable[..., int]) -> str:
    """Return a text that PDFium writes into a buffer whose length it says first."""
    length = min(read(None, 0), 2 * _LONGEST)
    buffer = ctypes.create_string_buffer(length + 2)
    read(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    return buffer.raw[:length].decode("utf-16-le", "ignore").rstrip("\0")
