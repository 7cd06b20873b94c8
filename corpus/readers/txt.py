"""Plain text: the decoded file, with a block for each page before a form feed.

An export of a chat has a block for each message, with who wrote it and when.
"""

import re
from collections.abc import Iterator, Sequence

from corpus.characters import BLANKS
from corpus.layout.joins import join_rows
from corpus.limits import Limits
from corpus.model import RECORD_LEVEL, Block, Extraction, Span
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
    """Yield the text above the first message, and each message below its head.

    A message that asks stays with the one below it, which may answer, under both heads.
    """
    if heads[0]:
        yield Block((Span(lines[0].start, lines[heads[0] - 1].end),), "lines")
    asked: list[Span] = []  # the lines of a message that asks
    for head, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        said = [line for line in lines[head + 1 : following] if text[slice(*line)].strip(BLANKS)]
        yield Block((lines[head],), "heading", RECORD_LEVEL if asked else RECORD_LEVEL - 1)
        asks = not asked and following < len(lines) and said and _asks(text, said[-1])
        asked, rows = (said, []) if asks else ([], asked + said)
        if rows:
            yield Block(join_rows(text, [(row,) for row in rows]), "entry")


def _asks(text: str, line: Span) -> bool:
    return _ASKING.search(text[slice(*line)].rstrip(BLANKS)) is not None
