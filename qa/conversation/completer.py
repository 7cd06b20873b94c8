"""Completes a follow-up question from the turns before it.

The library itself decides whether a question needs to be completed, and how. A follow-up
makes nearly as much sense in the documents just talked about as anywhere, a new topic does
not (:mod:`qa.conversation.detection`). A good completion (:mod:`qa.conversation.rewriting`
makes them) finds, among all documents, the passage that the bare words mean in those just
talked about. In a small library something is always near, so that there the completion must
also be answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.answering.confidence import judge
from qa.conversation.detection import MANY_ELSEWHERE, Sense, features, leans, sense_of
from qa.conversation.protocols import Answering
from qa.conversation.rewriting import Shape, readings, shape_of
from qa.errors import BadQuestion, NoSuchDocument
from qa.language.scripts import chinese_script, in_script
from qa.language.topics import Counterpart, has_topic, is_covered, names_another
from qa.results import Answer, Hit
from qa.retrieval.evidence import compare_texts
from qa.retrieval.search import Candidates

_NEAREST = 3  # hits of a turn whose documents may be meant, beside those it cites
_SECTIONS = 20  # passages whose headings are compared with the question
_LONGEST_HEADING = 100
_HARDLY_ANYTHING = 0.45  # of what a word says, 0 to 1, that has no counterpart


@dataclass(frozen=True, slots=True)
class Observation:
    """A question after others, before it is decided whether it leans on them.

    Attributes:
        shape: of the question.
        sense: that it makes in the documents of the turns before.
        alone: what it finds alone.
        sure: the confidence in that.
        sections: the best passages of those documents, by id.
        counterparts: how well each token of the question is matched in the likeliest one.
        elsewhere: how many passages of other documents might have been meant.
    """

    shape: Shape
    sense: Sense
    alone: Candidates
    sure: float
    sections: Mapping[str, Hit]
    counterparts: tuple[Counterpart, ...]
    elsewhere: int

    @property
    def among_many(self) -> bool:
        """Whether there was so much else that meaning none of it says something."""
        return self.elsewhere >= MANY_ELSEWHERE

    @property
    def covered(self) -> bool:
        """Whether the likeliest passage has what the question names, or words like it."""
        hit = self.sections.get(self.sense.meant)
        if hit is None:
            return False
        lacks_nothing = self.sense.lacks < _HARDLY_ANYTHING
        return lacks_nothing or is_covered(self.shape.core, _whole(hit), self.counterparts)

    @property
    def heading(self) -> str | None:
        """Of the section that is meant; None if that lacks something the question names."""
        return _heading(self.sections[self.sense.meant]) if self.covered else None

    def features(self, *, full: bool = True) -> dict[str, float]:
        """What speaks for and against a follow-up; without a dictionary if not ``full``."""
        names = has_topic(self.shape.core) if full else None
        return features(self.shape, self.sense, self.sure, names)

    def leans(self, *, full: bool = True) -> bool:
        """Whether it leans on the turns before; if not ``full``, whether it might."""
        if not leans(self.features(full=full), among_many=self.among_many):
            return False
        hit = self.sections.get(self.sense.meant)
        if not full or self.shape.fragment or hit is None:
            return True
        return not names_another(self.shape.core, _whole(hit))


class Completer:
    """Completes questions to a library.

    Args:
        library: what is asked.
    """

    def __init__(self, library: Answering) -> None:
        self._library = library

    def complete(
        self, question: str, before: Sequence[Answer], documents: Sequence[str] | None
    ) -> str:
        """The question, or the completion that fits what was talked about.

        Args:
            question: as typed.
            before: the answers that may be meant, the latest first, each with hits.
            documents: what is asked; None for all.
        """
        observed = self.observe(question, before, documents)
        if observed is None:
            return question
        # First without jieba, which takes a second to start.
        if not observed.leans(full=False) or not observed.leans():
            return question
        last = before[0].hits[0]
        # A document in the other Chinese script must not change how the question is written.
        script = chinese_script(question, *(answer.question for answer in before))
        options = readings(
            observed.shape,
            [in_script(answer.query, script) for answer in before],
            [in_script(heading, script) for heading in (last.title, *last.headings)],
            None if observed.heading is None else in_script(observed.heading, script),
        )
        return self._best(question, options, observed, documents)

    def observe(
        self, question: str, before: Sequence[Answer], documents: Sequence[str] | None = None
    ) -> Observation | None:
        """What is to be known about a question; None if it cannot be a follow-up."""
        shape = shape_of(question)
        if not before or not shape.core or shape.long:
            return None
        alone = self._library.candidates(question, documents=documents)
        topic = _documents(before)
        try:
            inside = self._library.candidates(shape.core, documents=topic)
            asked = [self._library.candidates(one.query, documents=topic) for one in before]
        except NoSuchDocument:  # it was removed since
            return None
        sections: dict[str, Hit] = {
            hit.passage_id: hit for hit in self._library.hits(inside, _SECTIONS)
        }
        under = compare_texts(inside.question, inside.encoder, [*map(_heading, sections.values())])
        headings = {one: each.coverage for one, each in zip(sections, under, strict=True)}
        sense = sense_of(alone, inside, asked, before[0].hits[0].passage_id, headings)
        sure = judge(alone, self._library.fingerprint).probability
        elsewhere = len(alone.ranked) - len(inside.ranked)
        return Observation(
            shape, sense, alone, sure, sections, _counterparts(inside, sense.meant), elsewhere
        )

    def _best(
        self,
        question: str,
        options: Sequence[str],
        observed: Observation,
        documents: Sequence[str] | None,
    ) -> str:
        """The first reading that finds what was meant and is answered.

        Args:
            question: as typed.
            options: its completions, likeliest first.
            observed: what is known of it.
            documents: what to search.

        Returns:
            If none finds what was meant, the one that finds what is nearest to it; the
            question where that is no answer, unless many passages elsewhere might have been
            meant, and the question alone is not answered by them either.
        """
        worth = observed.sense.worth
        best, best_worth, best_sure, threshold = question, -1.0, 0.0, 0.0
        for option in (question, *options):
            try:
                found = (
                    observed.alone
                    if option == question
                    else self._library.candidates(option, documents=documents)
                )
            except BadQuestion:  # longer than a question may be
                continue
            finds = worth.get(found.ranked[0].id, 0.0) if found.ranked else 0.0
            sure, threshold = judge(found, self._library.fingerprint)
            surer = best_sure < threshold and sure > best_sure
            if finds > best_worth or (finds == best_worth > 0 and surer):
                best, best_worth, best_sure = option, finds, sure
        if best_sure >= threshold:
            return best
        return best if observed.among_many and observed.sure < threshold else question


def _documents(before: Sequence[Answer]) -> list[str]:
    """The documents that answers are about: those cited, and those that came nearest."""
    ids: dict[str, None] = {}
    for answer in before:
        ids.update(dict.fromkeys(citation.document_id for citation in answer.citations))
        ids.update(dict.fromkeys(hit.document_id for hit in answer.hits[:_NEAREST]))
    return list(ids)


def _counterparts(found: Candidates, passage_id: str) -> tuple[Counterpart, ...]:
    """The tokens of a question with the best counterpart of each in one passage."""
    best = next((each for each in found.ranked if each.id == passage_id), None)
    if best is None:
        return ()
    spans = found.encoder.tokens([found.query])[0].spans.tolist()
    return tuple(
        Counterpart(start, end, alike)
        for (start, end), alike in zip(spans, found.counterparts(best).tolist(), strict=True)
    )


def _whole(hit: Hit) -> str:
    """A passage with what stands above it."""
    return "\n".join((hit.title, *hit.headings, hit.text))


def _heading(hit: Hit) -> str:
    """The section's own heading, unless it is a paragraph that only looks like one."""
    last = hit.headings[-1] if hit.headings else ""
    return last if len(last) <= _LONGEST_HEADING else ""
