"""One module per format, whose functions make an Extraction of a file's bytes.

Modules are imported when a file of their kind is met: a question asked of a
library that is already built loads none of them.
"""

import importlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import cast

from corpus.errors import UnsupportedFormat
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.conversions import conversion_of

Reader = Callable[[bytes, Limits], Extraction]

# Suffix: module and function.
_READERS = {
    ".txt": "txt.read",
    ".text": "txt.read",
    ".md": "markdown.reader.read",
    ".markdown": "markdown.reader.read",
    ".html": "html.reader.read",
    ".htm": "html.reader.read",
    ".xhtml": "html.reader.read",
    ".docx": "docx.reader.read",
    ".epub": "epub.read",
    ".pdf": "pdf.reader.read",
    ".csv": "tables.records.read",
    ".tsv": "tables.records.read",
    ".xlsx": "tables.xlsx.read",
    ".jsonl": "tables.records.read_lines",
}

SUPPORTED_SUFFIXES = frozenset(_READERS)


def reader_for(name: str) -> Reader:
    """The reader of files called ``name``.

    Raises:
        UnsupportedFormat: if no reader knows its suffix; it says what helps.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _READERS:
        if (conversion := conversion_of(suffix)) is not None:
            raise UnsupportedFormat(
                f"cannot read {name!r}: {conversion.kind} ({suffix}) is not read; "
                f"{conversion.advice}",
                conversion.code,
                suffix=suffix,
            )
        known = " ".join(sorted(SUPPORTED_SUFFIXES))
        found = f"the suffix {suffix!r}" if suffix else "no suffix"
        raise UnsupportedFormat(
            f"cannot read {name!r}: it has {found}; save it as one of {known}", known=known
        )
    module, function = _READERS[suffix].rsplit(".", 1)
    return cast(Reader, getattr(importlib.import_module(f"corpus.readers.{module}"), function))
