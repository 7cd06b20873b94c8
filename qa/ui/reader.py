"""A whole document as HTML, in two views that mark the same spans.

One shows its passages, with broken lines joined and headings found; the other, for
comparison, the stored text as it was extracted from the file.
"""

from collections.abc import Sequence
from itertools import groupby

from corpus import Span
from corpus.numerals import article_number
from qa.results import DocumentDetail, PassageDetail
from qa.ui.markup import counted, marked, phrase, source_list, text, within
from qa.ui.tables import part, pieces, table
from qa.ui.thumbs import choice

#: Passages shown before and after the one asked for; the page says how many are left out.
PASSAGES_AROUND = 600
#: Characters of the stored text shown before and after the mark.
CHARACTERS_AROUND = 150_000


def document(
    detail: DocumentDetail,
    passage_id: str | None,
    marks: Sequence[Span],
    *,
    choose: bool = False,
) -> str:
    """Return a document, scrolled to one of its passages.

    Args:
        detail: the document.
        passage_id: the passage to scroll to; the beginning if None.
        marks: spans of the stored text to mark; the passage's own if there are none.
        choose: whether each passage has a button that names it as the right one.
    """
    at = next(
        (n for n, passage in enumerate(detail.passages) if passage.passage_id == passage_id), None
    )
    here = None if at is None else detail.passages[at]
    if here is not None and not marks:
        marks = here.spans
    article = detail.articles[here.article if here else 0]
    return (
        f'<header><h2 dir="auto">{text(article.title) or phrase("untitled")}</h2>'
        f'<p class="place"><span class="file">{source_list(detail.sources)}</span> '
        f"<span>{counted('passages', detail.passage_count)}</span></p></header>"
        f'<div class="as-cut">{_as_cut(detail, at, marks, choose=choose)}</div>'
        f'<div class="as-stored">{_as_stored(detail, here, marks)}</div>'
    )


def _as_cut(detail: DocumentDetail, at: int | None, marks: Sequence[Span], *, choose: bool) -> str:
    """Return articles, headings and numbered paragraphs."""
    first = max(0, (at or 0) - PASSAGES_AROUND)
    last = (at or 0) + PASSAGES_AROUND
    shown = list(enumerate(detail.passages))[first:last]
    html = [_left_out(first)]
    for number, passages in groupby(shown, key=lambda pair: pair[1].article):
        article = detail.articles[number]
        html.append(f'<h3 class="title" dir="auto">{text(article.title)}</h3>')
        if article.author:
            html.append(f'<p class="author" dir="auto">{text(article.author)}</p>')
        headings: tuple[str, ...] = ()
        for index, passage in passages:
            html += _headings(headings, passage)
            headings = passage.headings
            html.append(_paragraph(passage, marks, here=index == at))
            if choose:
                html.append(choice(passage.passage_id))
    html.append(_left_out(len(detail.passages) - last))
    return "".join(html)


def _headings(before: tuple[str, ...], passage: PassageDetail) -> list[str]:
    """Return the headings that the passage before did not have.

    The number of an article of law, 第一条, is not shown above a text that begins with it.
    """
    headings = passage.headings
    if article_number(passage.text) is not None and passage.text.startswith(headings[-1:]):
        headings = headings[:-1]
    same = 0
    while same < min(len(before), len(headings)) and before[same] == headings[same]:
        same += 1
    return [f'<h4 dir="auto">{text(heading)}</h4>' for heading in headings[same:]]


def _paragraph(passage: PassageDetail, marks: Sequence[Span], *, here: bool) -> str:
    """Return one passage, with its number and page in the margin."""
    page = "" if passage.page is None else f' data-page="{passage.page}"'
    value, ranges = passage.text, within(passage.spans, marks)
    html = "".join(
        table(value, piece.rows, ranges) if piece.rows else part(value, piece.span, ranges)
        for piece in pieces(value)
    )
    return (
        f'<div class="passage-line{" here" if here else ""}" data-number="{passage.paragraph}"'
        f'{page} dir="auto">{html}</div>'
    )


def _as_stored(detail: DocumentDetail, here: PassageDetail | None, marks: Sequence[Span]) -> str:
    """Return the stored text as it is, with its line breaks."""
    # The last span is the passage itself; the head of its table, far above, may come before.
    centre = here.spans[-1].start if here else 0
    first = max(0, centre - CHARACTERS_AROUND)
    last = min(len(detail.text), centre + CHARACTERS_AROUND)
    shown = marked(detail.text[first:last], [Span(a - first, b - first) for a, b in marks])
    return f'<pre dir="auto">{"…" * (first > 0)}{shown}{"…" * (last < len(detail.text))}</pre>'


def _left_out(count: int) -> str:
    return f'<p class="left-out">{counted("left_out", count)}</p>' if count > 0 else ""


def reader_frame() -> str:
    """Return the window that a document is opened in; ``reader.js`` fills and closes it."""
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
