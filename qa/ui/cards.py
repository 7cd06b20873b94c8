"""A source as a card: where a passage stands, and the passage with its marks."""

import json
import re
from collections.abc import Sequence
from html import escape

from corpus import Span, slice_spans
from qa.results import Citation, Hit
from qa.ui.markup import counted, joined, phrase, spoken, text, within
from qa.ui.tables import DOTS, folded, overlaps, part, pieces, table
from qa.ui.thumbs import thumbs

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def gbt7714(source: Citation | Hit) -> str:
    """The source by GB/T 7714—2015, as a document of another kind, ``[Z]``.

    ``责任者. 题名[Z]. 文件, 章节, 第 n 页, 第 n 段.`` What the standard knows besides
    (place, publisher, year) a file does not tell; nothing is made up.
    """
    author = source.author or ("佚名" if _chinese(source) else "Anon")
    where = ", ".join(_where(source))
    return f"{author}. {source.title or source.source}[Z]. {where}."


def plain(source: Citation | Hit) -> str:
    """The quote and where it stands, in the language of the source."""
    quote = source.quote if isinstance(source, Citation) else source.text
    title = source.title or source.source
    if _chinese(source):
        where = "，".join(_where(source))
        return f"“{quote}”——{source.author or ''}《{title}》，{where}"
    author = f"{source.author}, " if source.author else ""
    return f"“{quote}” — {author}{title}, {', '.join(_where(source))}"


def _where(source: Citation | Hit) -> list[str]:
    """File, sections, page and paragraph."""
    page, paragraph = ("第 {} 页", "第 {} 段") if _chinese(source) else ("p. {}", "para. {}")
    pages = [] if source.page is None else [page.format(source.page)]
    return [source.source, *source.headings, *pages, paragraph.format(source.paragraph)]


def _chinese(source: Citation | Hit) -> bool:
    """Whether the source is written in Chinese, going by its title and text."""
    body = source.quote if isinstance(source, Citation) else source.text
    return bool(_HAN.search(source.title + body))


#: A longer passage opens with this many characters around its first mark.
EXCERPT = 260

#: Fewer characters than this are not worth a button that unfolds them.
WORTH_FOLDING = 120

#: So many characters before the mark are kept, to read the sentence in context.
LEAD = 60


def citation_card(citation: Citation, hit: Hit | None, anchor: str) -> str:
    """The card of one ``[n]``: the whole passage, the quoted sentence marked.

    Args:
        citation: what is shown.
        hit: the passage it was taken from, if it is at hand; else the quote alone.
        anchor: the element id that the answer's ``[n]`` leads to.
    """
    if hit is None:
        body = passage(citation.quote, [Span(0, len(citation.quote))])
    else:
        body = passage(hit.text, within(hit.spans, citation.spans))
    number = f'{spoken("sources")}<span class="number">{citation.number}</span>'
    return _card(citation, body, anchor, number)


def hit_card(hit: Hit, anchor: str) -> str:
    """The card of a passage that no ``[n]`` points to."""
    body = passage(hit.text, hit.highlights)
    if hit.duplicates:
        body += f'<p class="folded">{counted("also_in", len(hit.duplicates))}</p>'
    return _card(hit, body, anchor, "")


def _card(source: Citation | Hit, body: str, anchor: str, number: str) -> str:
    """What both kinds of card share: heading, place, passage."""
    title = text(source.title) if source.title.strip() else phrase("untitled")
    return (
        f'<article class="card" id="{anchor}" tabindex="-1" aria-labelledby="{anchor}-title">'
        f'<header>{number}<h3 id="{anchor}-title" dir="auto">{title}</h3></header>'
        f"{_place(source)}{body}{_deeds(source)}</article>"
    )


def _place(source: Citation | Hit) -> str:
    """Author, section, page, paragraph and file, in one quiet line."""
    parts = []
    if source.author:
        author = f'<bdi class="author">{text(source.author)}</bdi>'
        parts.append(f"<span>{spoken('author')}{author}</span>")
    if source.headings:
        trail = " › ".join(f"<bdi>{text(heading)}</bdi>" for heading in source.headings)
        parts.append(f'<span class="trail">{trail}</span>')
    if source.page is not None:
        parts.append(f"<span>{phrase('page', number=source.page)}</span>")
    parts.append(f"<span>{phrase('paragraph', number=source.paragraph)}</span>")
    parts.append(f'<span class="file">{spoken("file")}<bdi>{text(source.source)}</bdi></span>')
    return f'<p class="place">{" ".join(parts)}</p>'


def _deeds(source: Citation | Hit) -> str:
    """What can be done with a source. Data goes into attributes as it is, only quoted."""
    if isinstance(source, Citation):
        marks = source.spans
    else:
        marks = tuple(
            span
            for start, end in source.highlights
            for span in slice_spans(source.spans, start, end)
        )
    return (
        f'<footer class="deeds"><button type="button" data-read="{escape(source.passage_id)}" '
        f"data-marks='{json.dumps(marks)}'>{phrase('read')}</button>"
        f"{_copies('copy_plain', plain(source))}{_copies('copy_gbt', gbt7714(source))}"
        f"{thumbs(source.passage_id)}</footer>"
    )


def _copies(name: str, line: str) -> str:
    """A button that copies ``line`` and then says so."""
    return (
        f'<button type="button" data-copy="{escape(line)}"><span class="before">{phrase(name)}'
        f'</span><span class="after" role="status">{phrase("copied")}</span></button>'
    )


def passage(value: str, marks: Sequence[Span]) -> str:
    """A passage with its marks; a long one opens around the first mark.

    What is folded away stays in the page, so that searching in the browser and
    unfolding need nothing from the server.
    """
    ranges = joined(marks, len(value))
    if len(value) <= EXCERPT + WORTH_FOLDING:
        return (
            f'<blockquote class="passage" dir="auto">{_cut(value, ranges, Span(0, len(value)))}'
            "</blockquote>"
        )
    first, last = (ranges[0].start, ranges[0].end) if ranges else (0, 0)
    start = _beginning(value, first) if last > EXCERPT else 0
    end = max(last, start + EXCERPT)
    if len(value) - end < WORTH_FOLDING:
        end = len(value)
    return (
        f'<blockquote class="passage long" dir="auto">{_cut(value, ranges, Span(start, end))}'
        '</blockquote><button type="button" class="unfold" data-unfold aria-expanded="false">'
        f'<span class="when-folded">{phrase("whole_passage")}</span>'
        f'<span class="when-open">{phrase("excerpt")}</span></button>'
    )


def _cut(value: str, ranges: Sequence[Span], shown: Span) -> str:
    """Lines as lines and rows as tables, what lies outside ``shown`` folded away."""
    parts: list[tuple[bool, str]] = []
    for piece in pieces(value):
        start, end = piece.span
        if piece.rows:
            hidden = not any(overlaps(row, shown) for row in piece.rows)
            held = table(value, piece.rows, ranges, shown=None if hidden else shown)
            parts.append((hidden, f'<div class="rest">{held}</div>' if hidden else held))
            continue
        first, last = min(max(start, shown.start), end), max(min(end, shown.end), start)
        for hidden, run in (
            (True, Span(start, first)),
            (False, Span(first, last)),
            (True, Span(max(first, last), end)),
        ):
            if run.start < run.end:
                held = part(value, run, ranges)
                parts.append((hidden, f'<span class="rest">{held}</span>' if hidden else held))
    return folded(parts, DOTS)


def _beginning(value: str, first: int) -> int:
    """Where an excerpt begins that leads up to ``first``: at a sentence, if one begins there."""
    start = max(0, first - LEAD)
    end_of_sentence = re.search("[。！？；.!?;]\\s*", value[start:first])
    return start + end_of_sentence.end() if end_of_sentence else start
