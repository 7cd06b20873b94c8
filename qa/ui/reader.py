"""A whole document to read: its passages as they were cut, and its stored text.

The first is the page mended (broken lines joined, headings found), the second is
what the reader extracted, untouched, to compare. Both mark what was asked for.
"""

from collections.abc import Sequence
from itertools import groupby

from corpus import Span
from corpus.layout.statutes import article_number
from qa.results import DocumentDetail, PassageDetail
from qa.ui.markup import counted, marked, phrase, text, within
from qa.ui.tables import part, pieces, table
from qa.ui.thumbs import choice

#: So many passages either side of the one asked for; a longer document says what it leaves out.
PASSAGES_AROUND = 600

#: So many characters either side of the mark in the stored text.
CHARACTERS_AROUND = 150_000


def document(
    detail: DocumentDetail,
    passage_id: str | None,
    marks: Sequence[Span],
    *,
    choose: bool = False,
) -> str:
    """The document, with one passage picked out.

    Args:
        detail: what to show.
        passage_id: the passage to scroll to; the beginning if None.
        marks: ranges of the stored text to mark.
        choose: whether the reader may say that a passage is the right one.
    """
    at = next(
        (n for n, passage in enumerate(detail.passages) if passage.passage_id == passage_id), None
    )
    here = None if at is None else detail.passages[at]
    if here is not None and not marks:
        marks = here.spans
    article = detail.articles[here.article if here else 0]
    sources = phrase("comma").join(f"<bdi>{text(source)}</bdi>" for source in detail.sources)
    return (
        f'<header><h2 dir="auto">{text(article.title) or phrase("untitled")}</h2>'
        f'<p class="place"><span class="file">{sources}</span> '
        f"<span>{counted('passages', detail.passage_count)}</span></p></header>"
        f'<div class="as-cut">{_as_cut(detail, at, marks, choose=choose)}</div>'
        f'<div class="as-stored">{_as_stored(detail, here, marks)}</div>'
    )


def _as_cut(detail: DocumentDetail, at: int | None, marks: Sequence[Span], *, choose: bool) -> str:
    """Articles, headings and numbered paragraphs."""
    first = max(0, (at or 0) - PASSAGES_AROUND)
    last = (at or 0) + PASSAGES_AROUND
    shown = list(enumerate(detail.passages))[first:last]
    pieces = [_left_out(first)]
    for number, passages in groupby(shown, key=lambda pair: pair[1].article):
        article = detail.articles[number]
        pieces.append(f'<h3 class="title" dir="auto">{text(article.title)}</h3>')
        if article.author:
            pieces.append(f'<p class="author" dir="auto">{text(article.author)}</p>')
        headings: tuple[str, ...] = ()
        for index, passage in passages:
            pieces += _headings(headings, passage)
            headings = passage.headings
            pieces.append(_paragraph(passage, marks, here=index == at))
            if choose:
                pieces.append(choice(passage.passage_id))
    pieces.append(_left_out(len(detail.passages) - last))
    return "".join(pieces)


def _headings(before: tuple[str, ...], passage: PassageDetail) -> list[str]:
    """The headings new since the passage before; not 第一条, which its text begins with."""
    now = passage.headings
    if article_number(passage.text) is not None and passage.text.startswith(now[-1:]):
        now = now[:-1]
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    return [f'<h4 dir="auto">{text(heading)}</h4>' for heading in now[same:]]


def _paragraph(passage: PassageDetail, marks: Sequence[Span], *, here: bool) -> str:
    """One passage, with its number and page in the margin."""
    page = "" if passage.page is None else f' data-page="{passage.page}"'
    value, ranges = passage.text, within(passage.spans, marks)
    held = "".join(
        table(value, piece.rows, ranges) if piece.rows else part(value, piece.span, ranges)
        for piece in pieces(value)
    )
    return (
        f'<div class="passage-line{" here" if here else ""}" data-number="{passage.paragraph}"'
        f'{page} dir="auto">{held}</div>'
    )


def _as_stored(detail: DocumentDetail, here: PassageDetail | None, marks: Sequence[Span]) -> str:
    """The stored text as it is, line breaks and all."""
    centre = here.spans[-1].start if here else 0  # before it may stand the head of its table
    first = max(0, centre - CHARACTERS_AROUND)
    last = min(len(detail.text), centre + CHARACTERS_AROUND)
    shown = marked(detail.text[first:last], [Span(a - first, b - first) for a, b in marks])
    return f'<pre dir="auto">{"…" * (first > 0)}{shown}{"…" * (last < len(detail.text))}</pre>'


def _left_out(count: int) -> str:
    return f'<p class="left-out">{counted("left_out", count)}</p>' if count > 0 else ""


def reader_frame() -> str:
    """The window that a document is opened in; ``page.js`` fills and closes it."""
    return (
        '<dialog class="reader" aria-labelledby="reader-name"><div class="reader-bar">'
        f'<h2 id="reader-name" class="spoken">{phrase("reader")}</h2>'
        '<div class="views">'
        f'<button type="button" data-view-of="cut" aria-pressed="true">{phrase("as_cut")}</button>'
        f'<button type="button" data-view-of="stored" aria-pressed="false">{phrase("as_stored")}'
        "</button></div>"
        '<button type="button" class="choosing" aria-pressed="false">'
        f"{phrase('choose_right')}</button>"
        f'<button type="button" class="close">{phrase("close")}</button></div>'
        f'<div class="reader-body" tabindex="0"><p>{phrase("reader_failed")}</p></div></dialog>'
    )
