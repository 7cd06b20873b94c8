"""Lists that a text tells in sentences: 一是……二是……, first ... second ...

Who asks which duties there are is not answered by the fourth of them. Where a question
asks for several things and what answers best is one item of such a list, the whole list
is quoted.
"""

import re

from corpus import Span
from qa.quotable import quotable

_LONGEST = 400  # characters of a list that is quoted whole
_SEVERAL = re.compile(
    r"哪些|哪几|哪[两二三四五六七八九十]|几(?:个|项|点|种|条|类|大|步|方面)|分别"
    r"|\b(?:which|what) (?:\w+ )?(?:are|were)\b|\bwhat (?:kinds|types|steps|measures)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"[吗嗎]|什[么麼]|多[少久长長大高]|[哪几幾][些几幾个個]?|[谁誰怎]|能不能|会不会|有没有|要不要"
    r"|\b(?:what|how|which|who|when|where|why)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"各|分[别別]|\b(?:both|each)\b", re.IGNORECASE)
_NUMERAL = "[一二三四五六七八九十]"
_ITEM = re.compile(
    rf"\s*(?:{_NUMERAL}+(?:是|要|则|、)|第{_NUMERAL}+[，,、是]|首先|其次|再次|最后"
    r"|(?:first|second|third|fourth|fifth|last|finally)(?:ly)?\b)",
    re.IGNORECASE,
)


def asks_for_several(query: str) -> bool:
    """Whether a question asks for more than one thing."""
    return _SEVERAL.search(query) is not None


def asks_twice(query: str) -> bool:
    """Whether a question asks two things: with two question words, or of each of several."""
    return len(_ASKING.findall(query)) > 1 or _EACH.search(query) is not None


def whole_list(text: str, marked: Span) -> Span:
    """The list that what is marked is an item of, or what is marked if there is none.

    Args:
        text: of a passage.
        marked: a range of it, from the start of a sentence to the end of one.

    Returns:
        A range of ``text`` that holds ``marked``: from the first item of the list, or what
        is marked before it, to the end of the sentence that its last one begins with.
    """
    parts = quotable(text)
    items = [place for place, part in enumerate(parts) if _ITEM.match(text, part.start, part.end)]
    if len(items) < 2:
        return marked
    # The sentence before the list leads to it.
    begin, end = parts[max(items[0] - 1, 0)].start, parts[items[-1]].end
    if marked.end <= begin or marked.start >= end:
        return marked
    found = Span(min(parts[items[0]].start, marked.start), max(end, marked.end))
    return found if found.end - found.start <= _LONGEST else marked
