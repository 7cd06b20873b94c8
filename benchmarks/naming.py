"""Measures questions that name a document, and chooses what the rest of the question counts.

Run: python -m benchmarks.naming   (five minutes; some more to make the libraries)
The documents of all organisations of a split of the corpus of practice are one library. Questions
are asked as they are and, others, with the title of their document or the beginning of it before
them. Prints the share of questions whose passage is first, and among six, under several gains
(``GAIN`` of ``qa/retrieval/scope.py``) for the training split; with the shipped one for the
development split, which is written to results/naming.json.
"""

import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.machine import write_result
from benchmarks.practice import is_right, organisations_of, write_documents
from benchmarks.sets import kept_library
from qa import Library
from qa.retrieval import scope
from qa.retrieval.search import Session

QUESTIONS = 400  # of each kind and split
GAINS = (0.0, 0.5, 1.0, 2.0, 3.0)
_FORMS = ("根据{}，{}", "{}里{}", "《{}》中，{}", "{}：{}")
_DEPTH = 40
_WHOLE_TITLES = 0.6  # of the titles; of the others two thirds are named


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


def main() -> None:
    """Ask, print, write."""
    training = ranks("training", GAINS)
    for kind, by_gain in training.items():
        for gain, found in by_gain.items():
            print(f"training, {kind}, gain {gain}", shares(found))
    written = {}
    for kind, by_gain in ranks("development", (0.0, scope.GAIN)).items():
        for gain, found in by_gain.items():
            written[f"{kind}, {'by the rest too' if gain else 'as a whole'}"] = shares(found)
    for name, own in written.items():
        print(f"development, {name}", own)
    write_result("naming", written)


def ranks(split: str, gains: Sequence[float]) -> dict[str, dict[float, tuple[int, ...]]]:
    """Return the ranks of the right passages, by kind of question and gain."""
    rng = random.Random(0)  # noqa: S311 - draws questions, no secrets
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
    found: dict[str, dict[float, tuple[int, ...]]] = {}
    with _library_of(organisations) as library, library.session() as session:
        for kind, questions in kinds.items():
            by_question = [_ranks(one, library, session, gains) for one in questions]
            found[kind] = dict(zip(gains, zip(*by_question, strict=True), strict=True))
    return found


def shares(found: Sequence[int]) -> dict[str, float]:
    """Return how many questions there are, and the shares of the first and among six."""
    return {
        "questions": len(found),
        "first": round(float(np.mean([rank == 1 for rank in found])), 3),
        "among_six": round(float(np.mean([rank <= 6 for rank in found])), 3),
    }


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


def _ranks(asked: Asked, library: Library, session: Session, gains: Sequence[float]) -> list[int]:
    """Return the rank of the right passage under each gain; beyond 40 it is 41."""
    (found,) = session.search([asked.text])
    ranks: list[int] = []
    for gain in gains:
        hits = library.hits(scope.scoped(found, session, library._backend, gain), _DEPTH)
        right = (hit.rank for hit in hits if is_right(asked.organisation, asked.question, hit))
        ranks.append(next(right, _DEPTH + 1))
    return ranks


if __name__ == "__main__":
    main()
