"""Whether a question leans on what was said before, and which passage it then asks for.

A follow-up makes sense in the documents just talked about, a new topic makes more sense
elsewhere; and it looks like one: short, without a topic of its own, pointing back. Which
passage it asks for, its bare words say best, searched in those documents alone; where they
say little, it is one near what was just shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from qa.followups import Shape
from qa.search import Candidate, Candidates
from qa.topics import has_topic

# Fitted by ``benchmarks/fit_followups.py`` on the development conversations.
INTERCEPT = -3.16
WEIGHTS = {
    "share": 5.65,
    "short": 2.03,
    "fragment": 2.12,
    "points": 2.57,
    "sure": -2.67,
    "topic": -1.27,  # this one and the next speak against, or jieba would be needed earlier
    "foreign": -0.86,
}
# Less than a half: a follow-up that is missed finds nothing, while of the readings of one that
# is none, most find nothing better than the question itself, which then stays.
ENOUGH = 0.35
#: How well a question that does not look like a follow-up must match what it is taken to mean,
#: 0 to 1; by the same script. In a library of a few documents, where "in these" is hardly less
#: than "anywhere", the share says little, and anything would lean on anything.
LEAST_MATCH, LEAST_MATCH_OF_MANY = 0.25, 0.2
#: So many passages in other documents, none of which is meant, say something.
MANY_ELSEWHERE = 50

# What a passage inside is worth: by the bare words, and by them after the last question.
_LEXICAL, _DENSE, _MATCH, _AFTER_THE_LAST = 0.5, 1.0, 1.5, 0.2
_FARTHER = 0.7  # what a passage counts that is not of the document that answered last
_SAME = 0.1  # added for the passage that answered last
_HEADING = 0.5  # added for a heading with all the question's words
_LONG = 30  # characters from which a question is no longer short


@dataclass(frozen=True, slots=True)
class Sense:
    """What a question can mean in the documents of the conversation.

    Attributes:
        worth: how likely each passage is the one it asks for, by id.
        share: of the best score anywhere, what its bare words reach in the likeliest one.
        match: how well they match that one, 0 to 1.
    """

    worth: Mapping[str, float]
    share: float
    match: float

    @property
    def meant(self) -> str:
        """The id of the likeliest passage; empty if there is none."""
        return max(self.worth, key=self.worth.__getitem__, default="")


def sense_of(
    anywhere: Candidates,
    inside: Candidates,
    after: Candidates,
    latest: str,
    headings: Mapping[str, float],
) -> Sense:
    """The sense that a question makes in the documents of the conversation.

    Args:
        anywhere: what it finds in the whole library.
        inside: what it finds in those documents.
        after: what the last question and it find there together.
        latest: the id of the passage that answered last.
        headings: the share of its words that a passage's heading has, by passage id.
    """
    # Each search's own scores are relative to its best BM25, so that they are not comparable.
    bm25 = _best_bm25(anywhere)
    of_document = latest.rpartition(":")[0] + ":"
    then = {found.id: found.lexical / _best_bm25(after) for found in after.ranked}
    worth: dict[str, float] = {}
    for found in inside.ranked:
        own = _LEXICAL * found.lexical / bm25 + _DENSE * found.dense + _MATCH * found.match
        near = own + _AFTER_THE_LAST * then.get(found.id, 0.0)
        near *= 1.0 if found.id.startswith(of_document) else _FARTHER
        same = _SAME if found.id == latest else 0.0
        worth[found.id] = near + same + _HEADING * headings.get(found.id, 0.0)

    def score(found: Candidate) -> float:
        return found.lexical / bm25 + found.dense + found.match

    best = max(map(score, anywhere.ranked), default=0.0) or 1.0
    meant = max(inside.ranked, key=lambda found: worth[found.id], default=None)
    if meant is None:
        return Sense(worth, 0.0, 0.0)
    return Sense(worth, score(meant) / best, meant.match)


def features(shape: Shape, sense: Sense, sure: float, covered: bool | None) -> dict[str, float]:
    """What speaks for and against a follow-up.

    Args:
        shape: of the question.
        sense: that it makes in the documents of the conversation.
        sure: the confidence in what it finds alone.
        covered: whether the likeliest passage has what the question names; None leaves out
            what needs a dictionary, and speaks against a follow-up only.

    Returns:
        ``share`` and ``match`` of the sense, ``sure`` as given; ``short``: 1 for no words, 0
        from 30 characters on; ``fragment``, ``points``: whether it begins or ends as follow-ups
        do, and stands for something said before; ``topic``, ``foreign``: whether it names
        something, and something that the likeliest passage does not.
    """
    observed = {
        "share": sense.share,
        "match": sense.match,
        "short": max(0.0, 1.0 - shape.length / _LONG),
        "fragment": float(shape.fragment),
        "points": float(shape.points),
        "sure": sure,
    }
    if covered is not None:
        observed["topic"] = float(has_topic(shape.core))
        observed["foreign"] = float(not covered)
    return observed


def leans(observed: Mapping[str, float], least_match: float = LEAST_MATCH) -> bool:
    """Whether a question with these features leans on what was said before."""
    looks_so = observed["fragment"] or observed["points"]
    if not looks_so and observed["match"] < least_match:
        return False
    odds = INTERCEPT + sum(
        weight * observed[name] for name, weight in WEIGHTS.items() if name in observed
    )
    return 1.0 / (1.0 + exp(-odds)) >= ENOUGH


def _best_bm25(candidates: Candidates) -> float:
    return max((candidate.lexical for candidate in candidates.ranked), default=0.0) or 1.0
