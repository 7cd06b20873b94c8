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
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from corpus import Article, Document, Passage, Span
from qa.errors import NoSuchDocument, WenjuError
from qa.library import Library
from qa.progress import Progress
from qa.results import PassageId

_ID = re.compile("[0-9a-f]{64}")


def object_of(line: str) -> dict[str, Any]:
    """The JSON object that a line holds.

    Raises:
        ValueError: it holds none.
    """
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, found {line[:40]!r}")
    return value


def document_of(value: dict[str, Any]) -> tuple[Document, list[str]]:
    """A document and its sources.

    Raises:
        ValueError: a field is not of its kind, the id is none, or a passage's spans do not
            hold its text.
        LookupError: a field is missing.
        TypeError: a field is not of its kind.
    """
    document = Document(
        id=_text(value["id"]),
        text=_text(value["text"]),
        articles=tuple(map(_article, value["articles"])),
        passages=tuple(_passage(number, each) for number, each in enumerate(value["passages"])),
    )
    if not _ID.fullmatch(document.id):
        raise ValueError(f"{document.id[:80]!r} is no document's id")
    if not document.articles or not document.passages:
        raise ValueError(f"document {document.id[:16]}… has no passage")
    for passage, exported in zip(document.passages, value["passages"], strict=True):
        in_order = [0, *chain.from_iterable(passage.spans), len(document.text)]
        if document.quote(passage.spans) != exported["text"] or in_order != sorted(in_order):
            raise ValueError(f"passage {exported['passage_id']} is not what its spans hold")
        if not 0 <= passage.article < len(document.articles):
            raise ValueError(f"passage {exported['passage_id']} is of no article")
        if exported["passage_id"] != PassageId.of(document.id, passage.number):
            raise ValueError(f"passage {exported['passage_id']} is not the document's next")
    sources = [_text(source) for source in value["sources"]]
    if not sources:
        raise ValueError(f"document {document.id[:16]}… has no source")
    return document, sources


def _article(value: dict[str, Any]) -> Article:
    author, date = value["author"], value.get("date")
    return Article(
        _text(value["title"]),
        None if author is None else _text(author),
        None if date is None else _text(date),
    )


def _passage(number: int, value: dict[str, Any]) -> Passage:
    page = value["page"]
    return Passage(
        number=number,
        spans=tuple(Span(_number(start), _number(end)) for start, end in value["spans"]),
        article=_number(value["article"]),
        headings=tuple(map(_text, value["headings"])),
        paragraph=_number(value["paragraph"]),
        page=None if page is None else _number(page),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {str(value)[:40]!r}")
    value.encode("utf-8")  # half a character is none
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**31) <= value < 2**31:
        raise ValueError(f"expected a whole number, found {str(value)[:40]!r}")
    return value


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
