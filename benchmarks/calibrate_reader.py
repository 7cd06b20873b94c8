"""Fits what depends on the reader, and measures it on organisations that it never saw.

Run: python -m benchmarks.calibrate_reader   (half an hour on two free cores)
The reader was trained on the training split of the corpus of practice, so everything here is
fitted on the development split, and on training questions of CMRC, SQuAD and JaQuAD that were
not drawn for its training. The test split is measured only. Writes ``+reader`` of
qa/answering/confidence.json, qa/answering/relevance.json and results/reader.json.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import qa
from benchmarks.calibrate import OPEN_SETS, open_set
from benchmarks.machine import DATA, write_result
from benchmarks.practice import is_right, library_of, organisations_of
from benchmarks.sets import indexed, libraries
from corpus import Span
from embeddings import Reader, Reading, load_reader
from embeddings.training.reader.open_sets import open_samples
from embeddings.training.reader.practice_samples import asked, practice_samples
from embeddings.training.reader.training import REFINEMENT, ReaderRecipe
from qa import Hit, Library
from qa.answering import reader as reading
from qa.answering.citations import findings_of
from qa.answering.confidence import (
    READ_FEATURES,
    READ_SCALE,
    READER,
    calibration_for,
    features,
    read_features,
)
from qa.answering.relevance import FIGURES, READ_FIGURES, figures
from qa.answering.selection import is_rival
from qa.evaluation.calibration import short_form
from qa.results import PassageId
from qa.retrieval.search import Candidates
from qa.storage.models import load_models

HITS = 8
WORTHS = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.6)
FOUNDS = (-99.0, -6.0, -3.0, -1.0, 0.0, 2.0, 99.0)
THRESHOLDS = tuple(round(0.05 * n, 2) for n in range(1, 20))
KINDS = ("whole", "followup")


@dataclass
class Row:
    """A question with all that the fits need.

    Attributes:
        asked: the question as searched.
        kind: ``whole``, ``followup``, ``short`` (its heaviest words), ``one document``,
            ``foreign`` (asked of another organisation), ``open`` and ``without``.
        group: the organisation or set.
        answer: the wanted words; None if nothing answers.
        verdict: of a yes/no question.
        scores: of the hits, by the ranking.
        right: which of the hits is the passage that answers.
        readings: of each hit.
        texts: of each hit.
        marks: what the words of the question mark in each.
        firsts: the features of the confidence if the hit came first.
        singles: the figures of the relevance.
    """

    asked: str
    kind: str
    group: str
    answer: str | None
    verdict: str | None
    scores: list[float]
    right: list[bool]
    readings: list[Any]
    texts: list[str]
    marks: list[Any]
    firsts: list[dict[str, float]]
    singles: list[dict[str, float]]

    def order(self, worth: float) -> list[int]:
        """Return the places of the hits that are read, best first."""
        gains = reading.gains_of([bounded(one[0]) for one in self.readings[: reading.READ]], worth)
        total = [own + gain for own, gain in zip(self.scores, gains, strict=False)]
        return sorted(range(len(gains)), key=lambda place: -total[place])

    def marked(self, place: int, found: float = reading.FOUND) -> str:
        """Return what is marked in a hit, where readings from a score on count."""
        own = self.marks[place]
        span = reading.marked(
            self.texts[place],
            Span(*own) if own else None,
            Reading(*self.readings[place]),
            self.asked,
            found,
        )
        return self.texts[place][slice(*span)] if span else ""

    def words(self, place: int) -> str:
        """Return the words that the reader found in a hit."""
        return self.texts[place][self.readings[place][1] : self.readings[place][2]]

    def is_answered_by(self, place: int) -> bool:
        """Return whether a hit is the passage that answers, and the answer is marked in it."""
        if self.answer is None or not self.right[place]:
            return False
        return squeezed(self.answer) in squeezed(self.marked(place))

    def single(self, place: int) -> dict[str, float]:
        """Return the figures of the relevance of a hit that was read."""
        return {**self.singles[place], "read": bounded(self.readings[place][0]) / READ_SCALE}

    def observed(self, order: Sequence[int]) -> dict[str, float]:
        """Return the figures of the confidence, the hits in this order."""
        ranking = calibration_for(models()).log_odds(self.firsts[order[0]])
        return read_features(ranking, bounded(self.readings[order[0]][0]))


def main() -> None:
    """Observe, choose, fit, measure, write."""
    reader = load_reader()
    development = kept("development", reader, lambda: practice("development", reader))
    test = kept("test", reader, lambda: practice("test", reader))
    opened = kept("open", reader, lambda: open_questions(reader))
    found: dict[str, Any] = {}
    for name, rows in (("development", development), ("open", opened), ("test", test)):
        found[name] = {"first": first_by_worth(rows), "marked": marked_by_score(rows)}
        for figure, values in found[name].items():
            print(name, figure, values)
    fitted_on = [*development, *opened]
    confidence = fit_confidence(fitted_on)
    probabilities = {"test": probability(confidence, test), "open": probability(confidence, opened)}
    probabilities["development, each organisation by the others"] = cross_validated(development)
    rows_of = {"test": test, "open": opened}
    for name, own in probabilities.items():
        found[f"confidence, {name}"] = outcomes(rows_of.get(name, development), own)
        print(name, json.dumps(found[f"confidence, {name}"], indent=1))
    for name, rows in (("development", development), ("test", test)):
        found[f"ranking alone, {name}"] = ranking_alone(rows)
        print(name, "ranking alone", found[f"ranking alone, {name}"])
    relevance = fit_relevance(fitted_on)
    found["second quotes, development"] = second_quotes(relevance[models() + READER], development)
    print("second quotes", found["second quotes, development"])
    found["relevance, test"] = relevance_auroc(relevance, test)
    print("relevance", found["relevance, test"])
    write(confidence, relevance)
    write_result("reader", found)


# -- questions -------------------------------------------------------------------


def kept(name: str, reader: Reader, ask: Callable[[], Iterator[Row]]) -> list[Row]:
    """Return the rows that an earlier run kept beside the libraries, or make them."""
    path = libraries() / f"read-{name}-{models()}-{reader.fingerprint}.jsonl"
    if not path.exists():
        lines = [json.dumps(asdict(row), ensure_ascii=False) for row in ask()]
        path.write_text("\n".join(lines), "utf-8")
    return [Row(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def practice(split: str, reader: Reader) -> Iterator[Row]:
    """Ask the questions of practice, and some of another organisation."""
    words = load_models(None).token_encoder
    every = list(organisations_of(split))
    for number, organisation in enumerate(every):
        with library_of(organisation) as library:
            ids = {source: one.id for one in library.documents() for source in one.sources}
            for place, question in enumerate(organisation["questions"]):
                common = organisation["organisation"], question
                right = right_in(organisation, question)
                if question.get("before"):
                    found = followed(library, question)
                    yield made(library, reader, found, "followup", right, *common)
                    continue
                text = question["q"]
                yield made(library, reader, library.candidates(text), "whole", right, *common)
                if place % 4 == 0:
                    short = library.candidates(short_form(text, words))
                    yield made(library, reader, short, "short", right, *common)
                if place % 3 == 0:
                    begin = f"{question['document']} "
                    (own,) = {i for source, i in ids.items() if Path(source).name.startswith(begin)}
                    alone = library.candidates(text, documents=[own])
                    yield made(library, reader, alone, "one document", right, *common)
            for question in every[number - 1]["questions"][::6]:
                foreign = library.candidates(question["q"])
                common = organisation["organisation"], {**question, "answer": None}
                yield made(library, reader, foreign, "foreign", never, *common)
        print(split, organisation["organisation"], flush=True)


def followed(library: Library, question: Mapping[str, Any]) -> Candidates:
    """Ask the questions before, and return the candidates of the follow-up."""
    conversation = library.conversation()
    for earlier in question["before"]:
        conversation.ask(earlier)
    return library.candidates(conversation.ask(question["q"]).query)


def open_questions(reader: Reader) -> Iterator[Row]:
    """Ask open questions that the reader was not trained on, some without their passage."""
    seen = seen_questions()
    for name in OPEN_SETS:
        dataset = open_set(name)
        others = questions_by_passage(name)
        with indexed(dataset) as (library, names):
            known = {theirs: ours for ours, theirs in names.items()}
            for number, passage in enumerate(dataset.passages):
                fresh = [one for one in others[passage.text] if (one[0], passage.text) not in seen]
                if not fresh:
                    continue
                gold = PassageId.parse(known[passage.id])
                text, answer = fresh[0]
                question: dict[str, Any] = {"q": text, "answer": answer}
                found = library.candidates(text)
                yield made(library, reader, found, "open", same_as(gold), name, question)
                if number % 2:
                    rest = [PassageId.parse(one).document_id for one in names if one != gold]
                    without = library.candidates(text, documents=rest)
                    question = {**question, "answer": None}
                    yield made(library, reader, without, "without", never, name, question)
        print(name, flush=True)


def seen_questions() -> set[tuple[str, str]]:
    """Return the open questions and passages that the reader was trained on."""
    seen: set[tuple[str, str]] = set()
    for recipe in (ReaderRecipe(), REFINEMENT):
        rng = random.Random(recipe.seed)  # noqa: S311 - as the training draws them
        practice_samples(asked("training"), rng)
        samples = open_samples(recipe.cmrc, recipe.squad, recipe.jaquad, rng)
        seen |= {(sample.question, sample.text) for sample in samples if sample.answer}
    return seen


def questions_by_passage(name: str) -> Mapping[str, list[tuple[str, str]]]:
    """Return the questions and answers of each passage of an open set."""
    found: dict[str, list[tuple[str, str]]] = {}
    with gzip.open(DATA / "train" / "qa" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            answer = row["answer"] if "answer" in row else row["answers"][0]
            found.setdefault(row["passage"], []).append((row["question"], answer))
    return found


def right_in(organisation: Mapping[str, Any], question: Mapping[str, Any]) -> Callable[[Hit], bool]:
    """Return whether a hit is the passage that answers a question of practice."""
    return lambda hit: question["answer"] is not None and is_right(organisation, question, hit)


def never(_: Hit) -> bool:
    """Return False: nothing answers."""
    return False


def same_as(gold: PassageId) -> Callable[[Hit], bool]:
    """Return whether a hit is a passage."""
    return lambda hit: hit.passage_id == gold


def made(
    library: Library,
    reader: Reader,
    candidates: Candidates,
    kind: str,
    right: Callable[[Hit], bool],
    group: str,
    question: Mapping[str, Any],
) -> Row:
    """Read the hits of a question, and return its row."""
    findings = findings_of(candidates, HITS, library._backend)
    hits = [finding.hit for finding in findings]
    extracts = [reading.extract_of(hit) for hit in hits]
    places = {found.id: place for place, found in enumerate(candidates.ranked)}
    own = [places[hit.passage_id] for hit in hits]
    every = range(len(candidates.ranked))
    return Row(
        asked=candidates.query,
        kind=kind,
        group=group,
        answer=question["answer"],
        verdict=question.get("yesno"),
        scores=[hit.score for hit in hits],
        right=[right(hit) for hit in hits],
        readings=[list(one) for one in reader.read(candidates.query, extracts)],
        texts=[hit.text for hit in hits],
        marks=[list(hit.highlights[0]) if hit.highlights else None for hit in hits],
        firsts=[
            features(candidates, [place, *(one for one in every if one != place)]) for place in own
        ],
        singles=[figures(finding.candidate, candidates.ranked[0]) for finding in findings],
    )


@cache
def models() -> str:
    """Return the fingerprint of the bundled models."""
    return load_models(None).fingerprint


# -- figures ---------------------------------------------------------------------


def bounded(score: float) -> float:
    """Return a score as the product counts it."""
    return reading.bounded(Reading(score, 0, 0)).score


def squeezed(text: str) -> str:
    """Return a text without white space, in lower case."""
    return re.sub(r"\s+", "", text).lower()


def answerable(rows: Iterable[Row]) -> list[Row]:
    """Return the whole questions that a passage among the hits answers, and that were read."""
    return [row for row in rows if row.answer is not None and row.readings and row.kind != "short"]


def first_by_worth(rows: Sequence[Row]) -> dict[str, float]:
    """Return how often the right passage is first, by the worth of a reading."""
    asked_ = answerable(rows)
    found = {
        str(worth): round(float(np.mean([row.right[row.order(worth)[0]] for row in asked_])), 4)
        for worth in WORTHS
    }
    among = np.mean([any(row.right[: reading.READ]) for row in asked_])
    return {"questions": len(asked_), **found, "among those read": round(float(among), 4)}


def marked_by_score(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Return how often the answer is marked in its passage, and how much is."""
    found: dict[str, dict[str, float]] = {}
    chosen = [row for row in answerable(rows) if any(row.right[: reading.READ])]
    for least in FOUNDS:
        pairs = [(row, row.right.index(True)) for row in chosen]
        marks = [(squeezed(row.answer or ""), row.marked(place, least)) for row, place in pairs]
        found[str(least)] = {
            "holds": round(float(np.mean([answer in squeezed(m) for answer, m in marks])), 4),
            "characters": round(float(np.mean([len(m) for _, m in marks])), 1),
        }
    words = [
        (squeezed(row.answer or ""), squeezed(row.words(row.right.index(True)))) for row in chosen
    ]
    found["words"] = {
        "exact": round(float(np.mean([one == other for one, other in words])), 4),
        "overlap": round(float(np.mean([bool(o) and (a in o or o in a) for a, o in words])), 4),
    }
    return found


Fitted = dict[str, Any]


def fit_confidence(rows: Sequence[Row]) -> Fitted:
    """Fit the probability that the answer is marked in the first passage."""
    read = [row for row in rows if row.readings]
    orders = [row.order(reading.WORTH) for row in read]
    table = [row.observed(order) for row, order in zip(read, orders, strict=True)]
    right = [row.is_answered_by(order[0]) for row, order in zip(read, orders, strict=True)]
    return logistic_regression(table, right, READ_FEATURES)


def logistic_regression(
    table: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str]
) -> Fitted:
    """Fit a logistic function of named figures."""
    model = LogisticRegression(C=1.0, max_iter=10_000)
    model.fit(matrix(table, names), np.array(right))
    weights = {
        name: round(float(weight), 5) for name, weight in zip(names, model.coef_[0], strict=True)
    }
    return {"intercept": round(float(model.intercept_[0]), 5), "weights": weights}


def matrix(table: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """Return named figures as rows of a table."""
    return np.array([[row[name] for name in names] for row in table], dtype=np.float64)


def applied(fitted: Fitted, table: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
    """Return the probabilities of a fitted function, ``(n,)``."""
    weights = fitted["weights"]
    odds = fitted["intercept"] + matrix(table, [*weights]) @ np.array([*weights.values()])
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return probabilities


def probability(fitted: Fitted, rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the confidence of each question, ``(n,)``; 0 where nothing was read."""
    found = np.zeros(len(rows))
    read = [number for number, row in enumerate(rows) if row.readings]
    table = [rows[number].observed(rows[number].order(reading.WORTH)) for number in read]
    found[read] = applied(fitted, table)
    return found


def cross_validated(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the confidence of each question, fitted on the other groups, ``(n,)``."""
    found = np.zeros(len(rows))
    for group in {row.group for row in rows}:
        own = [number for number, row in enumerate(rows) if row.group == group]
        fitted = fit_confidence([row for row in rows if row.group != group])
        found[own] = probability(fitted, [rows[number] for number in own])
    return found


def outcomes(rows: Sequence[Row], probabilities: NDArray[np.float64]) -> dict[str, Any]:
    """Return right, wrong, refused and declined by the threshold, of whole questions."""
    chosen = [
        (row, own)
        for row, own in zip(rows, probabilities, strict=True)
        if row.kind in (*KINDS, "open", "without")
    ]
    confidence = np.array([own for _, own in chosen])
    right = np.array(
        [bool(r.readings) and r.is_answered_by(r.order(reading.WORTH)[0]) for r, _ in chosen]
    )
    asks = np.array([row.answer is not None for row, _ in chosen])
    curve = {}
    for threshold in THRESHOLDS:
        said = confidence >= threshold
        curve[str(threshold)] = {
            "right": round(float((said & right)[asks].mean()), 3),
            "wrong": round(float((said & ~right)[asks].mean()), 3),
            "refused": round(float((~said)[asks].mean()), 3),
            "declined": round(float((~said)[~asks].mean()), 3),
        }
    return {
        "questions": len(chosen),
        "auroc_answerable": round(float(roc_auc_score(asks, confidence)), 4),
        "auroc_right": round(float(roc_auc_score(right, confidence)), 4),
        "curve": curve,
    }


def ranking_alone(rows: Sequence[Row]) -> dict[str, float]:
    """Return the AUROC of the confidence without a reader, of whole questions."""
    chosen = [row for row in rows if row.kind in KINDS and row.readings]
    calibration = calibration_for(models())
    confidence = [calibration.log_odds(row.firsts[0]) for row in chosen]
    marked = [row.marked(0, found=np.inf) for row in chosen]
    right = [
        row.answer is not None and row.right[0] and squeezed(row.answer) in squeezed(mark)
        for row, mark in zip(chosen, marked, strict=True)
    ]
    asks = [row.answer is not None for row in chosen]
    return {
        "auroc_answerable": round(float(roc_auc_score(asks, confidence)), 4),
        "auroc_right": round(float(roc_auc_score(right, confidence)), 4),
    }


def second_quotes(fitted: Fitted, rows: Sequence[Row]) -> dict[str, float]:
    """Return how often the second passage is quoted as a rival of the first.

    ``mends``: it has the answer and the first has not; ``needless``: it has none.
    """
    chosen = [row for row in rows if row.answer is not None and row.readings and row.kind in KINDS]
    mends = needless = 0
    for row in chosen:
        order = row.order(reading.WORTH)[:2]
        table = [row.single(place) for place in order]
        first, *others = applied(fitted, table).tolist()
        if others and is_rival(others[0], first):
            answer = squeezed(row.answer or "")
            has = [answer in squeezed(row.marked(place)) for place in order]
            mends += has == [False, True]
            needless += not has[1]
    return {
        "questions": len(chosen),
        "mends": round(mends / len(chosen), 4),
        "needless": round(needless / len(chosen), 4),
    }


def singles_of(rows: Sequence[Row]) -> tuple[list[dict[str, float]], list[bool]]:
    """Return the figures of every hit that was read, and whether it answers."""
    table: list[dict[str, float]] = []
    right: list[bool] = []
    for row in rows:
        for place in range(len(row.readings[: reading.READ])):
            table.append(row.single(place))
            right.append(row.right[place])
    return table, right


def fit_relevance(rows: Sequence[Row]) -> dict[str, Fitted]:
    """Fit the relevance for the bundled model, with and without a reader, and for others."""
    table, right = singles_of(rows)
    words = ("match", "exact", "behind")
    return {
        "": logistic_regression(table, right, words),
        READER: logistic_regression(table, right, (*words, "read")),
        models(): logistic_regression(table, right, FIGURES),
        models() + READER: logistic_regression(table, right, READ_FIGURES),
    }


def relevance_auroc(fitted: Mapping[str, Fitted], rows: Sequence[Row]) -> dict[str, float]:
    """Return the AUROC of each relevance over all hits."""
    table, right = singles_of(rows)
    return {
        name or "any model": round(float(roc_auc_score(right, applied(one, table))), 4)
        for name, one in fitted.items()
    }


def write(confidence: Fitted, relevance: Mapping[str, Fitted]) -> None:
    """Write the fitted figures; the thresholds stay."""
    folder = Path(qa.__file__).parent / "answering"
    path = folder / "confidence.json"
    stored = json.loads(path.read_text("utf-8"))
    stored[READER] = {**stored.get(READER, {"threshold": 0.33, "possible": 0.1}), **confidence}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    path = folder / "relevance.json"
    path.write_text(json.dumps(relevance, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
