"""Follow-up questions: an elliptical one is completed from the turns before.

The completion is a question like any other: what it finds is what
:meth:`qa.Library.ask` finds for it, and it is shown beside the answer. Whether one is
needed, and which, the library itself decides. A follow-up makes nearly as much sense in
the documents just cited as anywhere, a new topic does not; a good completion finds
everywhere the passage that the bare words mean in those documents; and one that the
library does not answer is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.confidence import judge
from qa.errors import NoSuchDocument
from qa.followups import Shape, overlap, readings, shape_of
from qa.results import Answer, Hit
from qa.search import Candidate, Candidates
from qa.topics import has_topic, is_covered

if TYPE_CHECKING:  # the library makes conversations
    from qa.asking import Asking

TURNS_KEPT = 50
_TURNS_READ = 3  # the topics and documents of so many turns may be meant
_NEAREST = 3  # hits of a turn whose documents may be meant, beside those it cites

# The constants below were set on the first part of ``benchmarks/followups.jsonl``.

# From which share of the best score anywhere the bare words make sense in the documents
# of the conversation, by how much they look like a follow-up.
_SENSE = 0.6
_SENSE_IF_SURE = 0.75  # of words that find an answer alone
_SENSE_WITHOUT_TOPIC = 0.4
_SENSE_OF_FRAGMENT = 0.25
_SENSE_POINTING = 0.2

_FARTHER = 0.8  # what a passage counts that is not of the document that answered last
_SECTIONS = 20  # passages whose headings are compared with the question
_HEADING = 0.5  # what a heading with all the question's words adds to a passage's share
_LONGEST_HEADING = 100
_SURER = 0.1  # a completion must be so much surer than another that finds the same


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation.

    Attributes:
        question: as asked.
        query: as searched.
        answer: to the query.
    """

    question: str
    query: str
    answer: Answer


class Conversation:
    """Questions to a library, one after the other; see :meth:`qa.Library.conversation`.

    Args:
        library: what is asked.
        turns: of the conversation that this one goes on, oldest first.
    """

    def __init__(self, library: Asking, turns: Iterable[Turn] = ()) -> None:
        self._library = library
        self._turns: deque[Turn] = deque(turns, maxlen=TURNS_KEPT)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The latest turns, oldest first."""
        return tuple(self._turns)

    def ask(
        self, question: str, documents: Sequence[str] | None = None, *, as_is: bool = False
    ) -> Answer:
        """Answer a question, completed from the turns before if it leaves something out.

        Args:
            question: in any language that the model knows.
            documents: ids, id prefixes or sources to ask; all by default.
            as_is: search the question as it was typed. If it is the one asked last, this
                turn takes that one's place.

        Returns:
            The answer to its ``query``; its ``question`` is the one asked.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """
        query = question if as_is else self._completed(question, documents)
        answer = replace(self._library.ask(query, documents), question=question)
        if as_is and self._turns and self._turns[-1].question == question:
            self._turns.pop()
        self._turns.append(Turn(question, query, answer))
        return answer

    def _completed(self, question: str, documents: Sequence[str] | None) -> str:
        """The question, or the completion that fits what was talked about."""
        before = [turn for turn in reversed(self._turns) if turn.answer.hits][:_TURNS_READ]
        shape = shape_of(question)
        if not before or not shape.core or shape.long:
            return question
        topic = _documents(before)
        anywhere = self._library.candidates(question, documents=documents)
        try:
            inside = self._library.candidates(question, documents=topic)
        except NoSuchDocument:  # it was removed since
            return question
        last = before[0].answer.hits[0]
        shares = _shares(anywhere, inside, last.document_id)
        sections = self._library.hits(inside, _SECTIONS)
        for hit in sections:
            shares[hit.passage_id] += _HEADING * overlap(shape.core, _heading(hit))
        meant = max(shares, key=shares.__getitem__, default="")
        if not meant or not self._leans_on(shape, shares[meant], anywhere):
            return question
        headings = [
            _heading(hit)
            for hit in sections
            if hit.passage_id == meant and is_covered(shape.core, f"{_heading(hit)} {hit.text}")
        ]
        heading = headings[0] if headings else None
        queries = [turn.query for turn in before]
        options = readings(shape, queries, (last.title, *last.headings), heading)
        return self._best((question, *options), shares, documents)

    def _leans_on(self, shape: Shape, share: float, alone: Candidates) -> bool:
        """Whether a question leans on what was said before.

        Args:
            shape: of the question.
            share: of the best score that it reaches in the documents of the conversation.
            alone: what it finds on its own.
        """
        if shape.points and share >= _SENSE_POINTING:
            return True
        sure, threshold = judge(alone, self._library.fingerprint)
        if sure >= threshold:
            return share >= _SENSE_IF_SURE
        if share >= _SENSE or (shape.fragment and share >= _SENSE_OF_FRAGMENT):
            return True
        return shape.short and share >= _SENSE_WITHOUT_TOPIC and not has_topic(shape.core)

    def _best(
        self, options: Sequence[str], shares: Mapping[str, float], documents: Sequence[str] | None
    ) -> str:
        """The option that finds what was meant, the surest among those that find the same.

        Args:
            options: the question as typed, then its completions.
            shares: what each passage is worth, by id.
            documents: what to search.

        Returns:
            The first option where the best is no answer.
        """
        best, best_share, best_sure, threshold = options[0], -1.0, 0.0, 0.0
        for option in options:
            found = self._library.candidates(option, documents=documents)
            share = shares.get(found.ranked[0].id, 0.0) if found.ranked else 0.0
            sure, threshold = judge(found, self._library.fingerprint)
            if share > best_share or (share == best_share > 0 and sure > best_sure + _SURER):
                best, best_share, best_sure = option, share, sure
        return best if best_sure >= threshold else options[0]


def _documents(turns: Sequence[Turn]) -> list[str]:
    """The documents that the turns are about: those cited, and those that came nearest."""
    ids: dict[str, None] = {}
    for answer in (turn.answer for turn in turns):
        ids.update(dict.fromkeys(citation.document_id for citation in answer.citations))
        ids.update(dict.fromkeys(hit.document_id for hit in answer.hits[:_NEAREST]))
    return list(ids)


def _shares(anywhere: Candidates, inside: Candidates, latest: str) -> dict[str, float]:
    """What the passages inside score, as a share of the best score anywhere.

    Args:
        anywhere: what was found in the whole library.
        inside: what was found in the documents of the conversation.
        latest: the document that answered last.
    """
    # Each search's own scores are relative to its best BM25, so that they are not comparable.
    bm25 = max((candidate.lexical for candidate in anywhere.ranked), default=0.0) or 1.0

    def score(candidate: Candidate) -> float:
        return candidate.lexical / bm25 + candidate.dense + candidate.match

    best = max(map(score, anywhere.ranked), default=0.0) or 1.0
    return {
        candidate.id: score(candidate) / best * (1.0 if _is_of(latest, candidate) else _FARTHER)
        for candidate in inside.ranked
    }


def _is_of(document_id: str, candidate: Candidate) -> bool:
    return candidate.id.startswith(f"{document_id}:")


def _heading(hit: Hit) -> str:
    """The section's own heading, unless it is a paragraph that only looks like one."""
    last = hit.headings[-1] if hit.headings else ""
    return last if len(last) <= _LONGEST_HEADING else ""
