"""Titles, authors and dates that a format states about itself, without placeholders."""

import re
from dataclasses import replace

from corpus.characters import HAN
from corpus.model import Extraction

_LONGEST = 300  # characters
# Placeholders that programs write when nobody has stated a title or an author.
_NO_TITLE = re.compile(
    r"(?:untitled(?: document)?|无标题(?:文档)?|未命名|word document|文档\s?\d*|document\s?\d*|"
    r"book\d*|(?:microsoft|幻灯片|powerpoint)\b.*|powerpoint 演示文稿|"
    r"(?:.*[/\\])?[^/\\]*\.(?:docx?|pptx?|xlsx?|wps|indd|html?|pdf|txt|md|tmp))",
    re.IGNORECASE,
)
# What is before, after or within a text, and not its title.
_PART = re.compile(
    r"前\s*言|序\s*言?|自\s*序|代\s*序|目\s*[录錄次]|后\s*记|附\s*[录錄件]|封\s*面|摘\s*要|引\s*言|正\s*文(?:\s.*)?|"
    r"第\s*[〇○零一二三四五六七八九十百千\d]+\s*[章节節回卷篇编編](?:[\s:：].*)?|"
    r"(?:chapter|part|section)\s+(?:\d+|[ivxlc]+)\b.*|(?:table of )?contents|preface|foreword|"
    r"abstract|introduction|cover|title page|readme|index|doi:.*|.*(?:https?://|www\.).*",
    re.IGNORECASE,
)
_FEWEST_BYTES = 2  # of the letters of a title: 家 is one, and A is none
_NO_AUTHOR = re.compile(
    r"(?:python-docx|openpyxl|administrator|admin|user|users|windows 用户|微软用户|微软中国|"
    r"microsoft(?: office)? user|unknown|un-?named|anonymous|未知|佚名|null|none|guest|owner|"
    r"[\W\d]+|.*(?:@|://).*|\S+\.(?:com|net|cn|org))",
    re.IGNORECASE,
)
# Formats whose programs write the name of the account into the field of the author.
_OFFICE = frozenset((".docx", ".xlsx", ".pptx", ".pdf", ".odt", ".ods", ".rtf"))
_SEPARATOR = re.compile(r"\s*[;；、&]\s*")
_LATIN_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w'’.-]*,? )+(?:(?:de|van|von|der|la|bin|al) )*[^\W\d_a-z][\w'’.-]*"
)
_MACHINE = re.compile(
    r"\b(?:account|team|user|admin|office|pc|computer|windows|microsoft|server)\b", re.IGNORECASE
)
_SPACED_NAME = re.compile(rf"([{HAN}]{{1,2}}) ([{HAN}]{{1,2}})")


def as_stated(extraction: Extraction, suffix: str = "") -> Extraction:
    """Return an extraction with its title, author and date cleaned; None where blank.

    Args:
        extraction: of a reader.
        suffix: of the file, in lower case. Office programs and PDF state accounts as authors.
    """
    author = stated_author(extraction.author)
    if suffix in _OFFICE and author is not None and not names_people(author):
        author = None
    return replace(
        extraction,
        title=stated_title(extraction.title),
        author=author,
        date=_cleaned(extraction.date),
    )


def _cleaned(value: str | None) -> str | None:
    """Return a field on one line and of a limited length, or None if it is blank."""
    return " ".join((value or "")[: 4 * _LONGEST].split())[:_LONGEST] or None


def stated_title(value: str | None) -> str | None:
    """Return a title, or None if it is blank or a placeholder (``Microsoft Word - 1.doc``)."""
    title = _cleaned(value)
    return None if title is None or _NO_TITLE.fullmatch(title) or names_part(title) else title


def names_part(title: str) -> bool:
    """Return whether a title is that of a part: a preface, a chapter, a page number."""
    letters = "".join(mark for mark in title if mark.isalpha())
    return len(letters.encode()) < _FEWEST_BYTES or _PART.fullmatch(title.strip()) is not None


def stated_author(value: str | None) -> str | None:
    """Return an author, or None if it is blank or the account of a machine."""
    author = _cleaned(value)
    return None if author is None or _NO_AUTHOR.fullmatch(author) else author


def names_people(author: str) -> bool:
    """Return whether the author in the properties of a file is people, not an account.

    An account is ``dell``, ``HP``, ``Account Team`` or ``行叭``; a person has a family name.
    """
    # Imported here, because a question reads no file and needs no surnames.
    from corpus.layout.bylines import are_names
    from corpus.layout.surroundings import signing_office

    for name in _SEPARATOR.split(author):
        spaced = _SPACED_NAME.fullmatch(name)
        turned = f"{spaced[2]}{spaced[1]}" if spaced else name  # the given name is first in Office
        known = are_names(name) or are_names(turned) or signing_office(name) is not None
        if _MACHINE.search(name) or not (known or _LATIN_NAME.fullmatch(name)):
            return False
    return True
