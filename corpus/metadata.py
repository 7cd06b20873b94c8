"""Titles, authors and dates that a format states about itself, without placeholders."""

import re
from dataclasses import replace

from corpus.model import Extraction

_LONGEST = 300  # characters
# Placeholders that programs write when nobody has stated a title or an author.
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
    """Return an extraction with its title, author and date cleaned; None where blank."""
    return replace(
        extraction,
        title=stated_title(extraction.title),
        author=stated_author(extraction.author),
        date=_cleaned(extraction.date),
    )


def _cleaned(value: str | None) -> str | None:
    """Return a field on one line and of a limited length, or None if it is blank."""
    return " ".join((value or "")[: 4 * _LONGEST].split())[:_LONGEST] or None


def stated_title(value: str | None) -> str | None:
    """Return a title, or None if it is blank or a placeholder (``Microsoft Word - 1.doc``)."""
    title = _cleaned(value)
    return None if title is None or _NO_TITLE.fullmatch(title) else title


def stated_author(value: str | None) -> str | None:
    """Return an author, or None if it is blank or the account of a machine."""
    author = _cleaned(value)
    return None if author is None or _NO_AUTHOR.fullmatch(author) else author
