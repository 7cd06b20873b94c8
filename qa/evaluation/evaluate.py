"""Evaluation of a library's search on an evaluation set."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from corpus import quote
from qa.answering.confidence import calibration_for
from qa.errors import WenjuError
from qa.evaluation.calibration import observe, reliability
from qa.evaluation.datasets import Dataset, indexed
from qa.evaluation.outcomes import Outcomes, Tally, ask_own, curve, outcomes
from qa.evaluation.own_questions import OwnQuestions, checked
from qa.library import Library
from qa.progress import Progress
from qa.results import Result
from qa.retrieval.search import Candidates, Legs

_OWN_KEYS = ("outcomes", "curve")
DEPTH = 100  # ranked passages a query, as R@100 needs them


@dataclass(frozen=True, slots=True)
class Ranked:
    """The ranking of one query.

    Attributes:
        passages: ids of the set's passages, best first.
        milliseconds: the time of the search.
        marked: the sentences marked in the first hit; None unless ``legs`` is full.
        marked_share: of the first hit's characters.
    """

    query: str
    passages: tuple[str, ...]
    milliseconds: float
    marked: str | None = None
    marked_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Evaluation(Result):
    """The figures of one run; metrics under their ir-measures names.

    Attributes:
        queries: how many have a relevant passage; the metrics average over those.
        latency_p50: milliseconds a query, the median; ``latency_p99`` likewise.
        outcomes: of a user's own questions; None for an evaluation set.
        curve: these outcomes at other thresholds.
    """

    JSON_KEYS: ClassVar[tuple[str, ...]] = (
        *("dataset", "passages", "queries", "legs", "model", "latency_p50", "latency_p99"),
        *_OWN_KEYS,
    )

    dataset: str
    passages: int
    queries: int
    legs: Legs
    model: str
    metrics: dict[str, float]
    latency_p50: float
    latency_p99: float
    outcomes: Outcomes | None = None
    curve: tuple[Tally, ...] = ()

    @property
    def figures(self) -> dict[str, Any]:
        """Return one flat object, in which the metrics are beside the rest, without outcomes."""
        *first, p50, p99 = (name for name in self.json_keys() if name not in _OWN_KEYS)
        flat = {name: getattr(self, name) for name in first}
        return {**flat, **self.metrics, p50: self.latency_p50, p99: self.latency_p99}

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, and ``outcomes`` and ``curve`` where there are any."""
        found = self.figures
        if self.outcomes is not None:
            found["outcomes"] = self.outcomes.to_dict()
        if self.outcomes is not None or self.curve:
            found["curve"] = [point.to_dict() for point in self.curve]
        return found

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Self:
        """Return the evaluation; every further number of its JSON is a metric."""
        own = {name: values[name] for name in cls.json_keys()}
        metrics = {
            name: float(value)
            for name, value in values.items()
            if name not in own and isinstance(value, int | float) and not isinstance(value, bool)
        }
        return cls(metrics=metrics, **own)


class Evaluated(NamedTuple):
    """The figures of an evaluation, and the ranking of each query."""

    figures: Evaluation
    rankings: list[Ranked]


class _Highlighted(NamedTuple):
    """The highlight of a hit, and its share of the hit's characters."""

    text: str | None
    share: float


def evaluate(
    dataset: Dataset,
    *,
    model: str | Path | None = None,
    legs: Legs = "full",
    titles: bool = False,
    reranker: str | Path | None = None,
    abstention: bool = False,
    progress: Progress,
) -> Evaluated:
    """Index a set's passages into a temporary library and ask it all queries.

    Args:
        dataset: passages are taken as they are, one line one passage.
        model: the embedding model; the bundled one by default.
        legs: which part of the ranking to measure.
        titles: let titles count, as the context of their passage.
        reranker: a cross-encoder for the best candidates; only ``full`` has it.
        abstention: ask each query again of the passages without those relevant to it, and
            measure how well the confidence separates the two; twice the time and more.
        progress: called as the work proceeds.

    Raises:
        WenjuError: the extra ``eval`` is not installed, or the model cannot be had.
    """
    trial = indexed(dataset, model=model, titles=titles, reranker=reranker, progress=progress)
    with trial as (library, names):
        runs = run(library, dataset, names, legs, progress)
        figures = measured(dataset, runs, legs, library.model_name)
        if abstention:
            observations = observe(library, dataset, names, 1, progress)
            found = reliability(calibration_for(library.fingerprint), observations)
            figures = replace(figures, metrics=figures.metrics | found.figures)
    return Evaluated(figures, runs)


def evaluate_own(library: Library, own: OwnQuestions, legs: Legs, progress: Progress) -> Evaluated:
    """Measure a library on its user's own questions.

    Args:
        library: is asked as it is.
        own: the questions.
        legs: which part of the ranking to measure; ``full`` measures the answers too.
        progress: called as the work proceeds.

    Raises:
        BadDataset: there is no question left to ask.
        WenjuError: the extra ``eval`` is not installed.
    """
    dataset = checked(own).dataset
    names = {passage.id: passage.id for passage in dataset.passages}
    runs = [
        _with_any_wanted(ranked, own.wanted.get(ranked.query, ()))
        for ranked in run(library, dataset, names, legs, progress)
    ]
    figures = measured(dataset, runs, legs, library.model_name)
    if legs == "full":
        asked = ask_own(library, own, progress)
        found = outcomes(asked, library.thresholds().answered)
        figures = replace(figures, outcomes=found, curve=curve(asked))
    return Evaluated(figures, runs)


def _with_any_wanted(ranked: Ranked, wanted: tuple[str, ...]) -> Ranked:
    """Return a ranking in which the best of the wanted passages counts, as the first of them."""
    passages = (wanted[0] if passage in wanted else passage for passage in ranked.passages)
    return replace(ranked, passages=tuple(dict.fromkeys(passages)))


def measured(dataset: Dataset, runs: Sequence[Ranked], legs: Legs, model: str) -> Evaluation:
    """Return the figures of the rankings of a run; see :func:`run`.

    Raises:
        WenjuError: the extra ``eval`` is not installed.
    """
    milliseconds = np.array([ranked.milliseconds for ranked in runs])
    return Evaluation(
        dataset=dataset.name,
        passages=len(dataset.passages),
        queries=sum(
            any(grade > 0 for grade in grades.values()) for grades in dataset.qrels.values()
        ),
        legs=legs,
        model=model,
        metrics=measure(dataset, runs) | measure_marking(dataset, runs),
        latency_p50=round(float(np.percentile(milliseconds, 50)), 3),
        latency_p99=round(float(np.percentile(milliseconds, 99)), 3),
    )


def run(
    library: Library, dataset: Dataset, names: Mapping[str, str], legs: Legs, progress: Progress
) -> list[Ranked]:
    """Search each query that has judgements; ``names`` maps our ids to the set's."""
    judged = [query for query in dataset.queries if query.id in dataset.qrels]
    ranked = []
    for done, query in enumerate(judged, 1):
        started = time.perf_counter()
        text = query.text.strip()
        candidates = library.candidates(text, k=DEPTH // 2, legs=legs)
        if legs == "full":
            candidates = library.reranked(text, candidates)
        elapsed = time.perf_counter() - started
        found = tuple(names[candidate.id] for candidate in candidates.ranked[:DEPTH])
        marked, share = _marked(library, candidates) if legs == "full" else _Highlighted(None, 0.0)
        ranked.append(Ranked(query.id, found, elapsed * 1000, marked, share))
        progress("search", done, len(judged), query.text)
    return ranked


def _marked(library: Library, candidates: Candidates) -> _Highlighted:
    """Return the highlight of the first hit, and its share of the hit's characters."""
    hits = library.hits(candidates, 1)
    if not hits:
        return _Highlighted("", 0.0)
    marked = quote(hits[0].text, hits[0].highlights)
    return _Highlighted(marked, len(marked) / max(len(hits[0].text), 1))


def measure_marking(dataset: Dataset, runs: Sequence[Ranked]) -> dict[str, float]:
    """Measure how often the highlights hold an answer, and how much of a passage they mark.

    Returns:
        ``answer_sentence_rate`` over the queries whose set states answers, and
        ``marked_share``; nothing where there is no such query.
    """
    answers = {query.id: query.answers for query in dataset.queries if query.answers}
    asked = [ranked for ranked in runs if ranked.marked is not None and ranked.query in answers]
    if not asked:
        return {}
    held = [any(answer in str(r.marked) for answer in answers[r.query]) for r in asked]
    return {
        "answer_sentence_rate": round(sum(held) / len(held), 5),
        "marked_share": round(sum(ranked.marked_share for ranked in asked) / len(asked), 5),
    }


def measure(dataset: Dataset, runs: Sequence[Ranked]) -> dict[str, float]:
    """Return the metrics of ir-measures over the queries that have a relevant passage.

    Raises:
        WenjuError: the extra ``eval`` is not installed.
    """
    if not any(grade > 0 for grades in dataset.qrels.values() for grade in grades.values()):
        return {}  # of a file in which no row names a passage
    try:
        import ir_measures
    except ImportError as error:
        raise WenjuError(
            "The metrics need ir-measures: pip install 'wenju[eval]' installs it."
        ) from error
    qrels = [
        ir_measures.Qrel(query, passage, grade)
        for query, grades in dataset.qrels.items()
        if any(grade > 0 for grade in grades.values())
        for passage, grade in grades.items()
    ]
    scored = [  # by rank, since the score's ties would be broken some other way there
        ir_measures.ScoredDoc(ranked.query, passage, -float(rank))
        for ranked in runs
        for rank, passage in enumerate(ranked.passages)
    ]
    ndcg, recall, rank = ir_measures.nDCG, ir_measures.R, ir_measures.RR
    measures = (ndcg @ 10, recall @ 1, recall @ 5, recall @ 10, recall @ 100, rank @ 10)
    figures = ir_measures.calc_aggregate(measures, qrels, scored)
    return {str(measure): round(float(figures[measure]), 5) for measure in measures}


def write_run(path: Path, runs: Sequence[Ranked], name: str) -> None:
    """Write a run as TREC has it: query, Q0, passage, rank, score, name."""
    with path.open("w", encoding="utf-8") as file:
        for ranked in runs:
            for rank, passage in enumerate(ranked.passages, 1):
                file.write(f"{ranked.query} Q0 {passage} {rank} {1 / rank:.6f} {name}\n")
