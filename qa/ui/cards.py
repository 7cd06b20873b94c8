"""Cards: each shows one source, its place in its document, and its passage with highlights."""

import json
import re
from collections.abc import Sequence
from html import escape

from corpus import Span, slice_spans
from corpus.characters import ENDINGS
from qa.results import Citation, Hit
from qa.ui.markup import counted, joined, phrase, spoken, text, within
from qa.ui.references import gbt7714, plain
from qa.ui.tables import DOTS, Fragment, Piece, folded, overlaps, part, pieces, table
from qa.ui.thumbs import thumbs

#: Characters of a long passage that are shown around its first highlight.
EXCERPT = 260
#: With fewer characters left out than this, the whole passage is shown.
WORTH_FOLDING = 120
#: Characters shown before the first highlight, so that its sentence is read in context.
LEAD = 60

_SENTENCE_END = re.compile(rf"[{ENDINGS}；;.]\s*")


def citation_card(citation: Citation, hit: Hit | None, anchor: str) -> str:
    """Return the card of one ``[n]``: the whole passage, the quoted sentences highlighted.

    Args:
        citation: the citation.
        hit: the passage it was taken from; without it, the card shows the quote alone.
        anchor: the element id that the answer's ``[n]`` leads to.
    """
    if hit is None:
        body = passage(citation.quote, [Span(0, len(citation.quote))])
    else:
        body = passage(hit.text, within(hit.spans, citation.spans))
    number = f'{spoken("sources")}<span class="number">{citation.number}</span>'
    return _card(citation, body, anchor, number)


def hit_card(hit: Hit, anchor: str) -> str:
    """Return the card of a passage that no ``[n]`` cites.

    Args:
        hit: the passage.
        anchor: the card's element id.
    """
    body = passage(hit.text, hit.highlights)
    if hit.duplicates:
        body += f'<p class="folded">{counted("also_in", len(hit.duplicates))}</p>'
    return _card(hit, body, anchor, "")


def _card(source: Citation | Hit, body: str, anchor: str, number: str) -> str:
    title = text(source.title) if source.title.strip() else phrase("untitled")
    return (
        f'<article class="card" id="{anchor}" tabindex="-1" aria-labelledby="{anchor}-title">'
        f'<header>{number}<h3 id="{anchor}-title" dir="auto">{title}</h3></header>'
        f"{_place(source)}{body}{_buttons(source)}</article>"
    )


def _place(source: Citation | Hit) -> str:
    """Return author, headings, page, paragraph and file on one line."""
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
    if source.ocr_score is not None:
        parts.append(f"<span>{phrase('ocr', score=f'{source.ocr_score:.0%}')}</span>")
    parts.append(f'<span class="file">{spoken("file")}<bdi>{text(source.source)}</bdi></span>')
    return f'<p class="place">{" ".join(parts)}</p>'


def _buttons(source: Citation | Hit) -> str:
    """Return the buttons to open, to copy and to judge a source."""
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
        f"{_copy_button('copy_plain', plain(source))}{_copy_button('copy_gbt', gbt7714(source))}"
        f"{thumbs(source.passage_id)}</footer>"
    )


def _copy_button(name: str, line: str) -> str:
    """Return a button that copies ``line`` and then says so."""
    return (
        f'<button type="button" data-copy="{escape(line)}"><span class="before">{phrase(name)}'
        f'</span><span class="after" role="status">{phrase("copied")}</span></button>'
    )


def passage(value: str, marks: Sequence[Span]) -> str:
    """Return a passage with its marks; a long one is folded around the first mark.

    What is folded stays in the page, so that the browser's search finds it, and unfolding
    needs nothing from the server.
    """
    ranges = joined(marks, len(value))
    if len(value) <= EXCERPT + WORTH_FOLDING:
        whole = _excerpt(value, ranges, Span(0, len(value)))
        return f'<blockquote class="passage" dir="auto">{whole}</blockquote>'
    excerpt = _excerpt(value, ranges, _excerpt_span(value, ranges))
    return (
        f'<blockquote class="passage long" dir="auto">{excerpt}'
        '</blockquote><button type="button" class="unfold" data-unfold aria-expanded="false">'
        f'<span class="when-folded">{phrase("whole_passage")}</span>'
        f'<span class="when-open">{phrase("excerpt")}</span></button>'
    )


def _excerpt_span(value: str, ranges: Sequence[Span]) -> Span:
    """Return the part of a long passage that is shown at first."""
    first = ranges[0] if ranges else Span(0, 0)
    start = _excerpt_start(value, first.start) if first.end > EXCERPT else 0
    end = max(first.end, start + EXCERPT)
    if len(value) - end < WORTH_FOLDING:
        end = len(value)
    return Span(start, end)


def _excerpt_start(value: str, first: int) -> int:
    """Return where an excerpt begins that leads up to ``first``: at a sentence, if one does."""
    start = max(0, first - LEAD)
    sentence_end = _SENTENCE_END.search(value[start:first])
    return start + sentence_end.end() if sentence_end else start


def _excerpt(value: str, ranges: Sequence[Span], shown: Span) -> str:
    """Return the passage as lines and tables, with everything outside ``shown`` folded."""
    fragments: list[Fragment] = []
    for piece in pieces(value):
        if piece.rows:
            fragments.append(_table_fragment(value, piece, ranges, shown))
        else:
            fragments += _line_fragments(value, piece.span, ranges, shown)
    return folded(fragments, DOTS)


def _table_fragment(value: str, piece: Piece, ranges: Sequence[Span], shown: Span) -> Fragment:
    hidden = not any(overlaps(row, shown) for row in piece.rows)
    html = table(value, piece.rows, ranges, shown=None if hidden else shown)
    return Fragment(f'<div class="rest">{html}</div>' if hidden else html, hidden)


def _line_fragments(value: str, lines: Span, ranges: Sequence[Span], shown: Span) -> list[Fragment]:
    start, end = lines
    first, last = min(max(start, shown.start), end), max(min(end, shown.end), start)
    fragments = []
    for hidden, span in (
        (True, Span(start, first)),
        (False, Span(first, last)),
        (True, Span(max(first, last), end)),
    ):
        if span.start < span.end:
            html = part(value, span, ranges)
            if hidden:
                html = f'<span class="rest">{html}</span>'
            fragments.append(Fragment(html, hidden))
    return fragments
