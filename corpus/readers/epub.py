"""EPUB: the chapters of a book in reading order, each read as HTML."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote
from zipfile import ZipFile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Block, Extraction, Span
from corpus.readers.archives import open_archive, read_entry
from corpus.readers.encodings import check_length, decode
from corpus.readers.html.reader import extract

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"  # of the whole book, or of its fonts only
_KIND = "EPUB"


def read(data: bytes, limits: Limits) -> Extraction:
    """Read an EPUB file."""
    with open_archive(data, limits, _KIND) as archive:
        package_name = _package_name(archive, limits)
        package = _parse(archive, package_name, limits)
        folder = posixpath.dirname(package_name)
        pieces: list[str] = []
        blocks: list[Block] = []
        place = 0
        encrypted = _encrypted(archive, limits)
        for name in _chapters(package, folder):
            if name in encrypted:
                raise UnreadableFile.encrypted(_KIND)
            if name not in archive.NameToInfo:
                raise UnreadableFile.damaged(_KIND, f"it holds no {name!r}")
            page = read_entry(archive, name, _KIND)
            if not page.strip():
                continue
            chapter = extract(decode(page, limits), limits)
            if not chapter.text:
                continue
            if pieces:
                pieces.append("\n\n")
                place += 2
            pieces.append(chapter.text)
            blocks.extend(_moved(block, place) for block in chapter.blocks)
            place += len(chapter.text)
            check_length(place, limits)
    metadata = _metadata(package)
    return Extraction(
        "".join(pieces),
        tuple(blocks),
        title=metadata.get("dc:title"),
        author=metadata.get("dc:creator"),
        date=metadata.get("dc:date"),
    )


def _parse(archive: ZipFile, name: str, limits: Limits) -> LexborHTMLParser:
    # An HTML parser reads the few XML files of a book, and does not expand entities.
    return LexborHTMLParser(decode(read_entry(archive, name, _KIND), limits))


def _package_name(archive: ZipFile, limits: Limits) -> str:
    for node in _parse(archive, _CONTAINER, limits).css("rootfile[full-path]"):
        name = node.attributes.get("full-path")
        if name:
            return name
    raise UnreadableFile.damaged(_KIND, f"{_CONTAINER} names no book")


def _encrypted(archive: ZipFile, limits: Limits) -> frozenset[str]:
    """Return the names of the files in a book that only its shop's program can open."""
    if _ENCRYPTION not in archive.NameToInfo:
        return frozenset()
    # An HTML parser has names in lower case, with their prefix.
    nodes = _parse(archive, _ENCRYPTION, limits).css("[uri]")
    found = (node.attributes.get("uri") or "" for node in nodes)
    return frozenset(posixpath.normpath(unquote(uri)) for uri in found)


def _chapters(package: LexborHTMLParser, folder: str) -> Iterator[str]:
    """Yield the names of the chapters' files in the order of the spine."""
    names = {
        node.attributes.get("id"): node.attributes.get("href") for node in package.css("item[id]")
    }
    for node in package.css("itemref[idref]"):
        href = names.get(node.attributes.get("idref"))
        if href:
            yield posixpath.normpath(posixpath.join(folder, unquote(href)))


def _metadata(package: LexborHTMLParser) -> dict[str, str]:
    """Return the first title, the first date and all authors."""
    found: dict[str, str] = {}
    root = package.root
    nodes: Iterator[LexborNode] = root.traverse() if root is not None else iter(())
    for node in nodes:
        tag = node.tag or ""
        words = " ".join((node.text(deep=False) or "").split()) if tag.startswith("dc:") else ""
        if words and tag == "dc:creator" and tag in found:
            found[tag] += f"、{words}"
        elif words:
            found.setdefault(tag, words)
    return found


def _moved(block: Block, place: int) -> Block:
    spans = tuple(Span(start + place, end + place) for start, end in block.spans)
    # One level deeper, below the title of the book, so that the book is one article.
    return replace(block, spans=spans, level=block.level + 1 if block.level else 0)
