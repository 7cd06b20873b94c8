"""The outcomes of a user's own questions: right, wrong, refused, declined, false.

Each question is asked as :meth:`qa.Library.ask` answers it. What would have been cited with any
confidence is kept beside it, so that the outcomes at other thresholds follow without asking
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.answering.thresholds import Thresholds
from qa.evaluation.own_questions import Expected, OwnQuestions
from qa.library import Library
from qa.progress import Progress
from qa.results import Answer, Citation, Hit, Outcome, PassageId, Result

#: The thresholds of the curve.
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked.

    Attributes:
        question: as in the file.
        answerable: whether the documents answer it.
        outcome: as the library gave it.
        confidence: of the answer.
        citable: whether there is anything to cite, whatever the confidence.
        right: whether what is cited, or would be with enough confidence, is right.
        shown: whether the first hit has the answer.
        short_right: whether the short answer has it; None where the row states no answer.
    """

    question: str
    answerable: bool
    outcome: Outcome
    confidence: float
    citable: bool
    right: bool
    shown: bool
    short_right: bool | None

    def answered_at(self, threshold: float) -> bool:
        """Return whether the question would be answered at a threshold."""
        return self.citable and self.confidence >= threshold

    def at(self, thresholds: Thresholds) -> "Asked":
        """Return the question with the outcome that it would have at other thresholds."""
        if not self.citable:
            return self
        outcome: Outcome = "possible" if self.confidence >= thresholds.possible else "none"
        if self.answered_at(thresholds.answered):
            outcome = "answered"
        return replace(self, outcome=outcome)


@dataclass(frozen=True, slots=True)
class Tally(Result):
    """The numbers of questions by outcome, at one threshold.

    Attributes:
        threshold: the confidence that is enough for an answer.
        answerable: questions that the documents answer.
        right: of these, answered with a quote that has the answer.
        wrong: of these, answered with something else.
        refused: of these, not answered.
        unanswerable: questions that the documents do not answer.
        declined: of these, not answered.
        false: of these, answered.
    """

    threshold: float
    answerable: int
    right: int
    wrong: int
    refused: int
    unanswerable: int
    declined: int
    false: int

    @property
    def gain(self) -> int:
        """The right answers minus the wrong and the false ones."""
        return self.right - self.wrong - self.false


@dataclass(frozen=True, slots=True)
class Outcomes(Tally):
    """The numbers of questions by outcome, as the library answered them.

    Attributes:
        short_wanted: right answers to questions whose row states the answer.
        short_right: of these, how many have it in their short answer.
        possible: questions whose first passage was shown as a possible answer.
        possible_right: of these, how many have the answer in it.
    """

    short_wanted: int
    short_right: int
    possible: int
    possible_right: int


def ask_own(library: Library, own: OwnQuestions, progress: Progress) -> list[Asked]:
    """Ask a library its user's own questions, and compare the answers with what is expected.

    Raises:
        WenjuError: of :meth:`qa.Library.ask`.
    """
    queries = own.dataset.queries
    asked = []
    for done, query in enumerate(queries, 1):
        asked.append(_ask(library, query.text, own.expected[query.id]))
        progress("ask", done, len(queries), query.text)
    return asked


def _ask(library: Library, question: str, expected: Expected) -> Asked:
    """Ask one question; it is searched once, whatever the threshold."""
    reply = library.chat_reply(question)
    if reply is not None:
        return _compared(question, reply, reply, expected)
    found = library.candidates(question)
    answer = library.answer(found)
    proposed = answer if answer.answered else library.answer(found, threshold=0.0)
    return _compared(question, answer, proposed, expected)


def _compared(question: str, answer: Answer, proposed: Answer, expected: Expected) -> Asked:
    """Compare an answer, and the one that more confidence would give, with what is expected."""
    hits = {hit.passage_id: hit for hit in proposed.hits}
    short = "" if proposed.short is None else proposed.short.text
    return Asked(
        question=question,
        answerable=expected.answerable,
        outcome=answer.outcome,
        confidence=answer.confidence,
        citable=bool(proposed.citations),
        right=_is_right(proposed.citations, hits, expected),
        shown=_is_shown(answer.hits[:1], expected),
        short_right=expected.stated_in(short) if expected.answers else None,
    )


def _is_right(
    citations: Sequence[Citation], hits: Mapping[PassageId, Hit], expected: Expected
) -> bool:
    """Return whether some citations have the answer that is expected."""
    if expected.answers:
        return expected.stated_in(
            "\n".join(one.quote for one in citations if expected.allows(one.document_id))
        )
    return any(_is_wanted(hits[one.passage_id], expected) for one in citations)


def _is_shown(hits: Sequence[Hit], expected: Expected) -> bool:
    """Return whether some hits have the answer that is expected."""
    if expected.answers:
        return any(expected.stated_in(hit.text) for hit in hits if expected.allows(hit.document_id))
    return any(_is_wanted(hit, expected) for hit in hits)


def _is_wanted(hit: Hit, expected: Expected) -> bool:
    """Return whether a hit is one of the passages that are expected, or says the same as one."""
    return not {hit.passage_id, *hit.duplicates}.isdisjoint(expected.passages)


def tally(asked: Sequence[Asked], threshold: float) -> Tally:
    """Return the outcomes that the questions would have at a threshold."""
    return _tally([one.answered_at(threshold) for one in asked], asked, threshold)


def outcomes(asked: Sequence[Asked], threshold: float) -> Outcomes:
    """Return the outcomes of the questions as they were answered.

    Args:
        asked: the questions.
        threshold: of the library.
    """
    counted = _tally([one.outcome == "answered" for one in asked], asked, threshold)
    short = [
        one.short_right
        for one in asked
        if one.outcome == "answered" and one.right and one.short_right is not None
    ]
    possible = [one for one in asked if one.outcome == "possible"]
    return Outcomes(
        **counted.to_dict(),
        short_wanted=len(short),
        short_right=sum(short),
        possible=len(possible),
        possible_right=sum(one.shown for one in possible),
    )


def curve(asked: Sequence[Asked]) -> tuple[Tally, ...]:
    """Return the outcomes at each threshold of the curve."""
    return tuple(tally(asked, threshold) for threshold in THRESHOLDS)


def _tally(answered: Sequence[bool], asked: Sequence[Asked], threshold: float) -> Tally:
    """Count the outcomes of questions, of which some are answered."""
    pairs = list(zip(answered, asked, strict=True))
    right = sum(given and one.answerable and one.right for given, one in pairs)
    given_answerable = sum(given and one.answerable for given, one in pairs)
    given_others = sum(given and not one.answerable for given, one in pairs)
    answerable = sum(one.answerable for one in asked)
    return Tally(
        threshold=threshold,
        answerable=answerable,
        right=right,
        wrong=given_answerable - right,
        refused=answerable - given_answerable,
        unanswerable=len(asked) - answerable,
        declined=len(asked) - answerable - given_others,
        false=given_others,
    )
