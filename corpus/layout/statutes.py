"""Articles of law: 第一条 with all its paragraphs and items is one passage.

A statute numbers its articles through, whatever chapters they are in. A document is read as
one if several of its paragraphs begin with such numbers in rising order.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.layout.joins import join_rows
from corpus.layout.parts import Part
from corpus.model import quote
from corpus.numerals import ARTICLE_NUMBER, article_number

_FEWEST_ARTICLES = 2


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
