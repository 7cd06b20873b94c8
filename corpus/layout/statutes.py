"""Articles of law: 第一条 with all its paragraphs and items is one passage.

A statute numbers its articles through, whatever chapters they are in. A document is read as
one if several of its paragraphs begin with such numbers in rising order. A compilation has a
title above each 第一条 that follows the last article of another regulation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.layout.headings import could_be_title, is_chapter, numbered_level
from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.model import quote
from corpus.numerals import ARTICLE_NUMBER, article_number

_FEWEST_ARTICLES = 2
_REGULATION = re.compile(
    r".*(?:条例|條例|规定|規定|办法|辦法|细则|細則|制度|守则|規則|规则|章程|准则|规范|公约|标准|方案|预案|"
    r"协议|须知|程序|规程|意见)(?:[（(][^（）()]*[）)])?"
)
_FEWEST_REGULATIONS = 2
_MOST_ABOVE = 6  # parts between the title of a regulation and its first article


def gather_statute(text: str, parts: Sequence[Part]) -> list[Part]:
    """Join the paragraphs and items of each article of law into one passage.

    Args:
        text: the stored text.
        parts: the parts of its layout.

    Returns:
        The parts in their order; unchanged if they are not a statute.
    """
    numbers = [_number(text, part) for part in parts]
    found = [number for number in numbers if number is not None]
    rising = sum(after == before + 1 for before, after in pairwise(found))
    if len(found) < _FEWEST_ARTICLES or rising < (len(found) - 1) / 2:
        return list(parts)
    return list(_gather(text, parts, numbers))


def _number(text: str, part: Part) -> int | None:
    if part.role not in ("text", "list") or not part.spans:
        return None
    return article_number(quote(text, part.spans[:2]))


def _gather(text: str, parts: Sequence[Part], numbers: Sequence[int | None]) -> Iterator[Part]:
    article: list[Part] = []
    for part, number in zip(parts, numbers, strict=True):
        continues = number is None and part.role in ("text", "list", "table") and not part.note
        if article and not continues:
            yield _article(text, article)
            article = []
        if article or number is not None:
            article.append(part)
        else:
            yield part
    if article:
        yield _article(text, article)


def _article(text: str, parts: Sequence[Part]) -> Part:
    """Return an article of law as one part, a line break between its paragraphs."""
    match = ARTICLE_NUMBER.match(quote(text, parts[0].spans[:2]))
    label = match.group() if match else None
    spans = join_rows(text, [part.spans for part in parts])
    return Part("text", spans, page=parts[0].page, label=label)


def tell_regulations(text: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a compilation with the title of each regulation as a title.

    Args:
        text: the stored text.
        parts: the parts of its layout.
    """
    told = list(parts)
    titles = _regulation_titles(text, told)
    if len(titles) >= _FEWEST_REGULATIONS:
        for place in titles:
            told[place] = replace(told[place], role="title", level=0)
    return told


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
