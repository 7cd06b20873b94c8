"""Headings of plain text, known by numbering, length, punctuation and position."""

import re
from collections.abc import Sequence

from corpus.characters import CLOSERS, ENDINGS, UNSPACED, begins_with_closer, is_balanced, width
from corpus.layout.interviews import is_spoken
from corpus.layout.statutes import article_number
from corpus.model import Span
from corpus.numerals import COUNT, DIGIT, NUMERAL

_WIKI = re.compile(r"(={1,6})[ \t\u3000]*([^\s=](?:.*[^\s=])?)[ \t\u3000]*\1")
_RULE = re.compile(r"([-=*_~─━═])\1{2,}|(?:[-*_] ){2,}[-*_]")
_TABLE_RULE = re.compile(r"[+|]?[-=:]{2,}(?:[ \t+|]+[-=:]{2,})+[+|]?")
_UNDERLINES = {"=": 1, "-": 2}


def wiki_heading(line: str) -> tuple[int, Span] | None:
    """The level of a line's heading, and where in the line its words stand; or None."""
    match = _WIKI.fullmatch(line)
    return None if match is None else (len(match.group(1)), Span(*match.span(2)))


def is_rule(line: str) -> bool:
    """Whether a line is drawn, not written."""
    return _RULE.fullmatch(line) is not None


def is_table_rule(line: str) -> bool:
    """Whether a line only parts the head of a table from its rows, or one row from the next."""
    return _TABLE_RULE.fullmatch(line) is not None


def underlined_level(rule: str) -> int:
    """The level of a heading right above a rule, or 0 where the rule makes none of it."""
    return 0 if " " in rule else _UNDERLINES.get(rule[:1], 0)


#: Of 一、 and the like, with which a notice or minutes number their sections.
SECTION_LEVEL = 4

# Numbered headings, outermost first; the level is what a reader would give them.
_NUMBERED = (
    (1, re.compile(rf"第\s*{NUMERAL}\s*(?:编|編|篇|卷|部分)(?=[\s\u3000:：]|$|[{UNSPACED}])")),
    (2, re.compile(rf"第\s*{NUMERAL}\s*章(?=[\s\u3000:：]|$|[{UNSPACED}])")),
    (3, re.compile(rf"第\s*{NUMERAL}\s*[节節](?=[\s\u3000:：]|$|[{UNSPACED}])")),
    (1, re.compile(r"(?:Part|PART)\s+(?:[0-9]+|[IVXLC]+)\b")),
    (2, re.compile(r"(?:Chapter|CHAPTER)\s+(?:[0-9]+|[IVXLC]+)\b")),
    (3, re.compile(r"(?:Section|SECTION)\s+(?:[0-9.]+|[IVXLC]+)\b")),
    (SECTION_LEVEL, re.compile(rf"{COUNT}\s*[、．.]")),
    (5, re.compile(rf"[（(]{COUNT}[）)]")),
)
_DECIMAL = re.compile(r"[0-9]{1,2}((?:\.[0-9]{1,2}){1,3})\.?\s+\S")
_SIMPLE = re.compile(rf"{DIGIT}{{1,2}}\s*(?:[、．]|\.(?![0-9]))")
_LEADERS = re.compile(r"(?:[.·․]\s?|…){4,}\s*[0-9ivxlc]{1,5}$")
_INNER_END = re.compile(rf"[{ENDINGS}；][{CLOSERS}]*\S")
_CLAUSES = re.compile(r"[，,]")
_LAST = re.compile(r"[，,、；;。：:.]$")

_ASIDE = re.compile(r"[（(][^（）()]*[）)]")

# Words after which something must follow: what they end is no heading.
_UNFINISHED = re.compile(
    "(?:[的了和与與及在是把被对對从從将將而或之并且以向由于於应應也都不为為让讓使]|"
    r"\b(?:the|an?|of|and|or|in|on|at|to|for|from|by|with|as|is|are|was|were|that|which|its|their|"
    r"his|her|has|had|have|be|been|than|but|into))$"
)

UNNUMBERED_LEVEL = 9
_LONGEST_TITLE = 120
_LONGEST_HEADING = 64


def numbered_level(line: str) -> int:
    """The level that a heading's numbering gives it, or 0 if it has none."""
    for level, pattern in _NUMBERED:
        if pattern.match(line):
            return level
    decimal = _DECIMAL.match(line)
    if decimal is not None:
        return 6 + decimal.group(1).count(".")
    return 6 if _SIMPLE.match(line) else 0


def is_chapter(line: str) -> bool:
    """Whether a line is headed as part, chapter or section of a larger work."""
    return 0 < numbered_level(line) <= 3 and is_short(line, _LONGEST_HEADING)


def go_deeper(lines: Sequence[str]) -> bool:
    """Whether each line heads a part of what the one above heads: 第一编, 第一章, 第一节."""
    levels = [numbered_level(line) for line in lines]
    return all(map(is_chapter, lines)) and levels == sorted(set(levels))


def is_contents(line: str) -> bool:
    """Whether a line is an entry of a table of contents, dots leading to a page."""
    return _LEADERS.search(line) is not None


def is_subtitle(line: str) -> bool:
    """Whether a line under a title goes on with it, behind a dash."""
    return line.startswith(("—", "--", "─"))


def is_short(line: str, columns: int) -> bool:
    """Whether a line is short, and holds no end of a sentence and no cells."""
    if width(line) > columns or "\t" in line or is_contents(line) or is_spoken(line):
        return False
    return _INNER_END.search(line) is None and _LAST.search(line) is None


def could_be_title(line: str) -> bool:
    """Whether a line has the form of a title."""
    return is_short(line, _LONGEST_TITLE) and not begins_with_closer(line)


def could_be_heading(line: str) -> bool:
    """Whether a line has the form of a heading.

    A clause that a comma parts from the next is the beginning of a sentence,
    unless the halves are of one length, as in a couplet, or a number heads them.
    """
    if not is_short(line, _LONGEST_HEADING) or begins_with_closer(line) or line[:1].islower():
        return False
    if line.endswith(("。", "！", "!")) or not any(mark.isalnum() for mark in line):
        return False
    if not is_balanced(line) or _ASIDE.fullmatch(line) or article_number(line) is not None:
        return False
    if numbered_level(line):
        return True
    if _UNFINISHED.search(line):
        return False
    clauses = [clause.strip() for clause in _CLAUSES.split(line)]
    return len({len(clause) for clause in clauses}) == 1
