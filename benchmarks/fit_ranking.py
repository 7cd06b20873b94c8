"""Fits the constants of :class:`qa.retrieval.ranking.Ranking` on every fourth question of the sets.

Run: python -m benchmarks.fit_ranking   (ten minutes on two cores)
Each question is searched once; the grid is then computed over the scores of its
candidates, with the product's own fusion. The constants chosen are those with the best
mean nDCG@10 over the sets; the differences near the top are within the noise of the
questions, so a neighbour that a person finds rounder is as good.
"""

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import write_result
from benchmarks.sets import evaluation_set, indexed
from qa.evaluation.datasets import Dataset
from qa.evaluation.evaluate import DEPTH
from qa.retrieval.matching import Matches
from qa.retrieval.ranking import Ranking, combine, fuse
from qa.retrieval.search import Candidates

SETS = {  # questions, their passages, every how many-th question
    "xquad-zh": ("xquad-zh", 4),
    "xquad-en": ("xquad-en", 4),
    "cmrc2018-dev": ("cmrc2018-dev", 4),
    "drcd-dev": ("drcd-dev", 4),
    "stard": ("stard", 4),
    "lawbench-consult": ("lawbench-consult", 1),
    "xquad-en@xquad-zh": ("xquad-zh", 4),
    "xquad-zh@xquad-en": ("xquad-en", 4),
}
GRID = {  # beside .5 for BM25: only the proportions count
    "coverage": (0.3, 0.4),
    "dense": (0.4, 0.5, 0.6, 0.7),
    "match": (0.7, 0.9, 1.1, 1.3),
    "whole": (0.0, 0.2, 0.4),
    "phrases": (0.4, 0.6, 0.8, 1.0, 1.2),
}


@dataclass(frozen=True, slots=True)
class Searched:
    """The candidates of one question as arrays ``(n,)``, and the best DCG there could be."""

    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    matches: Matches
    coverage: float
    relevant: NDArray[np.bool_]
    ideal: float


def main() -> None:
    """Search, try the grid, write the table."""
    searched = {name: _search(name, *where) for name, where in SETS.items()}
    figures = []
    for values in itertools.product(*GRID.values()):
        coverage, dense, match, whole, phrases = values
        ranking = Ranking(coverage=coverage, dense=dense, match=match, whole=whole, phrases=phrases)
        by_set = {
            name: float(np.mean([_ndcg(question, ranking) for question in questions]))
            for name, questions in searched.items()
        }
        figures.append({**asdict(ranking), **by_set, "mean": float(np.mean(list(by_set.values())))})
    figures.sort(key=lambda figure: -figure["mean"])
    for figure in figures[:12]:
        print({key: round(value, 4) for key, value in figure.items()})
    write_result("ranking", figures)


def _search(name: str, passages: str, step: int) -> list[Searched]:
    dataset = evaluation_set(name.partition("@")[0], passages)
    queries = [query for query in dataset.queries if query.id in dataset.qrels][::step]
    with indexed(dataset) as (library, names):
        found = [
            _columns(library.candidates(query.text.strip(), k=DEPTH // 2), dataset, query.id, names)
            for query in queries
        ]
    print(f"{name}: {len(found)} questions", flush=True)
    return found


def _columns(
    candidates: Candidates, dataset: Dataset, query: str, names: Mapping[str, str]
) -> Searched:
    ranked = candidates.ranked
    lexical = np.array([candidate.lexical for candidate in ranked], dtype=np.float32)
    grades = dataset.qrels[query]
    count = min(10, sum(grade > 0 for grade in grades.values()))
    return Searched(
        lexical=lexical,
        dense=np.array([candidate.dense for candidate in ranked], dtype=np.float32),
        matches=Matches(
            window=np.array([candidate.match for candidate in ranked], dtype=np.float32),
            whole=np.array([candidate.whole for candidate in ranked], dtype=np.float32),
            exact=np.array([candidate.exact for candidate in ranked], dtype=np.float32),
            phrases=np.array([candidate.phrases for candidate in ranked], dtype=np.float32),
        ),
        coverage=ranked[int(lexical.argmax())].exact if lexical.any() else 0.0,
        relevant=np.array([grades.get(names[candidate.id], 0) > 0 for candidate in ranked]),
        ideal=float((1 / np.log2(np.arange(2, count + 2))).sum()),
    )


def _ndcg(question: Searched, ranking: Ranking) -> float:
    scores = fuse(question.lexical, question.dense, question.coverage, ranking)
    scores = scores + combine(question.matches, ranking)
    best = np.argsort(-scores, kind="stable")[:10]
    gains = question.relevant[best] / np.log2(np.arange(2, len(best) + 2))
    return float(gains.sum()) / question.ideal


if __name__ == "__main__":
    main()
