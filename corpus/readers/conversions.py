"""Kinds of file without a reader, and how to convert each to one that is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conversion:
    """A way to make files of one kind readable.

    Attributes:
        code: of the advice, in one word.
        kind: the name of this kind of file.
        advice: what to do, as a clause.
        suffixes: of such files, in lower case.
    """

    code: str
    kind: str
    advice: str
    suffixes: frozenset[str]


def _conversion(code: str, kind: str, advice: str, suffixes: str) -> Conversion:
    return Conversion(code, kind, advice, frozenset(suffixes.split()))


CONVERSIONS = (
    _conversion(
        "save_as_docx",
        "a word processor's file",
        "run `soffice --convert-to docx FILE` (LibreOffice), "
        "or open it in Word or WPS and save it as .docx",
        ".doc .docm .dot .dotx .wps .wpt .pages .hwp",
    ),
    _conversion(
        "save_as_xlsx",
        "a spreadsheet",
        "run `soffice --convert-to xlsx FILE` (LibreOffice), "
        "or open it in Excel or WPS and save it as .xlsx",
        ".xls .xlsm .xlsb .xlt .xltx .et .numbers",
    ),
    _conversion(
        "save_as_pptx",
        "a presentation",
        "run `soffice --convert-to pptx FILE` (LibreOffice), "
        "or open it in its program and save it as .pptx",
        ".ppt .pptm .pps .ppsx .dps .odp .key",
    ),
    _conversion(
        "save_as_pdf",
        "a page for print",
        "open it in its program and export it as PDF",
        ".ofd .caj .ceb .djvu .xps .vsd .vsdx",
    ),
    _conversion(
        "save_as_png",
        "a picture of another format",
        "save it as .png or .jpg",
        ".gif .bmp .heic .heif .avif .jp2",
    ),
    _conversion(
        "unpack_first",
        "an archive",
        "unpack it and index the folder",
        ".rar .7z .gz .bz2 .xz",
    ),
    _conversion(
        "save_as_epub",
        "an electronic book of another format",
        "convert it to EPUB, with Calibre for example",
        ".mobi .azw .azw3 .fb2 .prc",
    ),
    _conversion(
        "save_as_html",
        "a web page in one file",
        "open it and save it as .html or .txt",
        ".webarchive",
    ),
    _conversion(
        "save_as_jsonl",
        "a file of XML or YAML",
        "write each record as an object on a line of its own in a .jsonl file, or save it as CSV",
        ".xml .yaml .yml",
    ),
)


def conversion_of(suffix: str) -> Conversion | None:
    """Return the conversion of files with a suffix in lower case, or None if none is known."""
    return next((each for each in CONVERSIONS if suffix in each.suffixes), None)
