"""Recognise a file by its first bytes, where its name says something else."""

from corpus.errors import UnreadableFile
from corpus.readers.conversions import conversion_of

_ZIP = b"PK\x03\x04"
_SIGNATURES = (
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"GIF8", ".gif"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b\x08", ".gz"),
)
# Names of files in an archive that show what it is.
_INSIDE = (
    (b"word/document.xml", ".docx"),
    (b"xl/workbook.xml", ".xlsx"),
    (b"ppt/presentation.xml", ".pptx"),
    (b"application/epub+zip", ".epub"),
    (b"application/vnd.oasis.opendocument.text", ".odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", ".ods"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")  # in a file with a password
_PAGE = (b"<!doctype html", b"<html")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
# A text file may hold HTML on purpose.
_BINARY = (".docx", ".epub", ".ods", ".odt", ".pdf", ".pptx", ".rtf", ".xlsx", *_PICTURES)
# Other suffixes of the same formats.
_ALIKE = {".jpeg": ".jpg", ".tiff": ".tif"}
_OF_ANYTHING = (".msg", ".tar", ".tgz", ".zip")  # their readers see what they are
_MARKS = b"\xef\xbb\xbf \t\r\n"


def check_kind(data: bytes, suffix: str) -> None:
    """Refuse a file whose content is clearly of another kind than its name says.

    Args:
        data: the bytes of the file.
        suffix: of its name, in lower case; one with a reader.

    Raises:
        UnreadableFile: if it is, with advice.
    """
    if suffix in _OF_ANYTHING:
        return
    if data.startswith(_OLD_OFFICE):
        raise _old_office_error(data, suffix)
    found = _suffix_of(data, suffix)
    if found in (None, _ALIKE.get(suffix, suffix)) or (found == ".html" and suffix not in _BINARY):
        return
    conversion = conversion_of(str(found))
    advice = f"rename it to end in {found}" if conversion is None else conversion.advice
    raise UnreadableFile(
        f"its name says {suffix}, its content is that of a {found} file; {advice}",
        "other_kind" if conversion is None else conversion.code,
        suffix=suffix if conversion is None else str(found),
        found=str(found),
    )


def _old_office_error(data: bytes, suffix: str) -> UnreadableFile:
    if _PROTECTED in data:
        return UnreadableFile.encrypted(suffix.removeprefix("."))
    return UnreadableFile(
        f"its name says {suffix}, its content is that of an old Office program (.doc, .xls, .ppt); "
        "open it and save it as .docx, .xlsx or PDF",
        "old_office_file",
    )


def _suffix_of(data: bytes, stated: str) -> str | None:
    """Return the suffix of such files, if their first bytes show it.

    Args:
        data: the bytes of a file.
        stated: the suffix of its name, which counts among several: a presentation holds sheets.
    """
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            return suffix
    if data.startswith(_ZIP):
        inside = [suffix for name, suffix in _INSIDE if name in data]
        return stated if stated in inside else next(iter(inside), None)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return ".webp"
    return ".html" if data[:100].lstrip(_MARKS).lower().startswith(_PAGE) else None
