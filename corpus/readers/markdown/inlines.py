"""Find the words of a Markdown paragraph in its source, between the marks."""

from collections.abc import Sequence

from markdown_it.token import Token

from corpus.characters import BLANKS
from corpus.layout.joins import join_lines, join_rows, merge
from corpus.layout.lines import is_field
from corpus.model import Span


def inline_spans(text: str, area: Span, token: Token) -> tuple[Span, ...]:
    """Return the spans of an inline token's words.

    The parser has no positions within a line, so that each word is looked up in the source,
    after the one before it. Where that fails, the source is taken as it is.

    Args:
        text: the stored text.
        area: range of the token's lines.
        token: of the parser.
    """
    finder = _Finder(text, area)
    for child in token.children or ():
        finder.take(child)
    lines = finder.lines if finder.found_all else _plain_lines(text, area)
    spans: list[Span] = []
    for pieces in filter(None, lines):
        if spans:
            above, below = spans[-1], pieces[0]
            fields = is_field(text[slice(*above)]) and is_field(text[slice(*below)])
            spans[-1:] = (
                join_rows(text, [(above,), (below,)])
                if fields
                else join_lines(text, [above, below])
            )
            spans.extend(pieces[1:])
        else:
            spans.extend(pieces)
    return merge(spans)


def without(spans: Sequence[Span], marks: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans without the characters of some marks, which are in their order."""
    kept: list[Span] = []
    waiting = iter(marks)
    mark = next(waiting, None)
    for start, end in spans:
        while mark is not None and mark.start < end:
            kept.append(Span(start, max(start, mark.start)))
            start = max(start, min(mark.end, end))
            if mark.end > end:
                break
            mark = next(waiting, None)
        kept.append(Span(start, end))
    return merge(kept)


def trimmed(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans without the white space around their text."""
    kept = [span for span in spans if text[slice(*span)].strip(BLANKS)]
    if not kept:
        return ()
    inner = spans[spans.index(kept[0]) : spans.index(kept[-1]) + 1]
    first, last = text[slice(*inner[0])], text[slice(*inner[-1])]
    start = inner[0].start + len(first) - len(first.lstrip(BLANKS))
    end = inner[-1].end - len(last) + len(last.rstrip(BLANKS))
    if len(inner) == 1:
        return (Span(start, end),)
    return (Span(start, inner[0].end), *inner[1:-1], Span(inner[-1].start, end))


class _Finder:
    """Walks through the source of a paragraph, token by token."""

    def __init__(self, text: str, area: Span) -> None:
        self.lines: list[list[Span]] = [[]]
        self.found_all = True
        self._text = text
        self._place = area.start
        self._end = area.end
        self._links: list[bool] = []  # for each open link, whether it has a destination

    def take(self, token: Token) -> None:
        """Find the next token of the paragraph."""
        if token.type == "text" or token.type == "code_inline":
            self._find(token.content)
        elif token.type == "text_special" and token.info == "escape":
            self._skip("\\")
            self._find(token.content)
        elif token.type == "text_special":
            self._find(token.markup)
        elif token.type == "html_inline":
            self._skip(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            self.lines.append([])
        elif token.type == "link_open":
            self._links.append(token.markup != "autolink")
        elif token.type == "link_close" and self._links and self._links.pop():
            self._skip_destination()
        elif token.type == "image":
            self._find(token.content)
            self._skip_destination()

    def _find(self, content: str) -> None:
        if not content:
            return
        place = self._text.find(content, self._place, self._end)
        if place < 0:
            self.found_all = False
            return
        self._place = place + len(content)
        self.lines[-1].append(Span(place, self._place))

    def _skip(self, content: str) -> None:
        place = self._text.find(content, self._place, self._end)
        if place >= 0:
            self._place = place + len(content)

    def _skip_destination(self) -> None:
        """Skip ``](address "title")``, ``][label]`` or ``]``."""
        place = self._text.find("]", self._place, self._end)
        if place < 0:
            return
        closing = {"(": ")", "[": "]"}.get(self._text[place + 1 : place + 2])
        self._place = place + 1
        if closing is None:
            return
        depth = 0
        opening = self._text[place + 1]
        for i in range(place + 1, self._end):
            if self._text[i] == "\\":
                continue
            depth += (self._text[i] == opening) - (self._text[i] == closing)
            if depth == 0:
                self._place = i + 1
                return


def _plain_lines(text: str, area: Span) -> Sequence[list[Span]]:
    lines = []
    start = area.start
    for line in text[area.start : area.end].splitlines(keepends=True):
        content = line.strip(BLANKS)
        if content:
            first = start + line.index(content)
            lines.append([Span(first, first + len(content))])
        start += len(line)
    return lines
