"""Titles, authors and dates that a format states about itself, as far as they say something."""

import re
from dataclasses import replace

from corpus.model import Extraction

_LONGEST = 300
# What programs put there when nobody said anything.
_NO_TITLE = re.compile(
    r"(?:untitled(?: document)?|无标题(?:文档)?|未命名|word document|文档\s?\d*|document\s?\d*|"
    r"(?:microsoft|幻灯片|powerpoint)\b.*|powerpoint 演示文稿|"
    r"(?:.*[/\\])?[^/\\]*\.(?:docx?|pptx?|xlsx?|wps|indd|html?|pdf|txt|md|tmp))",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:python-docx|openpyxl|administrator|admin|user|users|windows 用户|微软用户|微软中国|"
    r"microsoft(?: office)? user|unknown|anonymous|未知|null|none)",
    re.IGNORECASE,
)


def as_stated(extraction: Extraction) -> Extraction:
    """An extraction whose title, author and date are on one line, of a sane length, or None."""
    return replace(
        extraction,
        title=stated_title(extraction.title),
        author=stated_author(extraction.author),
        date=stated(extraction.date),
    )


def stated(value: str | None) -> str | None:
    """A field on one line and of a sane length, or None if it is blank."""
    return " ".join((value or "")[: 4 * _LONGEST].split())[:_LONGEST] or None


def stated_title(value: str | None) -> str | None:
    """A title, or None if it is blank or a program's own (``Microsoft Word - 1.doc``)."""
    title = stated(value)
    return None if title is None or _NO_TITLE.fullmatch(title) else title


def stated_author(value: str | None) -> str | None:
    """An author, or None if it is blank or a machine's account."""
    author = stated(value)
    return None if author is None or _NO_AUTHOR.fullmatch(author) else author
