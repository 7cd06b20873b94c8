"""Readers of file formats: a module a format, whose functions make an Extraction of bytes.

A reader's module is imported when the first file of its format is read: a question asked
of a library that is already built imports none of them. Readers of further formats are
given to :class:`Readers` as objects, or installed as entry points of ``wenju.readers``.
"""

import importlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol, cast

from corpus.errors import CorpusError, UnreadableFile, UnsupportedFormat
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.plugins import Registry, first_line
from corpus.readers.conversions import conversion_of
from corpus.readers.ocr.lines import Recogniser

if TYPE_CHECKING:
    from corpus.readers.ocr.engine import Pixels


class FileReader(Protocol):
    """Reads the files of one format. A function will do."""

    def __call__(self, data: bytes, limits: Limits, /) -> Extraction:
        """Return the text of a file and its blocks in reading order.

        Args:
            data: the file's bytes.
            limits: bounds beyond which the file should be refused.

        Raises:
            CorpusError: the file cannot be read; the message says why.
        """


class PictureReader(FileReader, Protocol):
    """Reads the files of one format, whose pages may be pictures of text."""

    def __call__(self, data: bytes, limits: Limits, recognise: Recogniser = ..., /) -> Extraction:
        """Return the text of a file and its blocks in reading order.

        Args:
            data: the file's bytes.
            limits: bounds beyond which the file should be refused.
            recognise: returns the text of pages.

        Raises:
            CorpusError: the file cannot be read; the message says why.
        """


class PageLoader(Protocol):
    """Loads the pictures of the pages of files of one format."""

    def __call__(self, data: bytes, number: int, /) -> "Pixels":
        """Return the picture of a page, by its number from 1.

        Raises:
            CorpusError: the file is damaged, or the picture too large.
        """


_OWN = {
    ".txt": "corpus.readers.txt:read",
    ".text": "corpus.readers.txt:read",
    ".srt": "corpus.readers.subtitles:read",
    ".vtt": "corpus.readers.subtitles:read",
    ".md": "corpus.readers.markdown.reader:read",
    ".markdown": "corpus.readers.markdown.reader:read",
    ".html": "corpus.readers.html.reader:read",
    ".htm": "corpus.readers.html.reader:read",
    ".xhtml": "corpus.readers.html.reader:read",
    ".docx": "corpus.readers.docx.reader:read",
    ".epub": "corpus.readers.epub:read",
    ".pdf": "corpus.readers.pdf.reader:read",
    ".csv": "corpus.readers.tables.records:read",
    ".tsv": "corpus.readers.tables.records:read",
    ".xlsx": "corpus.readers.tables.xlsx:read",
    ".ods": "corpus.readers.office.opendocument:read_sheet",
    ".jsonl": "corpus.readers.tables.json_records:read_lines",
    ".json": "corpus.readers.tables.json_records:read",
    ".odt": "corpus.readers.office.opendocument:read_text",
    ".rtf": "corpus.readers.office.rtf:read",
    ".pptx": "corpus.readers.office.pptx:read",
    ".eml": "corpus.readers.bundles.mail:read",
    ".msg": "corpus.readers.bundles.mail:read_outlook",
    ".mht": "corpus.readers.bundles.mail:read_archive",
    ".mhtml": "corpus.readers.bundles.mail:read_archive",
    ".zip": "corpus.readers.bundles.packed:read_zip",
    ".tar": "corpus.readers.bundles.packed:read_tar",
    ".tgz": "corpus.readers.bundles.packed:read_tar",
    ".png": "corpus.readers.ocr.reader:read",
    ".jpg": "corpus.readers.ocr.reader:read",
    ".jpeg": "corpus.readers.ocr.reader:read",
    ".tif": "corpus.readers.ocr.reader:read",
    ".tiff": "corpus.readers.ocr.reader:read",
    ".webp": "corpus.readers.ocr.reader:read",
}
_BUNDLES = frozenset((".zip", ".tar", ".tgz", ".eml", ".msg"))  # they hold files of any format
# Formats that a :class:`PictureReader` reads, each with the :class:`PageLoader` of its pages.
_PAGE_LOADERS = {
    ".pdf": "corpus.readers.pdf.scans:render_page",
    ".png": "corpus.readers.ocr.pictures:load_page",
    ".jpg": "corpus.readers.ocr.pictures:load_page",
    ".jpeg": "corpus.readers.ocr.pictures:load_page",
    ".tif": "corpus.readers.ocr.pictures:load_page",
    ".tiff": "corpus.readers.ocr.pictures:load_page",
    ".webp": "corpus.readers.ocr.pictures:load_page",
}
_REGISTRY = Registry[FileReader]("wenju.readers", _OWN)

SUPPORTED_SUFFIXES = frozenset(_OWN)  # read without an extension


class Readers:
    """The readers in use, by suffix: those given, then ours, then those installed.

    Args:
        given: readers by suffix, ``{".log": read_log}``; they take the place of ours.

    Raises:
        CorpusError: a suffix is not one, or a reader cannot be called.
    """

    def __init__(self, given: Mapping[str, FileReader] | None = None) -> None:
        self._given = dict(given or {})
        for suffix, reader in self._given.items():
            if suffix != PurePosixPath(f"name{suffix}").suffix.lower() or not suffix:
                raise CorpusError(
                    f"{suffix!r} is not a suffix in lower case, such as '.log'", "bad_argument"
                )
            if not callable(reader):
                raise CorpusError(
                    f"the reader of {suffix} cannot be called: {reader!r}", "bad_argument"
                )

    @property
    def suffixes(self) -> frozenset[str]:
        """The suffixes of all files that can be read."""
        return _REGISTRY.names() | self._given.keys()

    def reader_for(self, name: str) -> FileReader:
        """Return the reader of files with the suffix of ``name``.

        Raises:
            UnsupportedFormat: no reader knows the suffix; the message says what helps.
            BrokenPlugin: the extension that reads it cannot be loaded.
        """
        suffix = PurePosixPath(name).suffix.lower()
        reader = self._given.get(suffix) or _REGISTRY.find(suffix)
        if reader is None:
            raise self._unsupported(name, suffix)
        return reader if self.is_own(suffix) else _checked(reader, suffix)

    def is_own(self, suffix: str) -> bool:
        """Return whether files of a suffix are read by a reader of ours."""
        return suffix in _OWN and suffix not in self._given

    def has_pictures(self, suffix: str) -> bool:
        """Return whether files of a suffix have a :class:`PictureReader`."""
        return suffix in _PAGE_LOADERS and self.is_own(suffix)

    def import_for(self, name: str) -> None:
        """Import the readers of a file and, if it holds others, of the files in it.

        Raises:
            CorpusError: as :meth:`reader_for`.
        """
        self.reader_for(name)
        if PurePosixPath(name).suffix.lower() in _BUNDLES:
            for suffix in _OWN:
                self.reader_for(f"file{suffix}")

    def is_given(self, name: str) -> bool:
        """Return whether files with the suffix of ``name`` are read by a given object."""
        return PurePosixPath(name).suffix.lower() in self._given

    def _unsupported(self, name: str, suffix: str) -> UnsupportedFormat:
        if (conversion := conversion_of(suffix)) is not None:
            return UnsupportedFormat(
                f"cannot read {name!r}: {conversion.kind} ({suffix}) is not read; "
                f"{conversion.advice}",
                conversion.code,
                suffix=suffix,
            )
        known = " ".join(sorted(self.suffixes))
        found = f"the suffix {suffix!r}" if suffix else "no suffix"
        return UnsupportedFormat(
            f"cannot read {name!r}: it has {found}; save it as one of {known}", known=known
        )


READERS = Readers()  # ours, and those installed


def page_loader(suffix: str) -> PageLoader:
    """Return what loads the pages of files of a suffix; see :meth:`Readers.has_pictures`."""
    module, _, attribute = _PAGE_LOADERS[suffix].partition(":")
    return cast(PageLoader, getattr(importlib.import_module(module), attribute))


def _checked(reader: FileReader, suffix: str) -> FileReader:
    """Return a reader that refuses a file wherever the given one fails or returns nonsense."""

    def read(data: bytes, limits: Limits) -> Extraction:
        try:
            extraction = reader(data, limits)
        except CorpusError:
            raise
        except Exception as error:  # whatever the code of a stranger raises
            raise _failed(suffix, first_line(error)) from error
        if not isinstance(extraction, Extraction):
            raise _failed(suffix, f"it returned {type(extraction).__name__}, not an Extraction")
        _check_text(extraction, suffix, limits)
        return extraction

    return read


def _check_text(extraction: Extraction, suffix: str, limits: Limits) -> None:
    from corpus.readers.encodings import check_length  # slow to import, for no question

    length = len(extraction.text)
    check_length(length, limits)
    for block in extraction.blocks:
        for start, end in block.spans:
            if not 0 <= start <= end <= length:
                raise _failed(suffix, f"the span ({start}, {end}) is outside its text")


def _failed(suffix: str, reason: str) -> UnreadableFile:
    return UnreadableFile(
        f"the reader of {suffix} failed: {reason}", "reader_failed", suffix=suffix
    )
