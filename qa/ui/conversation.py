"""The conversation as HTML: questions, cited answers, and the sources beside them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Span
from qa.messages_zh import unread_pages
from qa.results import Answer, Citation, Hit, ShortAnswer
from qa.ui.cards import citation_card, hit_card
from qa.ui.markup import bar, both, cite_button, counted, phrase, spoken, text, within
from qa.ui.tables import Piece, part, pieces, table
from qa.ui.thumbs import about, thumbs
from qa.ui.writer import Written, written_text

#: Older turns are left out of the page, which is sent whole with each answer.
TURNS_SHOWN = 20
#: Passages shown in place of an answer, before the others are unfolded.
NEAREST = 3
#: Characters beyond which a question is shown smaller.
LONG = 80
#: Characters beyond which a short answer is shown smaller.
LONG_ANSWER = 60
#: The least confidence of each level; the page also shows it as a bar.
LEVELS = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))

_WAITING = (
    f'<div class="waiting" role="status">{spoken("searching")}'
    "<span></span><span></span><span></span></div>"
)
_WHICH_IS_RIGHT = f'<p class="which" hidden>{phrase("which_is_right")}</p>'


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer.

    Attributes:
        question: as asked.
        answer: None until it is found, and if it failed.
        problem: why it failed, as HTML.
        written: the text that a writer composed of the answer, if there is one.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    written: Written | None = None

    @property
    def completed(self) -> bool:
        """Whether the question was completed from those before it."""
        return self.answer is not None and self.answer.query != self.question


def conversation(turns: Sequence[Turn]) -> str:
    """Return the latest turns, oldest first."""
    numbered = list(enumerate(turns, 1))[-TURNS_SHOWN:]
    body = "".join(_turn(number, turn, last=turn is turns[-1]) for number, turn in numbered)
    return f'<section class="turns" aria-live="polite">{spoken("conversation")}{body}</section>'


def _turn(number: int, turn: Turn, *, last: bool) -> str:
    """Return a question with its answer on the left and its sources on the right.

    Only the last can be asked again as typed: its meaning may have completed later ones.
    """
    anchor = f"turn-{number}"
    sources = "" if turn.answer is None else _sources(turn.answer, anchor)
    # A long question scrolls, for which a keyboard must be able to focus it.
    long, focus = (" long", 0) if len(turn.question) > LONG else ("", -1)
    return (
        f'<article class="turn {_state(turn)}" id="{anchor}"{_judged(turn.answer)}>'
        f'<div class="said"><h2 class="question{long}" dir="auto" tabindex="{focus}">'
        f"{spoken('you_asked')}{text(turn.question)}</h2>{_reply(turn, anchor, last=last)}</div>"
        f'<aside class="sources">{sources}</aside></article>'
    )


def _state(turn: Turn) -> str:
    if turn.answer is not None:
        return "unanswered" if turn.answer.outcome == "none" else turn.answer.outcome
    return "pending" if turn.problem is None else "failed"


def _reply(turn: Turn, anchor: str, *, last: bool) -> str:
    """Return what the left side says under the question."""
    if turn.answer is None:
        if turn.problem is None:
            return _WAITING
        return (
            f'<div class="note problem" role="alert"><h3>{phrase("failed")}</h3>'
            f"<p>{turn.problem}</p></div>"
        )
    query = _completed_query(turn.answer.query, last=last) if turn.completed else ""
    written = "" if turn.written is None else written_text(turn.written, anchor)
    return f"{query}{_answer(turn.answer, anchor)}{written}"


def _judged(answer: Answer | None) -> str:
    """Return attributes that say what a judgement is about, for the script that sends it."""
    if answer is None:
        return ""
    cited = json.dumps([citation.passage_id for citation in answer.citations])
    return about(answer.question, answer.query, cited)


def _completed_query(query: str, *, last: bool) -> str:
    """Return a line with the completed question, and a button to ask as typed."""
    undo = f' <button type="button" data-again>{phrase("ask_as_typed")}</button>' if last else ""
    shown = phrase("searched_as", query=f"<bdi>{text(query)}</bdi>")
    return f'<p class="query">{shown}{undo}</p>'


def _answer(answer: Answer, anchor: str) -> str:
    """Return the answer with its numbers, what may be one, or a note that there is none."""
    if answer.outcome == "chat":
        return f'<div class="note chat"><p dir="auto">{text(answer.text or "")}</p></div>'
    if not answer.hits:  # something is always nearest, unless the library is empty
        return (
            f'<div class="note"><h3>{phrase("empty_library")}</h3>'
            f"<p>{phrase('empty_library_asked')}</p></div>"
        )
    judgement = f'<p class="footing">{thumbs()}</p>{_WHICH_IS_RIGHT}'
    if answer.outcome == "possible":
        return f"{_possible(answer.hits[0], anchor)}{judgement}"
    if not answer.answered:
        return (
            f'<div class="note"><h3>{phrase("not_answered")}</h3>'
            f"<p>{phrase('not_answered_near')}</p>{_unread(answer)}</div>{judgement}"
        )
    hits = {hit.passage_id: hit for hit in answer.hits}
    short = "" if answer.short is None else _short(answer.short, anchor)
    quotes = "".join(
        quoted(one, hits.get(one.passage_id), anchor, _words_of(answer.short, one))
        for one in answer.citations
    )
    return f'<div class="answer">{short}{quotes}</div>{_footing(answer)}'


def _short(short: ShortAnswer, anchor: str) -> str:
    """Return the short answer, with its verdict before it and its number behind."""
    verdict = ""
    if short.verdict is not None:
        verdict = (
            f'<span class="verdict {short.verdict}">{phrase(f"verdict_{short.verdict}")}</span> '
        )
    words = short.text.strip()
    long = " long" if len(words) > LONG_ANSWER else ""
    return (
        f'<p class="short{long}" dir="auto">{spoken("short_answer")}{verdict}{text(words[:-1])}'
        f'<span class="tail">{text(words[-1:])}{cite_button(short.number, anchor)}</span></p>'
    )


def _words_of(short: ShortAnswer | None, citation: Citation) -> Sequence[Span]:
    """Return the spans of the short answer, if it is from a citation."""
    return short.spans if short is not None and short.number == citation.number else ()


def _possible(hit: Hit, anchor: str) -> str:
    """Return the card of a passage that may answer, below a line that says no more than that."""
    return (
        f'<section class="note possible" aria-labelledby="{anchor}-possible">'
        f'<h3 id="{anchor}-possible">{phrase("possible")}</h3><p>{phrase("possible_hint")}</p>'
        f"{hit_card(hit, f'{anchor}-passage-{hit.rank}')}</section>"
    )


def _unread(answer: Answer) -> str:
    """Return a line for each document with pages that were not read."""
    return "".join(
        f"<p>{both(text(unread_pages(pages)), text(f'{pages}.'))}</p>" for pages in answer.unread
    )


def _footing(answer: Answer) -> str:
    """Return the line under an answer: its confidence, and how much is quoted."""
    level = next(name for least, name in LEVELS if answer.confidence >= least)
    return (
        f'<p class="footing"><span class="confidence {level}">{phrase("confidence")} '
        f"<b>{phrase(f'confidence_{level}')}</b>"
        f"{bar(answer.confidence)}</span>"
        f"<span>{counted('verbatim', len(answer.citations))}</span>{thumbs()}</p>{_WHICH_IS_RIGHT}"
    )


def quoted(citation: Citation, hit: Hit | None, anchor: str, words: Sequence[Span] = ()) -> str:
    """Return a quote with its number, which stays on the line of the last character.

    Lines stay lines, and rows become tables. A single row of a table is shown under the
    table's head, without which its cells mean little.

    Args:
        citation: the citation with its quote.
        hit: the passage it was taken from, if it is at hand.
        anchor: the beginning of the element ids of the turn's cards.
        words: spans of the stored text to mark, those of the short answer.
    """
    number = cite_button(citation.number, anchor)
    quote = citation.quote.strip()
    if hit is not None and (rows := _row_under_head(quote, hit.text)):
        return table(hit.text, rows, within(hit.spans, words), after=number)
    blank = len(citation.quote) - len(citation.quote.lstrip())
    marks = [Span(a - blank, b - blank) for a, b in within(citation.spans, words)]
    *before, last = pieces(quote)
    html = [_quoted_piece(quote, piece, marks) for piece in before]
    if last.rows:
        html.append(table(quote, last.rows, marks, after=number))
    else:
        start, end = last.span
        final = max(start, end - 1)
        tail = f'<span class="tail">{part(quote, Span(final, end), marks)}{number}</span>'
        html.append(f'<p dir="auto">{part(quote, Span(start, final), marks)}{tail}</p>')
    return "".join(html)


def _row_under_head(quote: str, passage: str) -> list[tuple[Span, ...]]:
    """Return the cells of the head and of the quoted row; none if no single row is quoted."""
    if "\n" in quote:
        return []
    for piece in pieces(passage):
        for row in piece.rows[1:]:
            start, end = passage.rfind("\n", 0, row[0].start) + 1, passage.find("\n", row[-1].end)
            if passage[start : len(passage) if end < 0 else end].strip() == quote:
                return [piece.rows[0], row]
    return []


def _quoted_piece(quote: str, piece: Piece, marks: Sequence[Span]) -> str:
    if piece.rows:
        return table(quote, piece.rows, marks)
    return f'<p dir="auto">{part(quote, piece.span, marks)}</p>'


def _sources(answer: Answer, anchor: str) -> str:
    """Return the right side: a card for each number, then the other hits."""
    if not answer.hits:
        return ""
    hits = {hit.passage_id: hit for hit in answer.hits}
    shown = [
        citation_card(one, hits.get(one.passage_id), f"{anchor}-source-{one.number}")
        for one in answer.citations
    ]
    cited = {one.passage_id for one in answer.citations}
    # The passage that may answer is on the left side already.
    listed = answer.hits[1:] if answer.outcome == "possible" else answer.hits
    others = [
        hit_card(hit, f"{anchor}-passage-{hit.rank}")
        for hit in listed
        if hit.passage_id not in cited
    ]
    label = "sources"
    if not shown:
        label = "other_nearest" if answer.outcome == "possible" else "nearest"
        shown, others = others[:NEAREST], others[NEAREST:]
    if not shown:
        return ""
    more = ""
    if others:
        summary = counted("more_passages", len(others))
        more = f'<details class="more"><summary>{summary}</summary>{"".join(others)}</details>'
    return f'<h3 class="label">{phrase(label)}</h3>{"".join(shown)}{more}'
