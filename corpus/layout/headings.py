"""The forms of titles and headings: numbering, length and punctuation of a single line."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.characters import (
    CLOSERS,
    ENDINGS,
    HAN,
    UNSPACED,
    begins_with_closer,
    has_han,
    is_balanced,
    width,
)
from corpus.layout.interviews import is_question_or_answer
from corpus.list_markers import section_depth
from corpus.model import Span
from corpus.numerals import COUNT, DIGIT, NUMERAL, article_number

#: Level of 一、 and the like, by which notices and minutes number their sections.
SECTION_LEVEL = 4
#: Level of a heading without a number.
UNNUMBERED_LEVEL = 9
_SIMPLE_LEVEL = 6  # of 1.
_LEVEL_ABOVE_DECIMAL = 5  # 2.1 is two deeper, 2.1.1 three
_LOWEST_CHAPTER_LEVEL = 3

# Columns. A title may take two lines of a narrow page.
_LONGEST_TITLE = 120
_LONGEST_HEADING = 64

# Fewer letters make no word, but of Chinese two do; a number before them has so many characters.
_FEWEST_LETTERS = 3
_MOST_NUMBERING = 8

# Marks that a text writes to show its headings: == 产假 ==, or a line drawn below them.
_WIKI = re.compile(r"(={1,6})[ \t\u3000]*([^\s=](?:.*[^\s=])?)[ \t\u3000]*\1")
_RULE = re.compile(r"([-=*_~─━═])\1{2,}|(?:[-*_] ){2,}[-*_]")
_TABLE_RULE = re.compile(r"[+|]?[-=:]{2,}(?:[ \t+|]+[-=:]{2,})+[+|]?")
_UNDERLINES = {"=": 1, "-": 2}

# Numbered headings, outermost first, with their levels.
_AFTER_NUMBER = rf"(?=[\s\u3000:：]|$|[{UNSPACED}])"
_NUMBERED = (
    (1, re.compile(rf"第\s*{NUMERAL}\s*(?:编|編|篇|卷|部分){_AFTER_NUMBER}")),
    (2, re.compile(rf"第\s*{NUMERAL}\s*章{_AFTER_NUMBER}")),
    (3, re.compile(rf"第\s*{NUMERAL}\s*[节節]{_AFTER_NUMBER}")),
    (1, re.compile(r"(?:Part|PART)\s+(?:[0-9]+|[IVXLC]+)\b")),
    (2, re.compile(r"(?:Chapter|CHAPTER)\s+(?:[0-9]+|[IVXLC]+)\b")),
    (3, re.compile(r"(?:Section|SECTION)\s+(?:[0-9.]+|[IVXLC]+)\b")),
    (SECTION_LEVEL, re.compile(rf"{COUNT}\s*[、．.]")),
    (5, re.compile(rf"[（(]{COUNT}[）)]")),
)
_SIMPLE = re.compile(rf"{DIGIT}{{1,2}}\s*(?:[、．]|\.(?![0-9]))")

_NO_HEADING = re.compile("[\t☐☑☒]")  # cells, and the check boxes of a form
_CAPTION = re.compile(
    rf"(?:附?[表图圖]|Table|Fig(?:ure|\.))\s*(?:[A-Z]?{DIGIT}+(?:[.\-–]{DIGIT}+)*|{COUNT})"
    rf"(?:[\s\u3000:：.]|$)"
)
_LONGEST_CAPTION = 80
_CONTENTS_ENTRY = re.compile(r"(?:[.·․]\s?|…){4,}\s*[0-9ivxlc]{1,5}$")
_INNER_END = re.compile(rf"[{ENDINGS}；][{CLOSERS}]*\S")
_CLAUSES = re.compile(r"[，,]")
_LAST = re.compile(r"[，,、；;。：:.]$")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")

# A number, perhaps with its unit and with what it is the number of: 股票代码：668800.
_NUMBER = re.compile(
    rf"(?:[^\d:：]{{1,40}}[:：]\s*)?[\W\d_]*\d[\d\W_]*(?:(?<=\d)[{UNSPACED}%％A-Za-z]{{1,4}})?"
)
_FORMULA = re.compile(r"[=<>≤≥±∑∫√∂≈≠×÷{}|\\^~\ue000-\uf8ff]|\w\+\w|^#+|;$|\(\)|//")
_BEGINS_CAPTION = re.compile(
    r"(?:图|表|附图|附表|圖|Fig(?:ure|\.)?|FIG(?:URE|\.)?|Tab(?:le|\.)|TABLE|Chart|Algorithm)"
    rf"\s*(?:[0-9A-Z０-９]|{COUNT}(?![{UNSPACED}]))"
)
# A field of a form with its value: 股票简称：….
_FILLED_FIELD = re.compile(rf"(?!附)[{HAN}]{{2,8}}[:：]\s*\S")
_ALONE = frozenset("序跋")  # headings of one character

# Words after which something must follow, so that no heading ends with them.
_UNFINISHED = re.compile(
    "(?:[的了和与與及在是把被对對从從将將而或之并且以向由于於应應也都不为為让讓使]|"
    r"\b(?:the|an?|of|and|or|in|on|at|to|for|from|by|with|as|is|are|was|were|that|which|its|their|"
    r"his|her|has|had|have|be|been|than|but|into))$"
)


class WikiHeading(NamedTuple):
    """A heading that is marked as on a wiki: ``== 产假 ==``.

    Attributes:
        level: 1 for the highest.
        words: range of the line, without the marks.
    """

    level: int
    words: Span


def wiki_heading(line: str) -> WikiHeading | None:
    """Return the heading of a line that is marked as on a wiki, or None."""
    match = _WIKI.fullmatch(line)
    return None if match is None else WikiHeading(len(match.group(1)), Span(*match.span(2)))


def is_rule(line: str) -> bool:
    """Return whether a line is a rule: drawn with signs, without words."""
    return _RULE.fullmatch(line) is not None


def is_table_rule(line: str) -> bool:
    """Return whether a line is the rule between two rows of a table, or below its head."""
    return _TABLE_RULE.fullmatch(line) is not None


def underlined_level(rule: str) -> int:
    """Return the level of the heading right above a rule, or 0 if such a rule marks none."""
    return 0 if " " in rule else _UNDERLINES.get(rule[:1], 0)


def numbered_level(line: str) -> int:
    """Return the level of a heading by its number, or 0 if it has none."""
    for level, pattern in _NUMBERED:
        if pattern.match(line):
            return level
    depth = section_depth(line)
    if depth:
        return _LEVEL_ABOVE_DECIMAL + depth
    return _SIMPLE_LEVEL if _SIMPLE.match(line) else 0


def is_chapter(line: str) -> bool:
    """Return whether a line is the heading of a part, a chapter or a section of a large work."""
    return 0 < numbered_level(line) <= _LOWEST_CHAPTER_LEVEL and is_short(line, _LONGEST_HEADING)


def descend_in_level(lines: Sequence[str]) -> bool:
    """Return whether each line heads a part of the one above: 第一编, 第一章, 第一节."""
    levels = [numbered_level(line) for line in lines]
    return all(map(is_chapter, lines)) and levels == sorted(set(levels))


def is_caption(line: str) -> bool:
    """Return whether a line is the caption of a table or a figure: ``表二 女职工``."""
    return len(line) <= _LONGEST_CAPTION and _CAPTION.match(line) is not None


def is_contents_entry(line: str) -> bool:
    """Return whether a line is an entry of a table of contents, with dots before its page."""
    return _CONTENTS_ENTRY.search(line) is not None


def is_subtitle(line: str) -> bool:
    """Return whether a line below a title continues it, behind a dash."""
    return line.startswith(("—", "--", "─"))


def is_short(line: str, columns: int) -> bool:
    """Return whether a line is at most this wide, and has neither sentences nor cells."""
    if width(line) > columns or _NO_HEADING.search(line):
        return False
    if is_contents_entry(line) or is_question_or_answer(line) or is_caption(line):
        return False
    return _INNER_END.search(line) is None and _LAST.search(line) is None


def could_be_title(line: str) -> bool:
    """Return whether a line has the form of a title."""
    return is_short(line, _LONGEST_TITLE) and not begins_with_closer(line)


def has_words(line: str) -> bool:
    """Return whether a line has words that could name a section.

    A number has none, nor have a formula, a line of code, an aside in brackets, the field of a
    form; and a caption names a figure or a table, not a section.
    """
    if _NUMBER.fullmatch(line) or _FORMULA.search(line) or _ASIDE.fullmatch(line):
        return False
    if _BEGINS_CAPTION.match(line) or _FILLED_FIELD.match(line):
        return False
    letters = sum(mark.isalpha() for mark in line)
    characters = sum(map(has_han, line))
    enough = characters > 1 or letters >= _FEWEST_LETTERS or line in _ALONE
    return enough and 2 * letters >= len(line.replace(" ", "")) - _MOST_NUMBERING


def could_be_heading(line: str) -> bool:
    """Return whether a line has the form of a heading.

    A clause before a comma is the beginning of a sentence, unless both halves have the same
    length, as in a couplet, or the line has a number.
    """
    if not is_short(line, _LONGEST_HEADING) or begins_with_closer(line) or line[:1].islower():
        return False
    if line.endswith(("。", "！", "!")) or not any(mark.isalnum() for mark in line):
        return False
    if not has_words(line) or not is_balanced(line) or article_number(line) is not None:
        return False
    level = numbered_level(line)
    if level:
        return level < _SIMPLE_LEVEL or _UNFINISHED.search(line) is None
    if _UNFINISHED.search(line):
        return False
    clauses = [clause.strip() for clause in _CLAUSES.split(line)]
    return len({len(clause) for clause in clauses}) == 1
