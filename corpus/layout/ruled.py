"""Headings that plain text marks by itself: ``== … ==`` as in a wiki, or a line drawn below."""

import re

from corpus.model import Span

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
