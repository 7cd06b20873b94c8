"""Files of every format that is read, of given paragraphs."""

import csv
import html
import io
import json
import unicodedata
import zipfile
from itertools import pairwise

import docx
import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tests.corpus.pdf_writer import column, pdf

KINDS = (".txt", ".md", ".html", ".csv", ".tsv", ".jsonl", ".docx", ".xlsx", ".epub", ".pdf")

_CONTAINER = """<?xml version="1.0"?><container version="1.0"
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
_PACKAGE = """<?xml version="1.0" encoding="utf-8"?><package version="3.0"
 xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>书</dc:title></metadata><manifest>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="a"/></spine></package>"""


def broken(paragraph: str, width: int) -> str:
    """A paragraph as columns break it: over lines, with a blank line between here and there."""
    cuts = [0]
    for position in range(1, len(paragraph)):
        belongs = unicodedata.category(paragraph[position]) in ("Mn", "Me", "Cf")
        if position >= cuts[-1] + width and not belongs:
            cuts.append(position)
    lines = [paragraph[a:b] for a, b in pairwise([*cuts, len(paragraph)])]
    return "".join(
        line + ("\n\n" if number % 3 == 2 else "\n") for number, line in enumerate(lines)
    )


def file_of(kind: str, paragraphs: list[str], width: int, newline: str) -> bytes:
    """A file of some format with these paragraphs.

    Args:
        kind: one of :data:`KINDS`.
        paragraphs: a PDF drops what its font has not; JSON Lines alone can hold halves of
            surrogate pairs.
        width: break lines after so many characters, as a page's columns do; 0 for none.
        newline: of the text formats.
    """
    if width:
        paragraphs = [broken(paragraph, width) for paragraph in paragraphs]
    if kind == ".jsonl":
        return "\n".join(json.dumps({"text": paragraph}) for paragraph in paragraphs).encode()
    if kind == ".docx":
        return _word(paragraphs)
    if kind == ".xlsx":
        return _workbook(paragraphs)
    if kind == ".pdf":
        return _pdf(paragraphs, width or 30)
    body = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs)
    if kind == ".epub":
        return _book(f"<html><body><h1>题</h1>{body}</body></html>")
    if kind in (".csv", ".tsv"):
        file = io.StringIO()
        rows = csv.writer(file, delimiter="," if kind == ".csv" else "\t")
        rows.writerows([["text"], *([paragraph] for paragraph in paragraphs)])
        return file.getvalue().encode()
    if kind == ".txt":
        text = "\n\n".join(paragraphs)
    elif kind == ".md":
        text = "# 标题\n\n## 第一节\n\n" + "\n\n- 项目一\n- 项目二\n\n".join(paragraphs)
    else:
        text = f"<!doctype html><meta charset=utf-8><title>标题</title><h1>题</h1>{body}"
    return text.replace("\n", newline).encode()


def _word(paragraphs: list[str]) -> bytes:
    document = docx.Document()
    document.add_heading("题", 1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _workbook(paragraphs: list[str]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.create_sheet("文", 0)
    for paragraph in ("text", *paragraphs):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", paragraph)])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _book(chapter: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("book.opf", _PACKAGE)
        archive.writestr("a.xhtml", chapter)
    return file.getvalue()


def _pdf(paragraphs: list[str], width: int) -> bytes:
    """Each paragraph on a page of its own, in lines, of what GB 2312 has."""
    pages = []
    for paragraph in paragraphs:
        shown = "".join(paragraph.split()).encode("gb2312", "ignore").decode("gb2312")
        lines = [shown[start : start + width] for start in range(0, len(shown), width)]
        pages.append(column(60, 780, lines[:50]))
    return pdf(pages)
