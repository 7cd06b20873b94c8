"""One file with all documents of a library, to carry to another machine.

JSON Lines, gzipped: a header, a line for each document with its stored text, articles
and passages, and a last line with the checksum of all before. Vectors are left out:
the library that imports the file makes its own. Neither way holds more than one document
in memory: an import reads the file once to check all of it, and once to add.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from corpus import Document
from qa.errors import NoSuchDocument, WenjuError
from qa.exported import document_of, object_of
from qa.library import Library
from qa.progress import Progress

_FORMAT = "wenju-export"
_VERSION = 1
_ATTEMPTS = 5  # at an export that others' removals overtake
# A line holds a document's text, its passages' and their places: several times its length.
_LONGEST_LINE = 16
_DAMAGE = (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError)


def export(library: Library, path: Path, progress: Progress) -> int:
    """Write all documents of a library to ``path``, and say how many.

    The file appears under its name when it is complete.

    Raises:
        WenjuError: the file cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                count = _write(library, temporary, progress)
                break
            except NoSuchDocument:  # removed or replaced since it was listed
                if attempt == _ATTEMPTS:
                    raise
        temporary.replace(path)
    except OSError as error:
        raise WenjuError(f"{path} cannot be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _write(library: Library, path: Path, progress: Progress) -> int:
    summaries = library.documents()
    checksum = hashlib.sha256()
    with gzip.open(path, "wt", encoding="utf-8") as file:

        def write(value: dict[str, Any]) -> None:
            line = json.dumps(value, ensure_ascii=False) + "\n"
            checksum.update(line.encode("utf-8"))
            file.write(line)

        write({"format": _FORMAT, "version": _VERSION, "documents": len(summaries)})
        for done, summary in enumerate(summaries, 1):
            write(library.show(summary.id).to_dict())
            progress("export", done, len(summaries), summary.sources[0])
        file.write(json.dumps({"sha256": checksum.hexdigest()}) + "\n")
    return len(summaries)


def import_(library: Library, path: Path, progress: Progress) -> int:
    """Add the documents of an exported file, and say how many it holds.

    Raises:
        WenjuError: the file is damaged or is no export; nothing of it was added.
    """
    longest = _LONGEST_LINE * max(library.limits.characters, 100_000)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            documents, sources = _checked(file, path, longest)
            file.seek(0)
            pairs = _Pairs(file, documents, sources, longest)
            library.add_documents(pairs, progress=progress)
    except _DAMAGE as error:
        raise WenjuError(f"{path} cannot be read as an export: {error}") from error
    return documents


def _checked(file: TextIO, path: Path, longest: int) -> tuple[int, int]:
    """How many documents and sources an export holds, all of which is sound.

    Raises:
        WenjuError: it is no export, or its checksum is not that of its content.
    """
    lines = _lines(file, longest)
    first = next(lines, "")
    header = object_of(first)
    if header.get("format") != _FORMAT or header.get("version") != _VERSION:
        raise WenjuError(f"{path} is no export of version {_VERSION}: {str(header)[:80]}")
    checksum = hashlib.sha256()
    before, documents, sources = first, 0, 0
    last: dict[str, Any] = {}
    for line in lines:
        checksum.update(before.encode())
        before, last = line, object_of(line)
        if "sha256" not in last:
            documents += 1
            sources += len(document_of(last)[1])
    if last.get("sha256") != checksum.hexdigest() or documents != header.get("documents"):
        raise WenjuError(f"{path} is damaged: its checksum is not that of its content.")
    return documents, sources


def _lines(file: TextIO, longest: int) -> Iterator[str]:
    """The lines of an export, none of them longer than a document may be."""
    while line := file.readline(longest + 1):
        if len(line) > longest:
            raise ValueError(f"a line has more than {longest:,} characters")
        yield line


class _Pairs:
    """Sources and documents of an export that was checked, read as they are taken."""

    def __init__(self, file: TextIO, documents: int, sources: int, longest: int) -> None:
        self._file, self._documents, self._sources = file, documents, sources
        self._longest = longest

    def __length_hint__(self) -> int:
        return self._sources

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        lines = _lines(self._file, self._longest)
        next(lines)  # the header
        for _ in range(self._documents):
            document, sources = document_of(object_of(next(lines)))
            for source in sources:
                yield source, document
