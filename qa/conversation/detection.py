"""Whether a question leans on what was said before, and which passage it then asks for.

A follow-up makes sense in the documents just talked about, a new topic makes more sense
elsewhere; and it looks like one: short, without a topic of its own, pointing back. Which
passage it asks for, its bare words say best, searched in those documents alone; where they
say little, it is one like what was asked before.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from qa.conversation.rewriting import Shape
from qa.results import PassageId
from qa.retrieval.evidence import greatest_importance
from qa.retrieval.search import Candidate, Candidates

# Fitted by ``benchmarks/fit_followups.py`` on the development conversations.
INTERCEPT = 1.21
WEIGHTS = {
    "share": 6.34,
    "match": -2.86,  # what leaves nothing out matches well
    "short": 3.00,
    "fragment": 2.09,
    "points": 1.95,
    "sure": -3.64,
    "lacks": -6.34,
    "topic": -1.60,  # it speaks against, or jieba would be needed earlier
}
# Less than a half: a follow-up that is missed finds nothing, while of the readings of one that
# is none, most find nothing better than the question itself, which then stays.
ENOUGH = 0.45
#: A question that does not look like a follow-up must have something like each of its words
#: where it is taken to mean something; of the one that says most, from 0 to 1, no more may be
#: missing. In a library of few documents it must match so well besides: there "in these" is
#: hardly less than "anywhere", and the share says little. Chosen on the same questions.
MOST_LACKED, LEAST_MATCH = 0.65, 0.2
#: So many passages in other documents, none of which is meant, say something.
MANY_ELSEWHERE = 50

# What makes a passage worth more than its score for the bare words: that it is like what was
# asked before, by cosine and token match, in the document that answered last, and under a
# heading that matches the words.
_DENSE, _MATCH, _DOCUMENT, _HEADING = 0.6, 0.9, 0.5, 1.5
_LONG = 30  # characters from which a question is no longer short


@dataclass(frozen=True, slots=True)
class Sense:
    """What a question can mean in the documents of the conversation.

    Attributes:
        worth: how likely each passage is the one it asks for, by id.
        share: of the best score anywhere, what its bare words reach in the likeliest one.
        match: how well they match that one, 0 to 1.
        lacks: what the one of them says, 0 to 1, that says most and has no counterpart there.
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
    asked: Sequence[Candidates],
    latest: str,
    headings: Mapping[str, float],
) -> Sense:
    """The sense that a question makes in the documents of the conversation.

    Args:
        anywhere: what it finds in the whole library.
        inside: what it finds in those documents.
        asked: what each question before found there.
        latest: the id of the passage that answered last.
        headings: how well a passage's heading matches the question, by passage id.
    """
    last_document = PassageId(latest).document_id
    topic: dict[str, float] = defaultdict(float)
    for before in asked:
        for found in before.ranked:
            topic[found.id] += (_DENSE * found.dense + _MATCH * found.match) / len(asked)
    worth = {
        found.id: found.score
        + topic.get(found.id, 0.0)
        + _DOCUMENT * (PassageId(found.id).document_id == last_document)
        + _HEADING * headings.get(found.id, 0.0)
        for found in inside.ranked
    }
    # Each search's own scores are relative to its best BM25, so that they are not comparable.
    bm25 = max((found.lexical for found in anywhere.ranked), default=0.0) or 1.0

    def score(found: Candidate) -> float:
        return found.lexical / bm25 + found.dense + found.match

    best = max(map(score, anywhere.ranked), default=0.0) or 1.0
    meant = max(inside.ranked, key=lambda found: worth[found.id], default=None)
    if meant is None:
        return Sense(worth, 0.0, 0.0, 1.0)
    lacks = greatest_importance(inside.question, 1.0 - inside.counterparts(meant))
    return Sense(worth, score(meant) / best, meant.match, lacks)


def features(shape: Shape, sense: Sense, sure: float, names: bool | None) -> dict[str, float]:
    """What speaks for and against a follow-up.

    Args:
        shape: of the question.
        sense: that it makes in the documents of the conversation.
        sure: the confidence in what it finds alone.
        names: whether it names something; None leaves out what needs a dictionary, and
            speaks against a follow-up only.

    Returns:
        ``share``, ``match`` and ``lacks`` of the sense, ``sure`` as given; ``short``: 1 for
        no words, 0 from 30 characters on; ``fragment``, ``points``: whether it begins or
        ends as follow-ups do, and stands for something said before; ``topic``: whether it
        names something.
    """
    observed = {
        "share": sense.share,
        "match": sense.match,
        "short": max(0.0, 1.0 - shape.length / _LONG),
        "fragment": float(shape.fragment),
        "points": float(shape.points),
        "sure": sure,
        "lacks": sense.lacks,
    }
    if names is not None:
        observed["topic"] = float(names)
    return observed


def may_lean(observed: Mapping[str, float], *, among_many: bool) -> bool:
    """Whether a question with these features might lean on what was said before.

    Args:
        observed: its features.
        among_many: whether there is so much else that meaning none of it says something.
    """
    if observed["fragment"] or observed["points"]:
        return True
    matches = among_many or observed["match"] >= LEAST_MATCH
    return matches and observed["lacks"] < MOST_LACKED


def leans(observed: Mapping[str, float], *, among_many: bool) -> bool:
    """Whether it does; see :func:`may_lean`."""
    odds = INTERCEPT + sum(
        weight * observed[name] for name, weight in WEIGHTS.items() if name in observed
    )
    return may_lean(observed, among_many=among_many) and 1.0 / (1.0 + exp(-odds)) >= ENOUGH
