"""Plain text: the decoded file, with a block for each page before a form feed.

An export of a chat has a block for each message, with who wrote it and when.
"""

import re
from collections.abc import Iterator, Sequence

from corpus.characters import BLANKS
from corpus.limits import Limits
from corpus.model import Block, Extraction, Span
from corpus.readers.encodings import decode
from corpus.readers.subtitles import is_subtitled, spoken

_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_TIME = r"(?:上午|下午|晚上|凌晨|中午)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?"
_WORD = r"[^\s:：,，。\[\]()（）|]{1,20}"
_NAME = rf"{_WORD}(?: {_WORD})?(?:\s?[(<（][^()<>（）]{{1,40}}[)>）])?"
# The line above a message: 2031-04-02 08:15:20 韩露(10023), or 韩露 2031/4/2 08:15.
_HEAD = re.compile(
    rf"[ \t]*(?:\[?(?:{_DAY}[ T]*)?{_TIME}\]?[ \t]+{_NAME}"
    rf"|{_NAME}[ \t]+(?:{_DAY}[ T]*){_TIME})[:：]?[ \t]*"
)
_ASKING = re.compile("(?:[?？]|[吗嗎呢])[!！~～]*$")
_FEWEST_MESSAGES = 3
_MESSAGE_LINES = 10  # lines for each message at most, in an export of a chat


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a plain text file. Its paragraphs are found by the layout."""
    text = decode(data, limits)
    if is_subtitled(text):
        return spoken(text, limits)
    lines = [Span(*match.span()) for match in re.finditer(r"[^\r\n]+", text)]
    heads = [n for n, line in enumerate(lines) if _HEAD.fullmatch(text, *line)]
    if len(heads) >= max(_FEWEST_MESSAGES, len(lines) / _MESSAGE_LINES):
        return Extraction(text, tuple(_messages(text, lines, heads)))
    return Extraction(text, tuple(_pages(text)))


def _pages(text: str) -> Iterator[Block]:
    pages = text.split("\f")
    start = 0
    for number, page in enumerate(pages, start=1):
        span = Span(start, start + len(page))
        yield Block((span,), "lines", page=number if len(pages) > 1 else None)
        start = span.end + 1


def _messages(text: str, lines: Sequence[Span], heads: Sequence[int]) -> Iterator[Block]:
    """Yield the text above the first message, and each message with its head.

    A message that asks stays with the one below it, which may answer.
    """
    if heads[0]:
        yield Block((Span(lines[0].start, lines[heads[0] - 1].end),), "lines")
    start: int | None = None  # of the messages that belong together
    for head, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        first = lines[head].start if start is None else start
        content = text[first : lines[following - 1].end].rstrip(BLANKS)
        asks = start is None and following < len(lines) and _ASKING.search(content)
        start = first if asks else None
        if start is None:
            yield Block((Span(first, first + len(content)),), "entry")
