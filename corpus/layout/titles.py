"""Titles of articles, after the whole document is known: no preface, and each regulation's own.

A preface, a chapter or a page number is no title. A compilation of regulations has a title
above each 第一条 that follows the last article of another.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.layout.headings import could_be_title, is_chapter, numbered_level
from corpus.layout.parts import Part
from corpus.metadata import names_part
from corpus.model import quote
from corpus.numerals import article_number

_REGULATION = re.compile(
    r".*(?:条例|條例|规定|規定|办法|辦法|细则|細則|制度|守则|規則|规则|章程|准则|规范|公约|标准|方案|预案|"
    r"协议|须知|程序|规程|意见)(?:[（(][^（）()]*[）)])?"
)
_FEWEST_REGULATIONS = 2
_MOST_ABOVE = 6  # parts between the title of a regulation and its first article


def tell_titles(text: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts with their titles put right.

    Args:
        text: the stored text.
        parts: the parts of its layout.
    """
    told = [_without_false_title(text, part) for part in parts]
    titles = _regulation_titles(text, told)
    if len(titles) >= _FEWEST_REGULATIONS:
        for place in titles:
            told[place] = replace(told[place], role="title", level=0)
    return told


def _without_false_title(text: str, part: Part) -> Part:
    if part.role != "title":
        return part
    words = quote(text, part.spans)
    if not names_part(words):
        return part
    return replace(part, role="heading" if could_be_title(words) else "text", level=1)


def _regulation_titles(text: str, parts: Sequence[Part]) -> list[int]:
    """Return the places of the titles of regulations, each above a first article."""
    titles = []
    for place, part in enumerate(parts):
        if part.role not in ("text", "list") or article_number(quote(text, part.spans[:2])) != 1:
            continue
        title = _title_above(text, parts, place)
        if title is not None:
            titles.append(title)
    return titles


def _title_above(text: str, parts: Sequence[Part], first_article: int) -> int | None:
    for place in range(first_article - 1, max(first_article - 1 - _MOST_ABOVE, -1), -1):
        words = quote(text, parts[place].spans).strip()
        if parts[place].role not in ("heading", "title", "text", "kicker"):
            return None
        if article_number(words) is not None:
            return None
        titled = could_be_title(words) and not is_chapter(words) and not numbered_level(words)
        if titled and _REGULATION.fullmatch(words):
            return place
    return None
