"""The conversation as HTML: what was asked, what was found, and where it stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from qa.results import Answer
from qa.ui.cards import citation_card, hit_card
from qa.ui.markup import counted, phrase, spoken, text
from qa.ui.quotes import quoted
from qa.ui.thumbs import about, thumbs
from qa.ui.writer import Written, written_text

#: Older turns leave the page, which is sent whole with each answer.
TURNS_SHOWN = 20

#: So many passages stand in for an answer at first sight.
NEAREST = 3

#: A longer question is shown smaller.
LONG = 80

#: A confidence of at least so much has this name, which the page also shows as a bar.
LEVELS = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it.

    Attributes:
        question: as asked.
        answer: None while it is sought, and if it failed.
        problem: why it failed, as HTML.
        written: what a writer composed of the answer, if one does.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    written: Written | None = None

    @property
    def completed(self) -> bool:
        """Whether another question was searched than the one typed."""
        return self.answer is not None and self.answer.query != self.question


def conversation(turns: Sequence[Turn]) -> str:
    """The latest turns, oldest first."""
    numbered = list(enumerate(turns, 1))[-TURNS_SHOWN:]
    body = "".join(_turn(number, turn, last=turn is turns[-1]) for number, turn in numbered)
    return f'<section class="turns" aria-live="polite">{spoken("conversation")}{body}</section>'


def _turn(number: int, turn: Turn, *, last: bool) -> str:
    """A question with its answer on the left and its sources on the right.

    Only the last can be asked as typed: those after it may have leant on what it meant.
    """
    anchor = f"turn-{number}"
    aside = ""
    if turn.answer is not None:
        said = _searched(turn.answer.query, last=last) if turn.completed else ""
        said += _said(turn.answer, anchor)
        if turn.written is not None:
            said += written_text(turn.written, anchor)
        aside = _sources(turn.answer, anchor)
        state = "answered" if turn.answer.answered else "unanswered"
    elif turn.problem is not None:
        said = (
            f'<div class="note problem" role="alert"><h3>{phrase("failed")}</h3>'
            f"<p>{turn.problem}</p></div>"
        )
        state = "failed"
    else:
        said, state = _WAITING, "pending"
    long = len(turn.question) > LONG  # it scrolls, which a keyboard must be able to do
    return (
        f'<article class="turn {state}" id="{anchor}"{_judged(turn.answer)}><div class="said">'
        f'<h2 class="question{" long" if long else ""}" dir="auto" tabindex="{0 if long else -1}">'
        f"{spoken('you_asked')}{text(turn.question)}</h2>{said}</div>"
        f'<aside class="sources">{aside}</aside></article>'
    )


_WAITING = (
    f'<div class="waiting" role="status">{spoken("searching")}'
    "<span></span><span></span><span></span></div>"
)


_WHICH = f'<p class="which" hidden>{phrase("which_is_right")}</p>'


def _judged(answer: Answer | None) -> str:
    """What a judgement is about, for the script that sends it."""
    if answer is None:
        return ""
    cited = json.dumps([citation.passage_id for citation in answer.citations])
    return about(answer.question, answer.query, cited)


def _searched(query: str, *, last: bool) -> str:
    """What a question that leans on those before was taken to mean."""
    undo = f' <button type="button" data-again>{phrase("ask_as_typed")}</button>' if last else ""
    shown = phrase("searched_as", query=f"<bdi>{text(query)}</bdi>")
    return f'<p class="query">{shown}{undo}</p>'


def _said(answer: Answer, anchor: str) -> str:
    """The left side: the answer with its numbers, or that there is none."""
    if not answer.hits:  # something is always nearest, unless there is nothing
        return (
            f'<div class="note"><h3>{phrase("empty_library")}</h3>'
            f"<p>{phrase('empty_library_asked')}</p></div>"
        )
    if not answer.answered:
        return (
            f'<div class="note"><h3>{phrase("not_answered")}</h3>'
            f"<p>{phrase('not_answered_near')}</p></div>"
            f'<p class="footing">{thumbs()}</p>{_WHICH}'
        )
    hits = {hit.passage_id: hit for hit in answer.hits}
    sentences = "".join(quoted(c, hits.get(c.passage_id), anchor) for c in answer.citations)
    return f'<div class="answer">{sentences}</div>{_footing(answer)}'


def _footing(answer: Answer) -> str:
    """Under an answer: how sure it is, as a word and a bar, and how much was quoted."""
    level = next(name for least, name in LEVELS if answer.confidence >= least)
    percent = round(100 * min(max(answer.confidence, 0.0), 1.0))
    return (
        f'<p class="footing"><span class="confidence {level}">{phrase("confidence")} '
        f"<b>{phrase(f'confidence_{level}')}</b>"
        f'<span class="bar" aria-hidden="true"><i style="width:{percent}%"></i></span></span>'
        f"<span>{counted('verbatim', len(answer.citations))}</span>{thumbs()}</p>{_WHICH}"
    )


def _sources(answer: Answer, anchor: str) -> str:
    """The right side: a card for each number, then what else was found."""
    if not answer.hits:
        return ""
    hits = {hit.passage_id: hit for hit in answer.hits}
    shown = [
        citation_card(one, hits.get(one.passage_id), f"{anchor}-source-{one.number}")
        for one in answer.citations
    ]
    taken = {one.passage_id for one in answer.citations}
    others = [
        hit_card(hit, f"{anchor}-passage-{hit.rank}")
        for hit in answer.hits
        if hit.passage_id not in taken
    ]
    label = "sources"
    if not shown:
        label, shown, others = "nearest", others[:NEAREST], others[NEAREST:]
    more = ""
    if others:
        summary = counted("more_passages", len(others))
        more = f'<details class="more"><summary>{summary}</summary>{"".join(others)}</details>'
    return f'<h3 class="label">{phrase(label)}</h3>{"".join(shown)}{more}'
