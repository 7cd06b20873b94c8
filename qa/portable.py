"""Export and import: one file with all documents of a library, to carry to another machine.

The file is gzipped JSON Lines: a header, a line for each document (the JSON of
:class:`qa.DocumentDetail`), and a last line with the checksum of all lines before it. It has no
vectors; the library that imports it makes its own. Neither direction holds more than one
document in memory: an import reads the file once to check all of it, and once to add.
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
from typing import Any, NamedTuple, TextIO

from corpus import Article, Coverage, Document, Passage
from qa.errors import BadArgument, NoSuchDocument, WenjuError
from qa.library import Library
from qa.progress import Progress
from qa.results import DocumentDetail, PassageDetail, PassageId

_FORMAT = "wenju-export"
_VERSION = 1
_CHECKSUM = '{"sha256"'  # begins the last line
_ATTEMPTS = 5  # at an export, where documents are removed meanwhile
# A line holds a document's text, its passages' texts and their places: several times the text.
_LINE_LIMIT = 16
_LARGEST = 2**31  # page or paragraph; SQLite holds no whole number above 2**63
_ID = re.compile("[0-9a-f]{64}")
_DAMAGE = (OSError, EOFError, zlib.error, ValueError, BadArgument)


class ExportedDocument(NamedTuple):
    """A document of an export, and the sources that hold it."""

    document: Document
    sources: tuple[str, ...]


def document_of(line: str) -> ExportedDocument:
    """Return the document that a line of an export holds.

    Raises:
        BadArgument: it is not the JSON of a document, or a field is not of its type.
        ValueError: the document contradicts itself: its spans do not hold its passages, say.
    """
    detail = DocumentDetail.from_json(line)
    document = Document(
        id=detail.id,
        text=detail.text,
        articles=tuple(Article(each.title, each.author, each.date) for each in detail.articles),
        passages=tuple(
            Passage(
                number,
                each.spans,
                each.article,
                each.headings,
                each.paragraph,
                each.page,
                each.ocr_score,
            )
            for number, each in enumerate(detail.passages)
        ),
        coverage=None if detail.coverage is None else Coverage(**detail.coverage.to_dict()),
    )
    if not _ID.fullmatch(document.id):
        raise ValueError(f"{document.id[:80]!r} is not the id of a document")
    if not document.passages or not detail.sources:
        missing = "source" if document.passages else "passage"
        raise ValueError(f"document {document.id[:16]}… has no {missing}")
    for number, passage in enumerate(detail.passages):
        if fault := _fault(document, number, passage):
            raise ValueError(f"passage {passage.passage_id[:80]} {fault}")
    return ExportedDocument(document, detail.sources)


def _fault(document: Document, number: int, passage: PassageDetail) -> str | None:
    """Return what is wrong with a passage of a document, if anything."""
    in_order = [0, *chain.from_iterable(passage.spans), len(document.text)]
    if in_order != sorted(in_order) or document.quote(passage.spans) != passage.text:
        return "is not what its spans hold"
    if not 0 <= passage.article < len(document.articles):
        return "is not in an article of the document"
    if passage.passage_id != PassageId.of(document.id, number):
        return f"should have the id …:{number}"
    if not (0 <= passage.paragraph < _LARGEST and 0 <= (passage.page or 0) < _LARGEST):
        return "has a page or paragraph that cannot be"
    if not 0 <= (passage.ocr_score or 0) <= 1:
        return "has a score that cannot be"
    return None


def export(library: Library, path: Path, progress: Progress) -> int:
    """Write all documents of a library to ``path``, and return their number.

    The file gets its name when it is complete.

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
    """Add the documents of an exported file, and return their number.

    Raises:
        WenjuError: the file is damaged or not an export; nothing of it was added.
    """
    longest = _LINE_LIMIT * max(library.limits.characters, 100_000)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            count = _check(file, path, longest)
            file.seek(0)
            library.add_documents(_Documents(file, count, longest), progress=progress)
    except _DAMAGE as error:
        raise WenjuError(f"{path} cannot be read as an export: {error}") from error
    return count.documents


class _Count(NamedTuple):
    documents: int
    sources: int


def _check(file: TextIO, path: Path, longest: int) -> _Count:
    """Read all of an export, and return the number of its documents and sources.

    Raises:
        WenjuError: it is not an export, or its checksum is not that of its content.
        BadArgument, ValueError: of a document; see :func:`document_of`.
    """
    lines = _lines(file, longest)
    first = next(lines, "")
    header = json.loads(first)
    if not isinstance(header, dict) or (header.get("format"), header.get("version")) != (
        _FORMAT,
        _VERSION,
    ):
        raise WenjuError(f"{path} is not an export of version {_VERSION}: {first[:80].rstrip()}")
    checksum = hashlib.sha256(first.encode())
    documents = sources = 0
    stated = None
    for line in lines:
        if line.startswith(_CHECKSUM):
            stated = json.loads(line)["sha256"]
            break
        checksum.update(line.encode())
        documents += 1
        sources += len(document_of(line).sources)
    sound = stated == checksum.hexdigest() and documents == header.get("documents")
    if not sound or next(lines, None) is not None:
        raise WenjuError(f"{path} is damaged: its checksum is not that of its content.")
    return _Count(documents, sources)


def _lines(file: TextIO, longest: int) -> Iterator[str]:
    """Return the lines of an export; none may be longer than that of the largest document."""
    while line := file.readline(longest + 1):
        if len(line) > longest:
            raise ValueError(f"a line has more than {longest:,} characters")
        yield line


class _Documents:
    """The sources and documents of a checked export, read as they are taken."""

    def __init__(self, file: TextIO, count: _Count, longest: int) -> None:
        self._file, self._count, self._longest = file, count, longest

    def __length_hint__(self) -> int:
        return self._count.sources

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        lines = _lines(self._file, self._longest)
        next(lines)  # the header
        for _ in range(self._count.documents):
            document, sources = document_of(next(lines))
            for source in sources:
                yield source, document
