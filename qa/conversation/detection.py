"""Follow-up detection: whether a question refers to the turns before, and to which passage.

A follow-up makes sense in the documents just talked about; a new topic makes more sense
elsewhere. And a follow-up looks like one: it is short, names no topic of its own, or points
back. The passage that it asks for is best found by its bare words, searched in those documents
only; where these say little, it is a passage like the ones that were asked for before.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.answering.confidence import Judgement
from qa.answering.logistic import logistic
from qa.conversation.rewriting import Shape
from qa.language.topics import Counterpart, has_topic, is_covered, names_another
from qa.results import Hit, PassageId
from qa.retrieval.evidence import greatest_importance
from qa.retrieval.search import Candidate, Candidates

# Fitted by ``benchmarks/fit_followups.py`` on the development conversations: parts 1 to 11 of
# ``benchmarks/followups.jsonl``, with new topics made of them and the questions of
# ``benchmarks/offtopic.txt``.
INTERCEPT = 1.21
WEIGHTS = {
    "share": 6.34,
    "match": -2.86,  # a question that leaves nothing out matches well
    "short": 3.00,
    "fragment": 2.09,
    "points": 1.95,
    "sure": -3.64,
    "lacks": -6.34,
    "topic": -1.60,  # must be negative, or jieba would be needed earlier
}
# Less than a half: a follow-up that is missed finds nothing, while a new topic that is taken
# for a follow-up mostly stays as it is, because its readings find nothing better.
ENOUGH = 0.45
# The next three were chosen by hand, with the same conversations in view.
#: A question that does not look like a follow-up must be matched where it is taken to mean
#: something: no word may lack more than this much importance, 0 to 1, there.
MOST_LACKED = 0.65
#: In a library of few documents it must also match that passage so well: there "in these
#: documents" is hardly less than "anywhere", and the share says little.
LEAST_MATCH = 0.2
#: If so many passages of other documents were found, it is significant that none is meant.
MANY_ELSEWHERE = 50

# Weights of the reasons, beside its score for the bare words, to take a passage for the one
# that is meant: it is like what was asked before, by cosine and token match; it is in the
# document that answered last; its heading matches the words.
_DENSE, _MATCH, _DOCUMENT, _HEADING = 0.6, 0.9, 0.5, 1.5
_LONGEST_HEADING = 100  # characters; what is longer is a paragraph that looks like a heading
_HARDLY_ANYTHING = 0.45  # importance, 0 to 1, that a word without counterpart may have
_LONG = 30  # characters from which a question is no longer short


@dataclass(frozen=True, slots=True)
class Sense:
    """The sense that a question makes in the documents of the conversation.

    Attributes:
        worth: how likely each passage is the one it asks for, by id; of no scale.
        share: the score of its bare words in the likeliest passage, divided by the best
            score anywhere.
        match: how well they match that passage, 0 to 1.
        lacks: the importance, 0 to 1, of the most important of them that has no counterpart
            there.
    """

    worth: Mapping[str, float]
    share: float
    match: float
    lacks: float

    @property
    def meant(self) -> str:
        """The id of the likeliest passage; empty if there is none."""
        return max(self.worth, key=self.worth.__getitem__, default="")


def sense_of(
    anywhere: Candidates,
    inside: Candidates,
    earlier: Sequence[Candidates],
    latest: str,
    headings: Mapping[str, float],
) -> Sense:
    """Return the sense that a question makes in the documents of the conversation.

    Args:
        anywhere: what it finds in the whole library.
        inside: what its bare words find in those documents.
        earlier: the same passages, weighed by each question before.
        latest: the id of the passage that answered last.
        headings: how well a passage's heading matches the question, by passage id.
    """
    last_document = PassageId(latest).document_id
    like_earlier: dict[str, float] = defaultdict(float)
    for before in earlier:
        for found in before.ranked:
            like_earlier[found.id] += (_DENSE * found.dense + _MATCH * found.match) / len(earlier)
    worth: dict[str, float] = {
        found.id: found.score
        + like_earlier.get(found.id, 0.0)
        + _DOCUMENT * (found.id.document_id == last_document)
        + _HEADING * headings.get(found.id, 0.0)
        for found in inside.ranked
    }
    # The scores of a search are relative to its best BM25, so those of two are not comparable.
    bm25 = max((found.lexical for found in anywhere.ranked), default=0.0) or 1.0

    def score(found: Candidate) -> float:
        return found.lexical / bm25 + found.dense + found.match

    best = max(map(score, anywhere.ranked), default=0.0) or 1.0
    meant = max(inside.ranked, key=lambda found: worth[found.id], default=None)
    if meant is None:
        return Sense(worth, 0.0, 0.0, 1.0)
    lacks = greatest_importance(inside.question, 1.0 - inside.counterparts(meant))
    return Sense(worth, score(meant) / best, meant.match, lacks)


@dataclass(frozen=True, slots=True)
class Observation:
    """A question after others, before it is decided whether it is a follow-up.

    Attributes:
        shape: of the question.
        sense: that it makes in the documents of the turns before.
        alone: what it finds as it was typed.
        inside: what its bare words find in the documents of the turns before.
        judgement: of what it finds as it was typed.
        sections: the best passages inside, by id.
    """

    shape: Shape
    sense: Sense
    alone: Candidates
    inside: Candidates
    judgement: Judgement
    sections: Mapping[str, Hit]

    @property
    def among_many(self) -> bool:
        """Whether so much else was found that it is significant that none of it is meant."""
        return len(self.alone.ranked) - len(self.inside.ranked) >= MANY_ELSEWHERE

    @property
    def covered(self) -> bool:
        """Whether the likeliest passage has what the question names, or words like it."""
        hit = self.sections.get(self.sense.meant)
        if hit is None:
            return False
        if self.sense.lacks < _HARDLY_ANYTHING:
            return True
        return is_covered(
            self.shape.core, _whole(hit), _counterparts(self.inside, self.sense.meant)
        )

    @property
    def heading(self) -> str | None:
        """The heading of the passage that is meant; None if it lacks what the question names."""
        return section_heading(self.sections[self.sense.meant]) if self.covered else None

    @property
    def known(self) -> list[Candidate]:
        """Every passage found, once; those that were matched rather than those that were not."""
        found = [*self.alone.ranked, *self.inside.ranked]
        found.sort(key=lambda each: each.evidence is not None)
        return [*{each.row: each for each in found}.values()]

    def worth(self, found: Candidates) -> float:
        """Return how likely the first of some candidates is the passage that is meant."""
        return self.sense.worth.get(found.ranked[0].id, 0.0) if found.ranked else 0.0

    def features(self) -> dict[str, float]:
        """Return the features of the detection; they need jieba."""
        return self._features(has_topic=has_topic(self.shape.core))

    def might_be_followup(self) -> bool:
        """Return whether it might refer to the turns before; this needs no jieba.

        A topic of its own only ever makes a follow-up less likely.
        """
        return is_probable(self._features(has_topic=False), among_many=self.among_many)

    def _features(self, *, has_topic: bool) -> dict[str, float]:
        return features(self.shape, self.sense, self.judgement.probability, has_topic=has_topic)

    def is_followup(self) -> bool:
        """Return whether it refers to the turns before."""
        if not is_probable(self.features(), among_many=self.among_many):
            return False
        hit = self.sections.get(self.sense.meant)
        if self.shape.fragment or hit is None:
            return True
        return not names_another(self.shape.core, _whole(hit))


def features(shape: Shape, sense: Sense, sure: float, *, has_topic: bool) -> dict[str, float]:
    """Return the figures that the detection depends on.

    Args:
        shape: of the question.
        sense: that it makes in the documents of the conversation.
        sure: the confidence in what it finds alone.
        has_topic: whether it names something.

    Returns:
        ``share``, ``match`` and ``lacks`` of the sense, ``sure`` as given; ``short``: 1 for
        no words, 0 from 30 characters on; ``fragment``, ``points``: whether it begins or
        ends as follow-ups do, and whether a word refers to something said before; ``topic``:
        whether it names something.
    """
    return {
        "share": sense.share,
        "match": sense.match,
        "short": max(0.0, 1.0 - shape.length / _LONG),
        "fragment": float(shape.fragment),
        "points": float(shape.points),
        "sure": sure,
        "lacks": sense.lacks,
        "topic": float(has_topic),
    }


def is_eligible(observed: Mapping[str, float], *, among_many: bool) -> bool:
    """Return whether a question with these features can be a follow-up at all.

    Args:
        observed: its features.
        among_many: whether so many other passages were found that it is significant that
            none of them is meant.
    """
    if observed["fragment"] or observed["points"]:
        return True
    matches = among_many or observed["match"] >= LEAST_MATCH
    return matches and observed["lacks"] < MOST_LACKED


def is_probable(observed: Mapping[str, float], *, among_many: bool) -> bool:
    """Return whether a question is eligible, and probable enough, as a follow-up.

    Args:
        observed: its features.
        among_many: as for :func:`is_eligible`.
    """
    probability = logistic(INTERCEPT, WEIGHTS, observed)
    return is_eligible(observed, among_many=among_many) and probability >= ENOUGH


def _counterparts(found: Candidates, passage_id: str) -> tuple[Counterpart, ...]:
    """Return the tokens of a question, each with its best match in one passage."""
    best = next((each for each in found.ranked if each.id == passage_id), None)
    if best is None:
        return ()
    spans = found.encoder.tokens([found.query])[0].spans.tolist()
    return tuple(
        Counterpart(start, end, alike)
        for (start, end), alike in zip(spans, found.counterparts(best).tolist(), strict=True)
    )


def _whole(hit: Hit) -> str:
    """Return the text of a passage with its title and headings."""
    return "\n".join((hit.title, *hit.headings, hit.text))


def section_heading(hit: Hit) -> str:
    """Return the section's own heading, unless it is a paragraph that only looks like one."""
    last = hit.headings[-1] if hit.headings else ""
    return last if len(last) <= _LONGEST_HEADING else ""
