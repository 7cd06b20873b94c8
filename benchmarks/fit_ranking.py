"""Fits the constants of :data:`qa.retrieval.ranking.CONTEXTUAL`.

Run: python -m benchmarks.fit_ranking   (ten minutes on two cores, once the libraries are read)
Each question is searched once; the constants are then tried over the scores of its candidates,
one constant after another, with the product's own fusion. They are fitted on the even questions
of the sets and on the training split of practice, which counts three times; the odd questions
and the development split are reported beside them. The differences near the top are within the
noise of the questions, so a neighbour that a person finds rounder is as good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import write_result
from benchmarks.practice import is_right, library_of, organisations_of
from benchmarks.sets import evaluation_set, indexed
from qa.evaluation.datasets import Dataset
from qa.evaluation.evaluate import DEPTH
from qa.retrieval.matching import Matches
from qa.retrieval.ranking import CONTEXTUAL, Ranking, combine, fuse
from qa.retrieval.search import Candidates

SETS = (  # questions, and their passages
    ("xquad-zh", "xquad-zh"),
    ("xquad-en", "xquad-en"),
    ("lawbench-consult", "lawbench-consult"),
    ("xquad-en", "xquad-zh"),
    ("xquad-zh", "xquad-en"),
)
PRACTICE = "practice"
WEIGHT = 3  # of practice, beside 1 for each set
GRID = {  # beside .25 for BM25: only the proportions count
    "dense": (0.0, 0.15, 0.25, 0.35),
    "contextual": (0.5, 1.0, 1.25, 1.5, 2.0),
    "sentence": (0.0, 0.5, 0.75, 1.0, 1.5),
    "match": (0.4, 0.6, 0.8, 1.0),
    "whole": (0.0, 0.1, 0.2, 0.4),
    "phrases": (0.1, 0.25, 0.4, 0.55),
}


@dataclass(frozen=True, slots=True)
class Searched:
    """The candidates of one question as arrays ``(n,)``, and the best DCG there could be."""

    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    contextual: NDArray[np.float32]
    sentence: NDArray[np.float32]
    matches: Matches
    coverage: float
    relevant: NDArray[np.bool_]
    ideal: float


def main() -> None:
    """Search, try, write the constants that were best after each round."""
    searched = {f"{set_}@{passages}": _of_set(set_, passages) for set_, passages in SETS}
    searched[PRACTICE] = list(_of_practice("training"))
    fitted_on = {name: each if name == PRACTICE else each[::2] for name, each in searched.items()}
    held_out = {name: each[1::2] for name, each in searched.items() if name != PRACTICE}
    held_out[PRACTICE] = list(_of_practice("development"))
    ranking = CONTEXTUAL
    figures: list[dict[str, dict[str, float]]] = []
    while not figures or figures[-1]["ranking"] != asdict(ranking):
        mean, held = _mean(fitted_on, ranking), _mean(held_out, ranking)
        figures.append({"ranking": asdict(ranking), "fitted on": mean, "held out": held})
        print({name: round(value, 4) for name, value in asdict(ranking).items()}, mean, held)
        for constant, values in GRID.items():
            tried = [Ranking(**asdict(ranking) | {constant: value}) for value in values]
            ranking = max((ranking, *tried), key=lambda one: _mean(fitted_on, one)["mean"])
    write_result("ranking", figures)


def _mean(searched: Mapping[str, list[Searched]], ranking: Ranking) -> dict[str, float]:
    """Return nDCG@10 by set, and the weighted mean."""
    by_set = {
        name: float(np.mean([_ndcg(question, ranking) for question in questions]))
        for name, questions in searched.items()
    }
    weights = [WEIGHT if name == PRACTICE else 1 for name in by_set]
    by_set["mean"] = float(np.average(list(by_set.values()), weights=weights))
    return {name: round(value, 5) for name, value in by_set.items()}


def _of_set(questions: str, passages: str) -> list[Searched]:
    dataset = evaluation_set(questions, passages)
    with indexed(dataset) as (library, names):
        return [
            _columns(
                library.candidates(query.text.strip(), k=DEPTH // 2),
                *_judged(dataset, query.id, names),
            )
            for query in dataset.queries
            if query.id in dataset.qrels
        ]


def _of_practice(split: str) -> Iterator[Searched]:
    """Yield the answerable questions of practice; of several right passages the best counts."""
    for organisation in organisations_of(split):
        with library_of(organisation) as library:
            for asked in organisation["questions"]:
                if asked["answer"] is None or asked.get("before"):
                    continue
                found = library.candidates(asked["q"])
                right = [
                    one.id
                    for one in found.ranked[:DEPTH]
                    if is_right(organisation, asked, library.passage(one.id))
                ]
                yield _columns(found, set(right[:1]), 1)


def _judged(dataset: Dataset, query: str, names: Mapping[str, str]) -> tuple[set[str], int]:
    """Return the ids of the relevant passages, and how many of them count."""
    relevant = {passage for passage, grade in dataset.qrels[query].items() if grade > 0}
    return {found for found, name in names.items() if name in relevant}, min(10, len(relevant))


def _columns(candidates: Candidates, relevant: set[str], count: int) -> Searched:
    ranked = candidates.ranked

    def column(name: str) -> NDArray[np.float32]:
        return np.array([getattr(candidate, name) for candidate in ranked], dtype=np.float32)

    lexical = column("lexical")
    return Searched(
        lexical=lexical,
        dense=column("dense"),
        contextual=column("contextual"),
        sentence=column("sentence"),
        matches=Matches(column("match"), column("whole"), column("exact"), column("phrases")),
        coverage=ranked[int(lexical.argmax())].exact if lexical.any() else 0.0,
        relevant=np.array([candidate.id in relevant for candidate in ranked]),
        ideal=float((1 / np.log2(np.arange(2, count + 2))).sum()),
    )


def _ndcg(question: Searched, ranking: Ranking) -> float:
    one = question
    scores = fuse(one.lexical, one.dense, one.contextual, one.coverage, ranking)
    scores = scores + combine(one.matches, one.sentence, ranking)
    best = np.argsort(-scores, kind="stable")[:10]
    gains = question.relevant[best] / np.log2(np.arange(2, len(best) + 2))
    return float(gains.sum()) / question.ideal


if __name__ == "__main__":
    main()
