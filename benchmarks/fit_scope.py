"""Fits when a question means the documents that it names, and measures what that brings.

Run: python -m benchmarks.fit_scope   (ten minutes)
Prints the figures of ``qa/retrieval/scope.py`` and writes results/scope.json. The documents of
all organisations of a split of the corpus of practice are one library. Questions are asked as
they are and, others, with the title of their document or the beginning of it before them. Fitted
on the training split: does the right passage rise (by its reciprocal rank, which also weighs the
question) when the passages are weighed by the rest of the question? Reported for the development
split: the share of questions whose passage is first, and among six.
"""

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.machine import write_result
from benchmarks.practice import is_right, organisations_of, write_documents
from benchmarks.sets import kept_library
from qa import Library
from qa.results import Hit
from qa.retrieval.scope import EXAMINED, in_scope, scope_of
from qa.retrieval.search import Session

QUESTIONS = 400  # of each kind and split
_FORMS = ("根据{}，{}", "{}里{}", "《{}》中，{}", "{}：{}")
_WHOLE_TITLES = 0.6  # of the titles; of the others two thirds are named
_PENALTY = 10.0  # scikit-learn's C


class Asked(NamedTuple):
    """A question with the document and the passage that answer it.

    Attributes:
        text: as asked.
        organisation: whose document it is.
        question: as it is stored.
    """

    text: str
    organisation: Mapping[str, Any]
    question: Mapping[str, Any]


class Observation(NamedTuple):
    """What became of a question.

    Attributes:
        figures: the longest name and the share, see :class:`qa.retrieval.scope.Scope`; None
            where no document is named.
        is_meant: whether the shipped figures take its documents to be meant.
        whole: the rank of the right passage by the whole question.
        scoped: the same with the rest of the question.
    """

    figures: tuple[float, float] | None
    is_meant: bool
    whole: int
    scoped: int

    @property
    def rise(self) -> float:
        """By how much its reciprocal rank rises with the rest of the question."""
        return 1 / self.scoped - 1 / self.whole

    @property
    def shipped(self) -> int:
        """The rank of the right passage as the product has it."""
        return self.scoped if self.is_meant else self.whole


def main() -> None:
    """Observe, fit, print, write."""
    rng = random.Random(0)  # noqa: S311 - draws questions, no secrets
    fitted = [one for kind in observed("training", rng).values() for one in kind]
    print(fit(fitted))
    shares = {}
    for kind, observations in observed("development", rng).items():
        for name in ("whole", "scoped", "shipped"):
            ranks = np.array([getattr(one, name) for one in observations])
            shares[f"{kind}, {name}"] = {
                "questions": len(ranks),
                "first": round(float((ranks == 1).mean()), 3),
                "among_six": round(float((ranks <= 6).mean()), 3),
            }
            print(f"{kind}, {name}", shares[f"{kind}, {name}"])
    write_result("scope", shares)


def fit(observations: Sequence[Observation]) -> str:
    """Return the figures of a logistic function that says whether the right passage rises."""
    moved = [one for one in observations if one.figures is not None and one.rise]
    model = LogisticRegression(C=_PENALTY, max_iter=1000).fit(
        np.array([one.figures for one in moved]),
        np.array([one.rise > 0 for one in moved]),
        sample_weight=np.array([abs(one.rise) for one in moved]),
    )
    longest, share = model.coef_[0].tolist()
    return (
        f"{len(moved)} of {len(observations)} questions: "
        f"INTERCEPT {model.intercept_[0]:.2f} LONGEST {longest:.2f} SHARE {share:.2f}"
    )


def observed(split: str, rng: random.Random) -> dict[str, list[Observation]]:
    """Return what became of questions as they are, and of others with a document's name."""
    organisations = list(organisations_of(split))
    asked = [
        Asked(question["q"], organisation, question)
        for organisation in organisations
        for question in organisation["questions"]
        if question["answer"] is not None and not question.get("before")
    ]
    rng.shuffle(asked)
    kinds = {"as asked": asked[:QUESTIONS]}
    kinds["with a name"] = [_with_name(one, rng) for one in asked[QUESTIONS : 2 * QUESTIONS]]
    found: dict[str, list[Observation]] = defaultdict(list)
    with _library_of(organisations) as library, library.session() as session:
        for kind, questions in kinds.items():
            found[kind] += (_observation(one, library, session) for one in questions)
    return found


def _with_name(asked: Asked, rng: random.Random) -> Asked:
    title = asked.organisation["documents"][asked.question["document"]]["title"]
    if rng.random() >= _WHOLE_TITLES:
        title = title[: max(6, len(title) * 2 // 3)]
    return asked._replace(text=rng.choice(_FORMS).format(title, asked.text))


def _library_of(organisations: Sequence[Mapping[str, Any]]) -> AbstractContextManager[Library]:
    """Open one library of the documents of several organisations."""

    def fill(library: Library) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for number, organisation in enumerate(organisations):
                own = Path(folder) / str(number)
                own.mkdir()
                write_documents(organisation, own)
            library.add(folder)

    content = [organisation["documents"] for organisation in organisations]
    return kept_library(json.dumps(content, ensure_ascii=False), fill)


def _observation(asked: Asked, library: Library, session: Session) -> Observation:
    (found,) = session.search([asked.text])
    hits = library.hits(found, EXAMINED)
    whole = _rank(asked, hits)
    read = library._backend.passages([one.row for one in found.ranked[:EXAMINED]])
    scope = scope_of(asked.text, [read[one.row] for one in found.ranked[:EXAMINED]])
    if scope is None:
        return Observation(None, False, whole, whole)
    known = [one for one in found.ranked if one.id.document_id in scope.documents]
    (weighed,) = session.weigh([scope.rest], known)
    scoped = _rank(asked, library.hits(in_scope(found, weighed), EXAMINED))
    return Observation((scope.longest, scope.share), scope.is_meant, whole, scoped)


def _rank(asked: Asked, hits: Sequence[Hit]) -> int:
    """Return the rank of the right passage; one more than there are if it is not there."""
    right = (hit.rank for hit in hits if is_right(asked.organisation, asked.question, hit))
    return next(right, EXAMINED + 1)


if __name__ == "__main__":
    main()
