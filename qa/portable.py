"""One file with all documents of a library, to carry to another machine.

JSON Lines, gzipped: a header, a line for each document with its stored text, articles
and passages, and a last line with the checksum of all before. Vectors are left out:
the library that imports the file makes its own.
"""

import gzip
import hashlib
import json
import re
import zlib
from itertools import chain
from pathlib import Path
from typing import Any

from corpus import Article, Document, Passage, Span
from qa.errors import WenjuError
from qa.library import Library
from qa.progress import Progress

_FORMAT = "wenju-export"
_VERSION = 1
_ID = re.compile("[0-9a-f]{64}")


def export(library: Library, path: Path, progress: Progress) -> int:
    """Write all documents of a library to ``path``, and say how many.

    The file appears under its name when it is complete.

    Raises:
        WenjuError: the file cannot be written.
    """
    summaries = library.documents()
    temporary = path.with_name(f"{path.name}.tmp")
    checksum = hashlib.sha256()
    try:
        with gzip.open(temporary, "wt", encoding="utf-8") as file:

            def write(value: dict[str, Any]) -> None:
                line = json.dumps(value, ensure_ascii=False) + "\n"
                checksum.update(line.encode("utf-8"))
                file.write(line)

            write({"format": _FORMAT, "version": _VERSION, "documents": len(summaries)})
            for done, summary in enumerate(summaries, 1):
                write(library.show(summary.id).to_dict())
                progress("export", done, len(summaries), summary.sources[0])
            file.write(json.dumps({"sha256": checksum.hexdigest()}) + "\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WenjuError(f"{path} cannot be written: {error}") from error
    return len(summaries)


def import_(library: Library, path: Path, progress: Progress) -> int:
    """Add the documents of an exported file, and say how many it holds.

    Raises:
        WenjuError: the file is damaged or is no export; nothing of it was added.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = file.readlines()
        header, *body = (_object(line) for line in lines)
        if header.get("format") != _FORMAT or header.get("version") != _VERSION:
            raise WenjuError(f"{path} is no export of version {_VERSION}: {str(header)[:80]}")
        if not body or hashlib.sha256("".join(lines[:-1]).encode()).hexdigest() != body[-1].get(
            "sha256"
        ):
            raise WenjuError(f"{path} is damaged: its checksum is not that of its content.")
        pairs = [
            (source, document)
            for document, sources in map(_document, body[:-1])
            for source in sources
        ]
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise WenjuError(f"{path} cannot be read as an export: {error}") from error
    library.add_documents(pairs, progress=progress)
    return len(body) - 1


def _object(line: str) -> dict[str, Any]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, found {line[:40]!r}")
    return value


def _document(value: dict[str, Any]) -> tuple[Document, list[str]]:
    """A document and its sources.

    Raises:
        ValueError: the id is none, or a passage's spans do not hold its text.
    """
    document = Document(
        id=str(value["id"]),
        text=str(value["text"]),
        articles=tuple(Article(a["title"], a["author"], a.get("date")) for a in value["articles"]),
        passages=tuple(
            Passage(
                number=number,
                spans=tuple(Span(start, end) for start, end in passage["spans"]),
                article=int(passage["article"]),
                headings=tuple(passage["headings"]),
                paragraph=int(passage["paragraph"]),
                page=passage["page"],
            )
            for number, passage in enumerate(value["passages"])
        ),
    )
    if not _ID.fullmatch(document.id):
        raise ValueError(f"{document.id[:80]!r} is no document's id")
    for passage, exported in zip(document.passages, value["passages"], strict=True):
        in_order = [0, *chain.from_iterable(passage.spans), len(document.text)]
        if document.quote(passage.spans) != exported["text"] or in_order != sorted(in_order):
            raise ValueError(f"passage {exported['passage_id']} is not what its spans hold")
        if not 0 <= passage.article < len(document.articles):
            raise ValueError(f"passage {exported['passage_id']} is of no article")
    return document, [str(source) for source in value["sources"]]
