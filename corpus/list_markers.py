"""The marks by which a line is known as an item of a list, or as a row of a table.

Three things that look alike are kept apart:

- an item (:func:`begins_item`) is a line of its own, behind a bullet, a number or a letter;
- a row of a table (:func:`is_table_row`) holds cells;
- an ordinal (:func:`begins_ordinal`) counts the sentences of running text: 一是……二是……
"""

import re

from corpus.characters import HAN, UNSPACED
from corpus.numerals import COUNT, DIGIT

_BULLETS = "•‣●○■◆◇▪"
# Also signs, dashes and check boxes in running text: bullets only before a space, and the
# first four before a Chinese character.
_BULLETS_BEFORE_HAN = "-*+·"
_BULLETS_BEFORE_SPACE = f"{_BULLETS_BEFORE_HAN}–—□"
_ENCLOSED_NUMBERS = "①-⒛㈠-㈩❶-❿"
# Without "v.", as in "Brown v. Board of Education".
_ROMAN = r"(?:i{1,3}|iv|vi{1,3}|ix|xi{0,3})"

_ITEM = re.compile(
    rf"[{_BULLETS}{_ENCLOSED_NUMBERS}]|[{_BULLETS_BEFORE_SPACE}]\s|[{_BULLETS_BEFORE_HAN}](?=[{HAN}])"
    rf"|[（(]?\s*(?:{DIGIT}{{1,3}}|{COUNT}|[a-zA-Z])\s*[）)]"
    rf"|(?:{DIGIT}{{1,3}}|{COUNT})\s*[、．]"
    rf"|{DIGIT}{{1,3}}\.(?=[\s{UNSPACED}A-Z]|$)|{COUNT}\.(?!\d)"
    rf"|{_ROMAN}[.)]\s"
)
_SECTION_NUMBER = re.compile(r"[0-9]{1,2}((?:\.[0-9]{1,2}){1,3})\.?\s+\S")

# Cells are parted by bars between spaces, as in Markdown, Word and HTML, or by tabs.
_TABLE_ROW = re.compile(r"\||.*(?:\t|\s\|(?:\s|$))")

_ORDINAL = re.compile(
    rf"\s*(?:{COUNT}[是要则則、]|第{COUNT}[，,、是]|首先|其次|再次|最[后後]"
    r"|(?:first|second|third|fourth|fifth|last|finally)(?:ly)?\b)",
    re.IGNORECASE,
)


def begins_item(line: str) -> bool:
    """Return whether a line begins with the mark of a list's item: ``•``, ``1.``, ``（一）``.

    Args:
        line: without the white space before it.
    """
    return _ITEM.match(line) is not None


def section_depth(line: str) -> int:
    """Return the depth of the section number that a line begins with, 2 for ``2.1``; 0 without."""
    match = _SECTION_NUMBER.match(line)
    return 0 if match is None else 1 + match.group(1).count(".")


def is_table_row(line: str) -> bool:
    """Return whether a line is a row of a table: its cells are parted by bars or tabs.

    Args:
        line: without the white space around it.
    """
    return _TABLE_ROW.match(line) is not None


def is_row(line: str) -> bool:
    """Return whether a line is complete without any mark at its end.

    That holds for items of lists, lines with a section number, and rows of tables.

    Args:
        line: without the white space around it.
    """
    return begins_item(line) or section_depth(line) > 0 or is_table_row(line)


def begins_ordinal(sentence: str) -> bool:
    """Return whether a sentence begins by counting: ``一是``, ``第二，``, ``finally``.

    A list in running text, that is; 一、 begins an item as well, since it is used for both.
    """
    return _ORDINAL.match(sentence) is not None
