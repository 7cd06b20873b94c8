"""One module per format, each with ``read(data, limits) -> Extraction``.

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

Reader = Callable[[bytes, Limits], Extraction]

_MODULES = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}

SUPPORTED_SUFFIXES = frozenset(_MODULES)


def reader_for(name: str) -> Reader:
    """The reader of files called ``name``.

    Raises:
        UnsupportedFormat: if no reader knows its suffix.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _MODULES:
        known = " ".join(sorted(SUPPORTED_SUFFIXES))
        found = f"the suffix {suffix!r}" if suffix else "no suffix"
        raise UnsupportedFormat(f"cannot read {name!r}: it has {found}; save it as one of {known}")
    module = importlib.import_module(f"corpus.readers.{_MODULES[suffix]}")
    return cast(Reader, module.read)
