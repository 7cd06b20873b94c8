"""Markdown: the stored text is that of the file, with the marks between the spans."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

from corpus.characters import UNSPACED
from corpus.layout.joins import join_rows, merge
from corpus.limits import Limits
from corpus.model import Block, BlockKind, Extraction, Span, quote
from corpus.readers.encodings import decode
from corpus.readers.markdown.inlines import inline_spans, trimmed, without

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*\r?\n(.*?\r?\n)(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_FIELD = re.compile(
    r"^(title|author|date|标题|作者|日期)[ \t]*[:=：][ \t]*(.+?)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_FIELDS = {"标题": "title", "作者": "author", "日期": "date"}
# Marks of a table of contents that programs fill in.
_CONTENTS = re.compile(r"\[\[?_?toc_?\]\]?|@\[toc\].*|\{:toc\}", re.IGNORECASE)
# Marks within a paragraph that are not its words: of wiki links and callouts. Code is skipped.
_MARKS = re.compile(
    r"`+[^`]*`+|(?P<mark>\[\[(?:[^\[\]|\n]*\|)?(?=[^\[\]\n]+\]\])|(?<=[^\[\]\n])\]\]|\[![a-z]+\][-+]?)",
    re.IGNORECASE,
)
_CONTAINER_TITLE = re.compile(
    r"[ \t>]*(?::{3,}|[!?]{3}\+?)[ \t]*\{?[\w.#-]*\}?[ \t]*"
    r"[\"“]?(?P<title>[^\"”\r\n]*?)[\"”]?[ \t]*$",
    re.MULTILINE,
)
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_LIST_MARK = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+")
_LINE_END = re.compile(r"\r\n|\n|\r")
# Escapes and entities stay separate tokens, so that they can be found in the source.
_PARSER = MarkdownIt("commonmark").enable("table").disable("text_join").use(admon_plugin)
# ``::: warning 注意`` with any name; its title is a line of its own.
_PARSER.use(container_plugin, name="any", validate=lambda _params, _markup: True)
_TITLED = ("admonition_open", "container_any_open")
# ``[^1]: 日志放在前台。`` is a note, and ``[1]: 张三，城市史`` a reference. Without spaces between
# its words, the parser would take it for an address and drop it.
_NOTE = re.compile(rf"\[(?:\^|[^\]]*\]:[ \t]*[^\s:/]*[{UNSPACED}])")


def _reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Parse a reference, unless it is a note; a rule of the parser with its signature."""
    begin = state.bMarks[first] + state.tShift[first]
    if _NOTE.match(state.src, begin, state.eMarks[first]):
        return False
    return reference(state, first, last, silent)


_PARSER.block.ruler.at("reference", _reference)


_Rule = Callable[[StateInline, bool], bool]


@lru_cache(maxsize=1)  # of the paragraph that is being parsed
def _last_bracket(source: str) -> int:
    return source.rfind("]")


def _if_it_can_end(
    rule: Callable[[StateInline, bool], bool],
) -> Callable[[StateInline, bool], bool]:
    """Return a rule of links that looks for none where no bracket closes any more.

    Else the parser would look through the paragraph again for each bracket that opens.
    """

    def apply(state: StateInline, silent: bool) -> bool:
        return _last_bracket(state.src) > state.pos and rule(state, silent)

    return apply


_PARSER.inline.ruler.at("link", _if_it_can_end(link))
_PARSER.inline.ruler.at("image", _if_it_can_end(image))


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a Markdown file."""
    text = decode(data, limits)
    front = _FRONT_MATTER.match(text)
    fields = {
        _FIELDS.get(name, name.lower()): value.strip("\"'[] ")
        for name, value in _FIELD.findall(front.group(2) if front else "")
    }
    start = front.end() if front else 0
    blocks = [block for block in _Source(text, start).blocks() if block.spans]
    return Extraction(
        text,
        tuple(_below_title(text, blocks, fields.get("title"))),
        title=fields.get("title") or None,
        author=fields.get("author") or None,
        date=fields.get("date") or None,
    )


def _below_title(text: str, blocks: Sequence[Block], title: str | None) -> Iterator[Block]:
    """Yield the blocks with their headings one level below the title that the front matter states.

    Else the only heading of the first level would take its place.
    """
    for block in blocks:
        if title is None or block.kind != "heading" or quote(text, block.spans) == title:
            yield block
        else:
            yield replace(block, level=block.level + 1)


class _Source:
    """A Markdown text, its lines, and the tokens that the parser finds in it."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        # Normalised as the parser does, so that its line numbers agree with ours.
        body = text[start:].replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
        self._tokens = _PARSER.parse(body)
        self._lines = list(_line_spans(text, start))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in reading order."""
        tokens = self._tokens
        i = 0
        while i < len(tokens):
            token = tokens[i]
            if token.type in ("bullet_list_open", "ordered_list_open", "table_open"):
                end = _closing(tokens, i)
                kind: BlockKind = "table" if token.type == "table_open" else "list"
                rows = self._table_rows(token) if kind == "table" else self._rows(tokens[i:end])
                yield Block(join_rows(self._text, rows), kind)
                i = end
                continue
            block = self._block(token, tokens[i - 1] if i else None)
            if block is not None:
                yield block
            i += 1

    def _block(self, token: Token, opener: Token | None) -> Block | None:
        if token.map is None:
            return None
        if token.type in _TITLED:
            return Block(self._container_title(token))
        if token.type == "inline":
            if opener is not None and opener.type == "admonition_title_open":
                return None  # it is on the line that opened the container
            spans = self._words(self._range(token), token)
            if opener is not None and opener.type == "heading_open":
                return Block(spans, "heading", int(opener.tag[1]))
            return Block(spans)
        if token.type in ("fence", "code_block"):
            return Block(self._code(token), "code")
        if token.type == "html_block":
            return Block(self._between_tags(self._range(token)))
        return None

    def _words(self, area: Span, token: Token) -> tuple[Span, ...]:
        """Return the spans of an inline token without the marks of dialects."""
        if _CONTENTS.fullmatch(self._text[slice(*area)].strip()):
            return ()
        spans = inline_spans(self._text, area, token)
        if "[" not in self._text[slice(*area)]:
            return spans
        found = _MARKS.finditer(self._text, area.start, area.end)
        marks = [Span(*match.span()) for match in found if match["mark"]]
        return trimmed(self._text, without(spans, marks)) if marks else spans

    def _container_title(self, token: Token) -> tuple[Span, ...]:
        """Return the title of a container in the line that opens it: ``::: warning 注意``."""
        first, _ = token.map or (0, 0)
        if first >= len(self._lines):
            return ()
        match = _CONTAINER_TITLE.match(self._text, *self._lines[first])
        return (Span(*match.span("title")),) if match is not None and match["title"] else ()

    def _range(self, token: Token) -> Span:
        first, last = token.map or (0, 0)
        last = min(last, len(self._lines))
        if first >= last:
            return Span(len(self._text), len(self._text))
        return Span(self._lines[first].start, self._lines[last - 1].end)

    def _rows(self, tokens: Sequence[Token]) -> list[tuple[Span, ...]]:
        """Return the rows of a list, each with its mark in the source."""
        rows = []
        for token in tokens:
            if token.type == "inline":
                area = self._range(token)
                spans = self._words(area, token)
                mark = _LIST_MARK.match(self._text, area.start, area.end)
                if mark is not None and spans and spans[0].start >= mark.end():
                    indent = len(mark.group()) - len(mark.group().lstrip(" \t>"))
                    spans = merge((Span(area.start + indent, mark.end()), *spans))
                rows.append(spans)
            elif token.type in ("fence", "code_block"):
                rows.append(self._code(token))
            elif token.type == "tr_open" and token.map:
                rows.extend(self._row(line) for line in range(*token.map))
        return [row for row in rows if row]

    def _table_rows(self, token: Token) -> list[tuple[Span, ...]]:
        """Return the rows of a table as in the source, without the rule below its head."""
        first, last = token.map or (0, 0)
        lines = [first, *range(first + 2, last)]
        return [row for row in map(self._row, lines) if row]

    def _row(self, line: int) -> tuple[Span, ...]:
        if line >= len(self._lines):
            return ()
        start, end = self._lines[line]
        content = self._text[start:end]
        left = len(content) - len(content.lstrip(" \t>"))
        right = len(content.rstrip())
        return (Span(start + left, start + right),) if left < right else ()

    def _code(self, token: Token) -> tuple[Span, ...]:
        first, last = token.map or (0, 0)
        if token.type == "fence":
            first += 1
            closed = last <= len(self._lines) and last > first and self._fences(last - 1, token)
            last -= 1 if closed else 0
        lines = self._lines[first : min(last, len(self._lines))]
        return (Span(lines[0].start, lines[-1].end),) if lines else ()

    def _fences(self, line: int, token: Token) -> bool:
        content = self._text[slice(*self._lines[line])].lstrip(" \t>")
        return content.startswith(token.markup[:3])

    def _between_tags(self, area: Span) -> tuple[Span, ...]:
        spans = []
        start = area.start
        for tag in _TAG.finditer(self._text, area.start, area.end):
            spans.append(Span(start, tag.start()))
            start = tag.end()
        spans.append(Span(start, area.end))
        return tuple(span for span in spans if self._text[slice(*span)].strip())


def _closing(tokens: Sequence[Token], i: int) -> int:
    """Return the index after the token that closes the one at ``i``."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += tokens[j].nesting
        if depth == 0:
            return j + 1
    return len(tokens)


def _line_spans(text: str, start: int) -> Iterator[Span]:
    for match in _LINE_END.finditer(text, start):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(text))
