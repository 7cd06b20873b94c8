"""Articles of law: 第一条 with all its paragraphs and items is one passage.

A statute numbers its articles through, whatever chapters part them. A document is
read as one if several of its paragraphs begin with such numbers, rising.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.model import quote
from corpus.numerals import COUNT, NUMERAL, value_of

# "第三条的规定" and "第三条、第四条" speak of an article, they do not begin it.
_ARTICLE = re.compile(
    rf"第\s*(?P<number>{NUMERAL})\s*[条條](?P<part>之{COUNT})?"
    r"(?=[\s\u3000【]|[^\s\u3000，、；：。）)的所规規和中至及与與或第款项項])"
)
_FEWEST = 2


def article_number(text: str) -> int | None:
    """The number of the article of law that ``text`` begins, or None."""
    match = _ARTICLE.match(text)
    return value_of(match.group("number")) if match else None


def gather_statute(text: str, parts: Sequence[Part]) -> list[Part]:
    """The parts, with each article of law gathered into one.

    Args:
        text: the stored text.
        parts: what layout made of it; returned as they are if they hold no statute.
    """
    numbers = [_number(text, part) for part in parts]
    found = [number for number in numbers if number is not None]
    rising = sum(after == before + 1 for before, after in pairwise(found))
    if len(found) < _FEWEST or rising < (len(found) - 1) / 2:
        return list(parts)
    return list(_gather(text, parts, numbers))


def _number(text: str, part: Part) -> int | None:
    if part.role not in ("text", "list") or not part.spans:
        return None
    return article_number(quote(text, part.spans[:2]))


def _gather(text: str, parts: Sequence[Part], numbers: Sequence[int | None]) -> Iterator[Part]:
    open_: list[Part] = []
    for part, number in zip(parts, numbers, strict=True):
        if open_ and (
            number is not None or part.role not in ("text", "list", "table") or part.note
        ):
            yield _article(text, open_)
            open_ = []
        if open_ or number is not None:
            open_.append(part)
        else:
            yield part
    if open_:
        yield _article(text, open_)


def _article(text: str, parts: Sequence[Part]) -> Part:
    """One passage of an article's paragraphs, a line break between any two."""
    match = _ARTICLE.match(quote(text, parts[0].spans[:2]))
    label = match.group() if match else None
    spans = join_rows(text, [part.spans for part in parts])
    return Part("text", spans, page=parts[0].page, label=label)
